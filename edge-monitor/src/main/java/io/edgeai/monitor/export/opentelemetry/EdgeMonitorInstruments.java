package io.edgeai.monitor.export.opentelemetry;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.export.gauge.GaugeFamily;
import io.edgeai.monitor.export.gauge.LiveGauge;
import io.edgeai.monitor.export.gauge.LiveGauges;
import io.edgeai.monitor.window.WindowSummary;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Reports a monitor through a meter: counters {@code edgeai.inferences} and {@code edgeai.inference.failures}, gauges {@code
 * edgeai.inference.latency} (seconds, attribute {@code quantile}, of the last closed window), each with attributes {@code
 * model} and {@code version} (a number), and the gauges of {@link GaugeFamily}: health, alerts, drift, objectives, the
 * process, series. What is not known is not reported. Figures are read when they are
 * collected; recording costs nothing more. Closing ends the reports. Thread-safe.
 */
public final class EdgeMonitorInstruments implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EdgeMonitorInstruments.class.getName());
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("model");
    private static final AttributeKey<Long> VERSION = AttributeKey.longKey("version");
    private static final AttributeKey<Double> QUANTILE = AttributeKey.doubleKey("quantile");
    private static final double NANOS = 1e9;

    private final EdgeMonitor monitor;
    private final List<AutoCloseable> instruments = new ArrayList<>();

    private EdgeMonitorInstruments(EdgeMonitor monitor, Meter meter) {
        this.monitor = monitor;
        instruments.add(meter.counterBuilder("edgeai.inferences")
                .setDescription("Answers of a version")
                .setUnit("{inference}")
                .buildWithCallback(out -> each(
                        (version, tags) -> out.record(monitor.totals(version).successes(), tags))));
        instruments.add(meter.counterBuilder("edgeai.inference.failures")
                .setDescription("Inferences of a version that failed")
                .setUnit("{inference}")
                .buildWithCallback(out -> each(
                        (version, tags) -> out.record(monitor.totals(version).failures(), tags))));
        instruments.add(meter.gaugeBuilder("edgeai.inference.latency")
                .setDescription("Time of an answer in the last closed window")
                .setUnit("s")
                .buildWithCallback(out -> each((version, tags) -> latency(out, version, tags))));
        for (GaugeFamily family : GaugeFamily.values()) {
            instruments.add(meter.gaugeBuilder(family.title())
                    .setDescription(family.help())
                    .setUnit(family.unit())
                    .buildWithCallback(out -> gauges(family, out)));
        }
    }

    private void gauges(GaugeFamily family, ObservableDoubleMeasurement out) {
        for (LiveGauge each : LiveGauges.of(monitor)) {
            double value = each.family() == family ? each.value().getAsDouble() : Double.NaN;
            if (!Double.isNaN(value)) {
                out.record(value, attributes(each.tags()));
            }
        }
    }

    private static Attributes attributes(Map<String, String> tags) {
        AttributesBuilder attributes = Attributes.builder();
        tags.forEach((name, value) -> {
            if (name.equals(VERSION.getKey())) {
                attributes.put(VERSION, Long.valueOf(value));
            } else {
                attributes.put(name, value);
            }
        });
        return attributes.build();
    }

    /** Begins to report. */
    public static EdgeMonitorInstruments register(EdgeMonitor monitor, Meter meter) {
        return new EdgeMonitorInstruments(monitor, meter);
    }

    @Override
    public void close() {
        for (AutoCloseable instrument : instruments) {
            try {
                instrument.close();
            } catch (Exception e) {
                throw new IllegalStateException("An instrument cannot be closed.", e);
            }
        }
    }

    private void latency(ObservableDoubleMeasurement out, VersionRef version, Attributes tags) {
        List<WindowSummary> windows = monitor.windows(version);
        if (!windows.isEmpty()) {
            WindowSummary last = windows.get(windows.size() - 1);
            quantile(out, tags, 0.5, last.p50Nanos());
            quantile(out, tags, 0.9, last.p90Nanos());
            quantile(out, tags, 0.99, last.p99Nanos());
        }
    }

    private static void quantile(ObservableDoubleMeasurement out, Attributes tags, double q, double nanos) {
        if (!Double.isNaN(nanos)) {
            out.record(nanos / NANOS, tags.toBuilder().put(QUANTILE, q).build());
        }
    }

    private void each(BiConsumer<VersionRef, Attributes> report) {
        for (VersionRef version : monitor.versions()) {
            try {
                report.accept(version, Attributes.of(MODEL, version.model().name(), VERSION, (long) version.number()));
            } catch (ModelNotFoundException e) {
                LOG.log(System.Logger.Level.DEBUG, "A version was forgotten while it was reported.", e);
            }
        }
    }
}
