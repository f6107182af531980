package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.alert.Notification;
import io.edgeai.monitor.alert.Silence;
import io.edgeai.monitor.anomaly.spi.ProvidedScorers;
import io.edgeai.monitor.history.Recorded;
import io.edgeai.monitor.openmetrics.MonitorFigures;
import io.edgeai.monitor.openmetrics.OpenMetrics;
import io.edgeai.monitor.series.SeriesWindow;
import io.edgeai.monitor.series.WatchedSeries;
import io.edgeai.monitor.window.Tier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Series of the host's, from a recorded value to an alert. */
class EdgeMonitorSeriesTest {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final String OVEN = "oven.temperature";

    @TempDir
    private Path dir;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(17);
    private final List<AlertRaised> raised = new ArrayList<>();
    private final List<Notification> told = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();

    private EdgeMonitor.Builder manual() {
        EventBus events = new EventBus((event, failure) -> failures.add(failure));
        events.subscribe(AlertRaised.class, raised::add);
        return EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .events(events)
                .notify(n -> n.sink(told::add))
                .onFailure(failures::add)
                .manualTicks();
    }

    private void windows(EdgeMonitor monitor, String name, int count, double level) {
        for (int window = 0; window < count; window++) {
            monitor.series(name).record(level + random.nextGaussian());
            time.advance(WINDOW);
            monitor.tick();
        }
    }

    @Test
    void aWindowStandsForTheMeanOfItsValuesOrForTheirSumASecond() {
        try (EdgeMonitor monitor =
                manual().series("parts", s -> s.perSecond().unit("parts")).build()) {
            WatchedSeries oven = monitor.series(OVEN);
            WatchedSeries parts = monitor.series("parts");
            for (double value : new double[] {3, 5, 13, Double.NaN, Double.POSITIVE_INFINITY}) {
                oven.record(value);
                parts.record(value);
            }
            time.advance(WINDOW);
            monitor.tick();
            assertThat(oven.windows(Tier.FINE))
                    .containsExactly(new SeriesWindow(FakeTime.START, WINDOW, 3, 7, 3, 13, false));
            assertThat(parts.newest())
                    .hasValueSatisfying(window -> assertThat(window.value()).isEqualTo(2.1));
            assertThat(oven.refused()).isEqualTo(2);
            assertThat(parts.unit()).isEqualTo("parts");

            time.advance(WINDOW);
            monitor.tick();
            assertThat(oven.windows(Tier.FINE)).hasSize(2).last().satisfies(empty -> assertThat(empty.value())
                    .isNaN());
            assertThat(oven.newest())
                    .hasValueSatisfying(window -> assertThat(window.value()).isEqualTo(7));
            assertThat(parts.newest())
                    .hasValueSatisfying(window -> assertThat(window.value()).isZero());
            assertThat(monitor.series()).extracting(WatchedSeries::name).containsExactly(OVEN, "parts");
        }
    }

    /** Minutes and hours: sums of the values over their number, least and greatest of all. */
    @Test
    void longerWindowsAreMadeOfAllValues() {
        try (EdgeMonitor monitor = manual().build()) {
            WatchedSeries oven = monitor.series(OVEN);
            double sum = 0;
            int count = 0;
            double most = 0;
            for (int window = 0; window < 360; window++) {
                for (int i = 0; i <= window % 3; i++) {
                    double value = 100 * random.nextDouble();
                    oven.record(value);
                    sum += value;
                    count++;
                    most = Math.max(most, value);
                }
                time.advance(WINDOW);
                monitor.tick();
            }
            assertThat(oven.windows(Tier.COARSE)).hasSize(60).allSatisfy(minute -> {
                assertThat(minute.length()).isEqualTo(Duration.ofMinutes(1));
                assertThat(minute.count()).isEqualTo(12);
            });
            SeriesWindow hour = oven.windows(Tier.LONG).get(0);
            assertThat(hour.count()).isEqualTo(count);
            assertThat(hour.value()).isCloseTo(sum / count, within(1e-9));
            assertThat(hour.most()).isEqualTo(most);
        }
    }

    @Test
    void aSpikeIsOneAlertWhichEverybodyHearsOf() {
        try (EdgeMonitor monitor = manual().series(OVEN, s -> s.unit("°C")).build()) {
            windows(monitor, OVEN, 700, 400);
            assertThat(raised).as("seed 17").isEmpty();
            windows(monitor, OVEN, 8, 480);
            assertThat(raised).singleElement().satisfies(alert -> {
                assertThat(alert.version()).isEqualTo(VersionRef.of(OVEN, 1));
                assertThat(alert.signal()).isEqualTo(SignalKind.SERIES);
                assertThat(alert.message())
                        .startsWith("oven.temperature rose from 400")
                        .endsWith(" °C.");
            });
            assertThat(monitor.alerts()).singleElement().satisfies(alert -> assertThat(alert.state())
                    .isEqualTo(AlertState.FIRING));
            assertThat(told).hasSize(1);
            assertThat(monitor.versions()).as("a series is no version").isEmpty();
            OpenMetrics out = new OpenMetrics();
            MonitorFigures.write(monitor, out);
            assertThat(out.end())
                    .contains("edgeai_series_value{series=\"oven.temperature\"} 4")
                    .contains("edgeai_series_score{series=\"oven.temperature\"} ")
                    .contains("edgeai_series_firing{series=\"oven.temperature\"} 1");

            monitor.forgetSeries(OVEN);
            assertThat(monitor.series()).isEmpty();
            assertThat(monitor.alerts()).isEmpty();
        }
    }

