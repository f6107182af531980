package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.Notification;
import io.edgeai.monitor.alert.Silence;
import io.edgeai.monitor.resource.ResourceReading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Whole stories of what goes wrong with a version, played to a monitor, and what people hear of them. */
class ScriptedIncidentsTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 1);
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int INCIDENTS = Boolean.getBoolean("edgeai.full") ? 100 : 20;

    /** What calls are like in a window. */
    private record Traffic(double calls, double millis, double failing) {
        static final Traffic USUAL = new Traffic(100, 3, 0.01);
    }

    private static final class Story implements AutoCloseable {
        private final FakeTime time;
        private final Random random;
        private final List<Notification> told = new ArrayList<>();
        private final EdgeMonitor monitor;

        Story(FakeTime time, int seed, Consumer<EdgeMonitor.Builder> settings) {
            this.time = time;
            this.random = new Random(seed);
            EdgeMonitor.Builder builder = EdgeMonitor.builder()
                    .clock(time)
                    .ticker(time)
                    .window(WINDOW)
                    .signals(EnumSet.of(SignalKind.LATENCY, SignalKind.ERRORS, SignalKind.THROUGHPUT))
                    .resources(() -> ResourceReading.NONE)
                    .notify(notices -> notices.sink(told::add))
                    .manualTicks();
            settings.accept(builder);
            this.monitor = builder.build();
        }

        static Story of(int seed) {
            return new Story(new FakeTime(), seed, builder -> {});
        }

        void play(int windows, Traffic traffic) {
            InferenceListener listener = monitor.listener(VERSION);
            for (int window = 0; window < windows; window++) {
                long calls =
                        Math.max(0, Math.round(traffic.calls() + Math.sqrt(traffic.calls()) * random.nextGaussian()));
                for (long call = 0; call < calls; call++) {
                    long latency = (long) (1e6 * traffic.millis() * Math.exp(0.3 * random.nextGaussian()));
                    if (random.nextDouble() < traffic.failing()) {
                        listener.failure(latency, new IllegalStateException());
                    } else {
                        listener.success(latency);
                    }
                }
                time.advance(WINDOW);
                monitor.tick();
            }
        }

        List<Notification> beginnings() {
            return told.stream()
                    .filter(each -> each.kind() == Notification.Kind.FIRING)
                    .toList();
        }

        @Override
        public void close() {
            monitor.close();
        }
    }

    @Test
    void oneIncidentIsOneNotificationInAtLeast95Of100(TestReporter reporter) {
        List<Traffic> incidents = List.of(
                new Traffic(100, 9, 0.01),
                new Traffic(100, 3, 0.25),
                new Traffic(15, 3, 0.01),
                new Traffic(40, 12, 0.3),
                new Traffic(30, 9, 0.01));
        int one = 0;
        List<String> others = new ArrayList<>();
        for (int seed = 0; seed < INCIDENTS; seed++) {
            Traffic incident = incidents.get(seed % incidents.size());
            try (Story story = Story.of(seed)) {
                story.play(240, Traffic.USUAL);
                int before = story.beginnings().size();
                story.play(60, incident);
                story.play(240, Traffic.USUAL);
                if (story.beginnings().size() - before == 1) {
                    one++;
                } else {
                    others.add("seed " + seed + ", " + incident + ": " + story.told);
                }
            }
        }
        reporter.publishEntry("incidents", one + " of " + INCIDENTS + " are one notification");
        assertThat(one).as(others.toString()).isGreaterThanOrEqualTo(INCIDENTS * 95 / 100);
    }

    @Test
    void aSignalThatFlapsForAnHourIsToldAtMostTwice() {
        for (int length : List.of(1, 3, 8, 20)) {
            try (Story story = Story.of(length)) {
                story.play(240, Traffic.USUAL);
                int flaps = 360 / (2 * length);
                for (int flap = 0; flap < flaps; flap++) {
                    story.play(length, new Traffic(100, 9, 0.01));
                    story.play(length, Traffic.USUAL);
                }
                assertThat(story.told).as("every %s windows", length).hasSizeLessThanOrEqualTo(2);
                assertThat(story.beginnings()).as("every %s windows", length).hasSizeLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aRestartInsideAnAlertTellsNothingAgain(@TempDir Path history) {
        FakeTime time = new FakeTime();
        try (Story story = new Story(time, 1, builder -> builder.history(history))) {
            story.play(240, Traffic.USUAL);
            story.play(20, new Traffic(100, 3, 0.3));
            assertThat(story.beginnings()).hasSize(1);
        }
        try (Story story = new Story(time, 2, builder -> builder.history(history))) {
            story.play(20, new Traffic(100, 3, 0.3));
            assertThat(story.told).isEmpty();
            story.play(480, Traffic.USUAL);
            assertThat(story.told).singleElement().satisfies(end -> assertThat(end.kind())
                    .isEqualTo(Notification.Kind.RESOLVED));
        }
    }

    @Test
    void aQuietWeekWhoseClockIsSetTwiceTellsNothing() {
        FakeTime time = new FakeTime();
        try (Story story = new Story(time, 5, builder -> builder.window(Duration.ofMinutes(5)))) {
            for (int hour = 0; hour < 24 * 7; hour++) {
                double day = Math.sin(2 * Math.PI * hour / 24);
                story.play(360, new Traffic(2 + 0.3 * day, 3, 0));
                if (hour == 60 || hour == 90) {
                    time.set(time.instant().plus(Duration.ofHours(hour == 60 ? -1 : 1)));
                }
            }
            assertThat(story.monitor.alerts()).extracting(Alert::message).isEmpty();
            assertThat(story.monitor.windows(VERSION)).noneMatch(window -> window.gap());
        }
    }

    /** 15 % fewer calls at night, a tenth fewer at weekends, slower noons; after 20 days all an hour earlier: summer time. */
    @Test
    void aMonthOfDaysAndWeeksAndAClockChangeTellsNothing() {
        try (Story story = new Story(new FakeTime(), 6, builder -> builder.window(Duration.ofMinutes(5)))) {
            for (int hour = 0; hour < 24 * 30; hour++) {
                int local = hour < 24 * 20 ? hour : hour + 1;
                double day = Math.sin(2 * Math.PI * local / 24);
                double weekend = local / 24 % 7 >= 5 ? 0.9 : 1;
                story.play(360, new Traffic(weekend * (2 + 0.3 * day), 3 + 0.3 * day, 0.001));
            }
            assertThat(story.monitor.alerts()).extracting(Alert::message).isEmpty();
            assertThat(story.told).isEmpty();
        }
    }

    @Test
    void silencedWorkOnAVersionIsNotTold() {
        try (Story story = Story.of(3)) {
            story.play(240, Traffic.USUAL);
            story.monitor.silence(new Silence(
                    Optional.of(VERSION.model()),
                    Set.of(SignalKind.LATENCY),
                    story.time.instant(),
                    story.time.instant().plus(Duration.ofHours(1)),
                    "loading another model"));
            story.play(60, new Traffic(100, 9, 0.01));
            story.play(240, Traffic.USUAL);
            assertThat(story.told).isEmpty();
            assertThat(story.monitor.alerts())
                    .as("it is on record all the same")
                    .hasSize(1);
        }
    }
}
