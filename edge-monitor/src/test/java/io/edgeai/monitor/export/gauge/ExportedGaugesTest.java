package io.edgeai.monitor.export.gauge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.FakeTime;
import io.edgeai.monitor.drift.DriftReference;
import io.edgeai.monitor.export.Collected;
import io.edgeai.monitor.export.micrometer.EdgeMonitorMetrics;
import io.edgeai.monitor.export.opentelemetry.EdgeMonitorInstruments;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.monitor.openmetrics.MonitorFigures;
import io.edgeai.monitor.openmetrics.OpenMetrics;
import io.edgeai.monitor.resource.ResourceReading;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One monitor of which everything is known, read through each exporter. */
class ExportedGaugesTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 2);
    private static final Map<String, String> TAGS = Map.of("model", "defects", "version", "2");

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(31);
    private final EdgeMonitor monitor = EdgeMonitor.builder()
            .clock(time)
            .ticker(time)
            .resources(() -> new ResourceReading(0.25, 1e8, 2e8, 5))
            .objective(Objective.errors("defects", 0.99))
            .driftReference(
                    "defects",
                    DriftReference.of(
                            "train.csv",
                            IntStream.range(0, 400).mapToObj(i -> input(0)).toList()))
            .series("oven", s -> s.unit("°C"))
            .manualTicks()
            .build();

    private float[] input(double shift) {
        return new float[] {(float) (random.nextGaussian() + shift), (float) random.nextGaussian()};
    }

    /** 97 answers, 3 failures; the first of two features moved. */
    @BeforeEach
    void traffic() {
        InferenceListener listener = monitor.factory().listen(VERSION, "cpu");
        InferenceListener other = monitor.factory().listen(VERSION, "cuda:0");
        monitor.tick(); // two devices are known
        other.ran(4, 3_000_000);
        for (int call = 0; call < 4; call++) {
            other.success(3_000_000, 2_000_000);
        }
        for (int call = 0; call < 93; call++) {
            listener.success(1_000_000);
        }
        for (int call = 0; call < 3; call++) {
            listener.failure(1, new IllegalStateException());
        }
        for (int sample = 0; sample < 256; sample++) {
            listener.sample(input(1), new float[] {1});
        }
        monitor.series("oven").record(410);
        monitor.series("oven").record(414);
        time.advance(Duration.ofSeconds(10));
        monitor.tick();
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    private double value(GaugeFamily family, Map<String, String> tags) {
        List<LiveGauge> found = LiveGauges.of(monitor).stream()
                .filter(each -> each.family() == family && each.tags().equals(tags))
                .toList();
        assertThat(found).as(family + " " + tags).hasSize(1);
        return found.get(0).value().getAsDouble();
    }

    private static Map<String, String> and(Map<String, String> tags, String... more) {
        Map<String, String> all = new HashMap<>(tags);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    @Test
    void figuresAreThoseOfTheTraffic() {
        assertThat(value(GaugeFamily.PROCESS_CPU, Map.of())).isEqualTo(0.25);
        assertThat(value(GaugeFamily.PROCESS_HEAP, Map.of())).isEqualTo(1e8);
        assertThat(value(GaugeFamily.PROCESS_RESIDENT, Map.of())).isEqualTo(2e8);
        assertThat(value(GaugeFamily.QUEUE_DEPTH, TAGS))
                .as("4 requests of 2 ms in 10 s")
                .isCloseTo(0.0008, within(1e-5));
        assertThat(value(GaugeFamily.QUEUE_WAIT, and(TAGS, "statistic", "mean")))
                .isCloseTo(0.008 / 97, within(1e-6));
        assertThat(value(GaugeFamily.QUEUE_WAIT, and(TAGS, "statistic", "p99"))).isCloseTo(0.002, within(2e-5));
        assertThat(value(GaugeFamily.RUN_TIME, and(TAGS, "statistic", "mean"))).isCloseTo(0.096 / 94, within(1e-5));
        assertThat(value(GaugeFamily.RUN_TIME, and(TAGS, "statistic", "p99"))).isCloseTo(0.003, within(3e-5));
        assertThat(value(GaugeFamily.BATCH_SIZE, TAGS)).isEqualTo(97.0 / 94);
        assertThat(value(GaugeFamily.BATCH_RUNS, and(TAGS, "up_to", "1"))).isEqualTo(93);
        assertThat(value(GaugeFamily.BATCH_RUNS, and(TAGS, "up_to", "4"))).isEqualTo(1);
        assertThat(value(GaugeFamily.ENERGY, TAGS)).as("5 J over 97 answers").isCloseTo(5000.0 / 97, within(0.5));
        assertThat(value(GaugeFamily.DEVICE_CALLS, and(TAGS, "device", "cpu"))).isEqualTo(9.6);
        assertThat(value(GaugeFamily.DEVICE_LATENCY, and(TAGS, "device", "cuda:0")))
                .isCloseTo(0.003, within(3e-5));
        assertThat(value(GaugeFamily.SERIES, Map.of("series", "oven"))).isEqualTo(412);
        assertThat(value(GaugeFamily.SERIES_FIRING, Map.of("series", "oven"))).isZero();
        Map<String, String> objective = Map.of("model", "defects", "objective", objectiveName());
        assertThat(value(GaugeFamily.OBJECTIVE_TARGET, objective)).isEqualTo(0.99);
        assertThat(value(GaugeFamily.OBJECTIVE_BUDGET_LEFT, objective))
                .as("3 bad calls where 1 of 100 is allowed")
                .isCloseTo(-2, within(1e-9));
        for (String window : List.of("5m", "30m", "1h", "6h", "72h")) {
            assertThat(value(GaugeFamily.OBJECTIVE_BURN_RATE, and(objective, "window", window)))
                    .as(window)
                    .isCloseTo(3, within(1e-9));
        }
        assertThat(value(GaugeFamily.DRIFTED_FEATURES, and(TAGS, "side", "input")))
                .as("seed 31")
                .isEqualTo(1);
        assertThat(value(GaugeFamily.DRIFT_REFERENCE, and(TAGS, "side", "input")))
                .isEqualTo(400);
        assertThat(value(GaugeFamily.ALERT_FIRING, and(TAGS, "signal", "data_drift")))
                .isEqualTo(1);
        assertThat(value(GaugeFamily.ALERT_FIRING, and(TAGS, "signal", "concept_drift")))
                .isZero();
        List<Double> psi = LiveGauges.of(monitor).stream()
                .filter(each -> each.family() == GaugeFamily.DRIFT_PSI)
                .filter(each -> "input".equals(each.tags().get("side")))
                .map(each -> each.value().getAsDouble())
                .toList();
        assertThat(psi).hasSize(2);
        assertThat(psi.get(0)).as("Gaussian moved by one σ: about 1").isBetween(0.6, 1.6);
        assertThat(psi.get(1)).as("not moved").isLessThan(0.2);
    }

    private String objectiveName() {
        return monitor.objectives().get(0).objective().name();
    }

    @Test
    void whatIsForgottenIsNotANumber() {
        List<LiveGauge> before = LiveGauges.of(monitor);
        monitor.forget(VERSION);
        assertThat(before)
                .filteredOn(each ->
                        Set.of(GaugeFamily.HEALTH, GaugeFamily.DRIFT_PSI).contains(each.family()))
                .isNotEmpty()
                .allMatch(each -> Double.isNaN(each.value().getAsDouble()));
        assertThat(LiveGauges.of(monitor)).noneMatch(each -> each.tags().containsKey("version"));
    }

    @Test
    void everyFamilyHasAGauge() {
        assertThat(LiveGauges.of(monitor).stream().map(LiveGauge::family).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(GaugeFamily.class));
    }

    @Test
    void micrometerReadsEachOfThem() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new EdgeMonitorMetrics(monitor).bindTo(registry);
        for (LiveGauge each : LiveGauges.of(monitor)) {
            List<Tag> tags = each.tags().entrySet().stream()
                    .map(tag -> Tag.of(tag.getKey(), tag.getValue()))
                    .toList();
            assertThat(registry.get(each.family().title()).tags(tags).gauge().value())
                    .as(each.family() + " " + each.tags())
                    .isEqualTo(each.value().getAsDouble());
        }
        assertThat(registry.get("edgeai.process.heap").gauge().getId().getBaseUnit())
                .isEqualTo("bytes");
    }

    @Test
    void openTelemetryCollectsEachThatIsKnown() {
        Collected reader = new Collected();
        try (SdkMeterProvider provider =
                        SdkMeterProvider.builder().registerMetricReader(reader).build();
                EdgeMonitorInstruments instruments = EdgeMonitorInstruments.register(monitor, provider.get("edgeai"))) {
            assertThat(instruments).isNotNull();
            Map<String, MetricData> metrics = reader.now();
            for (GaugeFamily family : GaugeFamily.values()) {
                List<Double> known = LiveGauges.of(monitor).stream()
                        .filter(each -> each.family() == family)
                        .map(each -> each.value().getAsDouble())
                        .filter(value -> !Double.isNaN(value))
                        .toList();
                MetricData metric = metrics.get(family.title());
                assertThat(metric).as(family.title()).isNotNull();
                assertThat(metric.getUnit()).isEqualTo(family.unit());
                assertThat(metric.getDoubleGaugeData().getPoints())
                        .extracting(DoublePointData::getValue)
                        .containsExactlyInAnyOrderElementsOf(known);
            }
            assertThat(metrics.get("edgeai.drift.psi").getDoubleGaugeData().getPoints())
                    .allSatisfy(point -> assertThat(point.getAttributes().toString())
                            .contains("model=\"defects\"", "version=2", "column=", "side="));
        }
    }

    @Test
    void openMetricsHasTheProcessAndTheFeatures() {
        OpenMetrics out = new OpenMetrics();
        MonitorFigures.write(monitor, out);
        List<String> lines = out.end().lines().toList();
        assertThat(lines)
                .contains("edgeai_process_cpu_ratio 0.25", "# UNIT edgeai_process_heap_bytes bytes")
                .anyMatch(line -> line.matches("edgeai_process_resident_bytes (2e\\+08|2e8|200000000)(\\.0)?"));
        assertThat(lines.stream().filter(line -> line.startsWith("edgeai_drift_psi{")))
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(line -> line.contains("column=\"") && line.contains("model=\"defects\""));
    }
}
