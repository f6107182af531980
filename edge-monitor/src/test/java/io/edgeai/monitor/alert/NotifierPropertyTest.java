package io.edgeai.monitor.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Six random hours of two versions: what a notifier promises, read off everything that happened and was told. */
class NotifierPropertyTest {
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
    private static final List<VersionRef> VERSIONS = List.of(VersionRef.of("defects", 1), VersionRef.of("reviews", 1));
    private static final List<SignalKind> SIGNALS = List.of(SignalKind.values());
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Duration TOGETHER = Duration.ofMinutes(2);
    private static final Duration QUIET = Duration.ofMinutes(10);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int CAP = 4;

    /** One incident as the world knows it. */
    private static final class Incident {
        private final VersionRef version;
        private final SignalKind signal;
        private final Instant since;
        private Optional<Instant> end = Optional.empty();
        private Optional<Instant> told = Optional.empty();
        private Optional<Instant> toldOver = Optional.empty();

        Incident(VersionRef version, SignalKind signal, Instant since) {
            this.version = version;
            this.signal = signal;
            this.since = since;
        }

        boolean fires() {
            return end.isEmpty();
        }

        Alert alert(double score) {
            AlertState state = fires() ? AlertState.FIRING : AlertState.RESOLVED;
            return new Alert(version, signal, state, score, signal + " rose.", since, end);
        }

        boolean forgotten(Instant now) {
            return end.filter(at -> now.isAfter(at.plus(QUIET))).isPresent();
        }
    }

    private final List<Incident> world = new ArrayList<>();
    private final List<Silence> silences = new ArrayList<>();
    private final List<Notification> told = new ArrayList<>();
    private final Notifier notifier = Notifier.builder()
            .wait(WAIT)
            .together(TOGETHER)
            .quiet(QUIET)
            .maxPerHour(CAP)
            .sink(told::add)
            .build();

    private boolean excused(Incident incident, Instant now) {
        boolean silenced = silences.stream()
                .anyMatch(s -> !now.isBefore(s.from())
                        && now.isBefore(s.until())
                        && s.model().orElseThrow().equals(incident.version.model()));
        boolean follows = Inhibition.ofDefaults().stream()
                .anyMatch(rule -> rule.consequence() == incident.signal
                        && world.stream()
                                .anyMatch(other -> other.fires()
                                        && other.version.equals(incident.version)
                                        && other.signal == rule.cause()));
        return silenced || follows;
    }

    private boolean part(Incident incident, Instant now) {
        return world.stream()
                .anyMatch(other -> other.version.equals(incident.version)
                        && other.told.isPresent()
                        && !other.forgotten(now)
                        && incident.since.isBefore(other.since.plus(TOGETHER)));
    }

    private long begunInTheHourBefore(Instant now) {
        return told.stream()
                .filter(each -> each.kind() == Notification.Kind.FIRING)
                .filter(each -> each.at().isAfter(now.minus(HOUR)))
                .count();
    }

    private void happen(Random random, Instant now) {
        VersionRef version = VERSIONS.get(random.nextInt(2));
        SignalKind signal = SIGNALS.get(random.nextInt(SIGNALS.size()));
        Optional<Incident> open = world.stream()
                .filter(each -> each.fires() && each.version.equals(version) && each.signal == signal)
                .findFirst();
        if (random.nextInt(60) == 0) {
            Silence silence =
                    Silence.of(version.model().toString(), now, now.plusSeconds(60 + random.nextInt(900)), "work");
            silences.add(silence);
            notifier.silence(silence, now);
        } else if (open.isPresent()) {
            open.get().end = random.nextInt(3) == 0 ? Optional.of(now) : Optional.empty();
            notifier.changed(open.get().alert(random.nextDouble()), now);
        } else {
            Incident begun = new Incident(version, signal, now);
            world.add(begun);
            notifier.changed(begun.alert(random.nextDouble()), now);
        }
    }

    private Incident incident(Alert alert) {
        return world.stream()
                .filter(each -> each.version.equals(alert.version())
                        && each.signal == alert.signal()
                        && each.since.equals(alert.since()))
                .findFirst()
                .orElseThrow();
    }

    private void judge(Notification notification, Instant now) {
        assertThat(notification.at()).isEqualTo(now);
        assertThat(notification.alerts())
                .isSortedAccordingTo(Comparator.comparingDouble(Alert::score).reversed())
                .allMatch(alert -> alert.version().equals(notification.version()));
        boolean begin = notification.kind() == Notification.Kind.FIRING;
        boolean waited = false;
        for (Alert alert : notification.alerts()) {
            Incident incident = incident(alert);
            if (begin) {
                assertThat(incident.told).as("told once: %s", alert).isEmpty();
                assertThat(incident.fires()).as("still fires: %s", alert).isTrue();
                assertThat(excused(incident, now))
                        .as("nothing excuses it: %s", alert)
                        .isFalse();
                waited |= !now.isBefore(incident.since.plus(WAIT));
                incident.told = Optional.of(now);
            } else {
                assertThat(incident.told).as("its begin was told: %s", alert).isPresent();
                assertThat(incident.toldOver)
                        .as("its end is told once: %s", alert)
                        .isEmpty();
                assertThat(incident.forgotten(now))
                        .as("long enough over: %s", alert)
                        .isTrue();
                incident.toldOver = Optional.of(now);
            }
        }
        assertThat(waited).as("the first of them has waited").isEqualTo(begin);
    }

    @RepeatedTest(6)
    void everyPromiseAtEveryTick(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        int heldBack = 0;
        for (int tick = 0; tick < 2160; tick++) {
            Instant now = START.plusSeconds(10L * tick);
            if (random.nextInt(12) == 0) {
                happen(random, now);
            }
            int before = told.size();
            notifier.tick(now);
            for (Notification each : told.subList(before, told.size())) {
                judge(each, now);
            }
            long begun = begunInTheHourBefore(now);
            assertThat(begun)
                    .as("beginnings in an hour, tick %s, seed %s", tick, seed)
                    .isLessThanOrEqualTo(CAP);
            for (Incident incident : world) {
                boolean due = incident.fires()
                        && incident.told.isEmpty()
                        && !now.isBefore(incident.since.plus(WAIT))
                        && !excused(incident, now)
                        && !part(incident, now);
                heldBack += due ? 1 : 0;
                assertThat(!due || begun == CAP)
                        .as(
                                "%s %s of %s is told or the hour is full, tick %s, seed %s",
                                incident.signal, incident.since, incident.version, tick, seed)
                        .isTrue();
                assertThat(incident.told.isPresent() && incident.forgotten(now))
                        .as("the end of what was told is told, tick %s, seed %s", tick, seed)
                        .isEqualTo(incident.toldOver.isPresent());
            }
        }
        assertThat(heldBack).as("the cap was reached, seed %s", seed).isPositive();
        assertThat(told).extracting(Notification::kind).as("seed %s", seed).contains(Notification.Kind.RESOLVED);
    }
}