    @Test
    void silencesKnowASeriesByItsName() {
        try (EdgeMonitor monitor = manual().build()) {
            windows(monitor, OVEN, 700, 400);
            monitor.silence(Silence.of(OVEN, time.instant(), time.instant().plus(Duration.ofHours(2)), "cleaning"));
            windows(monitor, OVEN, 20, 480);
            assertThat(raised).hasSize(1);
            assertThat(told).isEmpty();
        }
    }

    /** White noise for five days at one alert a day and series: at most binomial, mean 10 and four deviations. */
    @Test
    void theBudgetHoldsForAHostsDetectorToo() {
        try (EdgeMonitor monitor = manual().window(Duration.ofMinutes(1))
                .falseAlarmsPerDay(1)
                .series("own.size", s -> s.only("size", () -> row -> Math.abs(row.residual())))
                .series("own.cube", s -> s.only("cube", () -> row -> Math.pow(row.residual(), 3)))
                .build()) {
            for (int window = 0; window < 5 * 1440; window++) {
                monitor.series("own.size").record(random.nextGaussian());
                monitor.series("own.cube").record(1e9 * random.nextGaussian());
                time.advance(Duration.ofMinutes(1));
                monitor.tick();
            }
            assertThat(raised).as("seed 17").hasSizeLessThan((int) (10 + 4 * Math.sqrt(10)));
            raised.clear();
            monitor.series("own.size").record(40);
            time.advance(Duration.ofMinutes(1));
            monitor.tick();
            assertThat(raised).singleElement().satisfies(alert -> assertThat(alert.message())
                    .startsWith("own.size rose from")
                    .endsWith("to 40.00, says size."));
        }
    }

    /** Stopped and started again, it gives the alerts of one that was not; they are not told twice. */
    @Test
    void aRestartLeavesNoTrace() {
        List<AlertRaised> uninterrupted = new ArrayList<>();
        List<List<AlertRaised>> runs = new ArrayList<>();
        for (boolean restart : new boolean[] {false, true}) {
            Path folder = dir.resolve(restart ? "restarted" : "running");
            raised.clear();
            FakeTime clock = new FakeTime();
            Random noise = new Random(30);
            EdgeMonitor monitor =
                    manual().clock(clock).ticker(clock).history(folder).build();
            for (int window = 0; window < 2000; window++) {
                if (restart && (window == 900 || window == 1203)) {
                    monitor.close();
                    monitor =
                            manual().clock(clock).ticker(clock).history(folder).build();
                }
                double odd = window >= 1200 && window < 1206 ? 30 : window >= 1700 && window < 1710 ? 900 : 0;
                monitor.series(OVEN).record(400 + noise.nextGaussian() + odd);
                clock.advance(WINDOW);
                monitor.tick();
            }
            assertThat(monitor.series(OVEN).windows(Tier.FINE)).hasSize(360);
            monitor.close();
            runs.add(List.copyOf(raised));
            uninterrupted = restart ? uninterrupted : runs.get(0);
        }
        assertThat(uninterrupted).as("seed 30").hasSizeGreaterThanOrEqualTo(2);
        assertThat(runs.get(1)).isEqualTo(uninterrupted);
        assertThat(failures).isEmpty();
        Recorded recorded = Recorded.read(dir.resolve("restarted"));
        assertThat(recorded.series()).containsExactly(OVEN);
        assertThat(recorded.series(OVEN, Tier.FINE)).hasSize(2000);
        assertThat(recorded.versions()).isEmpty();
        assertThat(recorded.unreadable()).isZero();
    }

    /** Without what the detector learnt, or with other stages, it learns from the windows that are left. */
    @Test
    void aLostStateIsLearntFromTheWindows() throws Exception {
        try (EdgeMonitor monitor = manual().history(dir).build()) {
            windows(monitor, OVEN, 400, 400);
        }
        Files.write(dir.resolve("series-oven.temperature.state"), new byte[] {1, 2, 3});
        time.advance(Duration.ofMinutes(5));
        try (EdgeMonitor monitor = manual().history(dir).build()) {
            assertThat(monitor.series(OVEN).windows(Tier.FINE)).last().satisfies(gap -> assertThat(gap.gap())
                    .isTrue());
            windows(monitor, OVEN, 300, 400);
            windows(monitor, OVEN, 1, 600);
            assertThat(raised).as("seed 17").hasSize(1);
        }
        try (EdgeMonitor monitor = manual().history(dir)
                .series(OVEN, s -> s.pipeline(p -> p.scorer("size", () -> row -> Math.abs(row.residual()))))
                .build()) {
            assertThat(failures).singleElement().satisfies(failure -> assertThat(failure)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("other stages"));
            windows(monitor, OVEN, 10, 400);
            assertThat(monitor.series(OVEN).windows(Tier.FINE)).hasSize(360);
        }
    }

    @Test
    void aDetectorThatThrowsIsToldOfAndStopsNothing() {
        try (EdgeMonitor monitor = manual().series(
                        OVEN,
                        s -> s.only("bad", () -> row -> {
                            throw new IllegalStateException("Made to fail.");
                        }))
                .build()) {
            windows(monitor, OVEN, 3, 400);
            windows(monitor, "other", 3, 400);
            assertThat(failures).hasSize(3).allSatisfy(failure -> assertThat(failure)
                    .hasMessage("Made to fail."));
            assertThat(monitor.series(OVEN).score()).isZero();
            assertThat(monitor.series("other").windows(Tier.FINE)).hasSize(3);
        }
    }

    /** 100 calls a window, then at once 150: the built-in watch of throughput hears falls only. */
    @Test
    void aSignalOfAVersionMayHaveADetectorOfTheHosts() {
        try (EdgeMonitor monitor = manual().detector(SignalKind.THROUGHPUT, "surge", () -> row -> row.residual())
                .build()) {
            surge(monitor, "defects");
            assertThat(raised)
                    .filteredOn(alert -> alert.signal() == SignalKind.THROUGHPUT)
                    .singleElement()
                    .satisfies(alert -> assertThat(alert.message())
                            .startsWith("Detector surge finds it unusual: ")
                            .endsWith(" calls a second."));
        }
    }

    @Test
    void theServiceLoaderBringsDetectors() {
        try (EdgeMonitor monitor = manual().build()) {
            surge(monitor, ProvidedScorers.SUBJECT);
            surge(monitor, "others");
            assertThat(raised)
                    .filteredOn(alert -> alert.signal() == SignalKind.THROUGHPUT)
                    .singleElement()
                    .satisfies(alert -> {
                        assertThat(alert.version().model().name()).isEqualTo("provided-for");
                        assertThat(alert.message()).startsWith("Detector provided ");
                    });
        }
    }

    private void surge(EdgeMonitor monitor, String model) {
        InferenceListener listener = monitor.listener(VersionRef.of(model, 1));
        for (int window = 0; window < 400; window++) {
            int calls = 100 + random.nextInt(5) + (window >= 395 ? 400 : 0);
            for (int call = 0; call < calls; call++) {
                listener.success(1_000_000);
            }
            time.advance(WINDOW);
            monitor.tick();
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        EdgeMonitor.Builder builder = manual().series(OVEN, s -> {});
        assertThatThrownBy(() -> builder.series(OVEN, s -> {}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(oven.temperature)")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> builder.detector(SignalKind.RESOURCE, "mine", () -> row -> 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(RESOURCE)")
                .hasMessageContaining("record the figure as a series");
        builder.detector(SignalKind.ERRORS, "mine", () -> row -> 0);
        assertThatThrownBy(() -> builder.detector(SignalKind.ERRORS, "mine", () -> row -> 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(mine)");
        assertThatThrownBy(() -> builder.signals(java.util.Set.of(SignalKind.SERIES)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[SERIES]");
        try (EdgeMonitor monitor = builder.build()) {
            assertThatThrownBy(() -> monitor.series("ofen temperatur")).isInstanceOf(InvalidInputException.class);
            for (int i = 0; i < 999; i++) {
                monitor.series("s" + i);
            }
            assertThatThrownBy(() -> monitor.series("s999"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(1000)")
                    .hasMessageContaining("Maybe");
            assertThat(monitor.series("s0")).isNotNull();
        }
    }

    /** A model and a series of the same name do not get in each other's way. */
    @Test
    void aModelMayHaveTheNameOfASeries() {
        try (EdgeMonitor monitor = manual().build()) {
            monitor.listener(VersionRef.of(OVEN, 1));
            windows(monitor, OVEN, 700, 400);
            windows(monitor, OVEN, 2, 480);
            assertThat(monitor.alerts()).extracting(Alert::signal).containsExactly(SignalKind.SERIES);
            monitor.forget(VersionRef.of(OVEN, 1));
            assertThat(monitor.alerts()).hasSize(1);
            assertThat(monitor.series(OVEN).newest()).isPresent();
        }
    }
}
