package io.edgeai.monitor.openmetrics;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.drift.ColumnDrift;
import io.edgeai.monitor.drift.DriftReport;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.metric.LatencyTotals;
import io.edgeai.monitor.series.WatchedSeries;
import io.edgeai.monitor.window.WindowSummary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a monitor knows, by model and version: answers, failures, latencies, health and alerts. Buckets of the histogram end 1 ns
 * below powers of two from 2^13 ns (8 µs) to 2^35 ns (34 s), where the recorder's counts are exact; it has no sum, which
 * the recorder does not keep. Quantiles are those of the last closed window, within 1/128.
 */
public final class MonitorFigures {
    private static final int FIRST_POWER = 13;
    private static final int LAST_POWER = 35;
    private static final double NANOS = 1e9;

    private MonitorFigures() {}

    /** One version at one moment. */
    private record Figures(
            LatencyTotals.Reading totals, List<WindowSummary> windows, OptionalDouble health, long firing) {}

    /** Adds the families of every watched version. */
    public static void write(EdgeMonitor monitor, OpenMetrics out) {
        Map<VersionRef, Figures> all = read(monitor);
        out.family("edgeai_inferences", OpenMetrics.Type.COUNTER, "", "Answers of a version.");
        all.forEach((version, each) ->
                out.sample("_total", labels(version), each.totals().successes()));
        out.family("edgeai_inference_failures", OpenMetrics.Type.COUNTER, "", "Inferences of a version that failed.");
        all.forEach((version, each) ->
                out.sample("_total", labels(version), each.totals().failures()));
        out.family(
                "edgeai_inference_latency_seconds",
                OpenMetrics.Type.HISTOGRAM,
                "seconds",
                "Time of an answer inside the endpoint, since the version is watched.");
        all.forEach((version, each) -> buckets(out, version, each.totals()));
        out.family(
                "edgeai_inference_recent_latency_seconds",
                OpenMetrics.Type.SUMMARY,
                "seconds",
                "Time of an answer inside the endpoint, in the last closed window.");
        all.forEach((version, each) -> quantiles(out, version, each.windows()));
        out.family(
                "edgeai_health_score", OpenMetrics.Type.GAUGE, "", "Health of a version from 0 to 100, where known.");
        all.forEach((version, each) -> each.health().ifPresent(score -> out.sample("", labels(version), score)));
        out.family("edgeai_firing_alerts", OpenMetrics.Type.GAUGE, "", "Signals of a version whose alert fires.");
        all.forEach((version, each) -> out.sample("", labels(version), each.firing()));
        out.family("edgeai_alert_firing", OpenMetrics.Type.GAUGE, "", "1 for each signal whose alert fires.");
        firing(monitor)
                .filter(alert -> alert.signal() != SignalKind.SERIES)
                .forEach(alert -> out.sample(
                        "",
                        labels(alert.version(), "signal", alert.signal().name().toLowerCase(Locale.ROOT)),
                        1L));
        drift(monitor, all.keySet(), out);
        ObjectiveFigures.write(monitor.objectives(), out);
        series(monitor, out);
        GaugeFigures.write(monitor, out);
    }

    private static void drift(EdgeMonitor monitor, Set<VersionRef> versions, OpenMetrics out) {
        Map<VersionRef, DriftVerdict> tested = new TreeMap<>();
        for (VersionRef version : versions) {
            try {
                monitor.drift(version).ifPresent(verdict -> tested.put(version, verdict));
            } catch (ModelNotFoundException e) {
                tested.remove(version); // forgotten meanwhile
            }
        }
        out.family("edgeai_drifted_features", OpenMetrics.Type.GAUGE, "", "Features that differ from the reference.");
        tested.forEach((version, verdict) -> {
            out.sample("", labels(version, "side", "input"), drifted(verdict.inputs()));
            out.sample("", labels(version, "side", "answer"), drifted(verdict.outputs()));
        });
        out.family("edgeai_drift_reference_rows", OpenMetrics.Type.GAUGE, "", "Rows of the reference of a drift test.");
        tested.forEach((version, verdict) -> {
            out.sample(
                    "", labels(version, "side", "input"), (long) verdict.basis().inputs());
            out.sample("", labels(version, "side", "answer"), (long)
                    verdict.basis().outputs());
        });
    }

    private static long drifted(DriftReport report) {
        return report.columns().stream().filter(ColumnDrift::drifted).count();
    }

    private static void series(EdgeMonitor monitor, OpenMetrics out) {
        List<WatchedSeries> all = monitor.series();
        Set<String> firing = firing(monitor)
                .filter(alert -> alert.signal() == SignalKind.SERIES)
                .map(alert -> alert.version().model().name())
                .collect(Collectors.toSet());
        out.family("edgeai_series_value", OpenMetrics.Type.GAUGE, "", "A series of the host's, in its last window.");
        all.forEach(each ->
                each.newest().ifPresent(window -> out.sample("", Map.of("series", each.name()), window.value())));
        out.family("edgeai_series_score", OpenMetrics.Type.GAUGE, "", "How unusual that is, 0.5 or more for an alert.");
        all.forEach(each -> out.sample("", Map.of("series", each.name()), each.score()));
        out.family("edgeai_series_firing", OpenMetrics.Type.GAUGE, "", "Whether the alert of a series fires.");
        all.forEach(each -> out.sample("", Map.of("series", each.name()), firing.contains(each.name()) ? 1L : 0L));
    }

    private static Stream<Alert> firing(EdgeMonitor monitor) {
        return monitor.alerts().stream().filter(alert -> alert.state() == AlertState.FIRING);
    }

    private static Map<VersionRef, Figures> read(EdgeMonitor monitor) {
        Map<VersionRef, Figures> all = new TreeMap<>();
        List<Alert> firing = firing(monitor)
                .filter(alert -> alert.signal() != SignalKind.SERIES)
                .toList();
        for (VersionRef version : monitor.versions()) {
            try {
                Figures figures = new Figures(
                        monitor.totals(version),
                        monitor.windows(version),
                        monitor.health(version).score(),
                        firing.stream()
                                .filter(alert -> alert.version().equals(version))
                                .count());
                all.put(version, figures);
            } catch (ModelNotFoundException e) {
                all.remove(version); // forgotten meanwhile
            }
        }
        return all;
    }

    private static void buckets(OpenMetrics out, VersionRef version, LatencyTotals.Reading totals) {
        for (int power = FIRST_POWER; power <= LAST_POWER; power++) {
            double highest = ((1L << power) - 1) / NANOS;
            out.sample("_bucket", labels(version, "le", OpenMetrics.number(highest)), totals.below(power));
        }
        out.sample("_bucket", labels(version, "le", "+Inf"), totals.successes());
    }

    private static void quantiles(OpenMetrics out, VersionRef version, List<WindowSummary> windows) {
        if (windows.isEmpty()) {
            return;
        }
        WindowSummary last = windows.get(windows.size() - 1);
        out.sample("", labels(version, "quantile", "0.5"), last.p50Nanos() / NANOS);
        out.sample("", labels(version, "quantile", "0.9"), last.p90Nanos() / NANOS);
        out.sample("", labels(version, "quantile", "0.99"), last.p99Nanos() / NANOS);
    }

    private static Map<String, String> labels(VersionRef version) {
        return Map.of("model", version.model().name(), "version", Integer.toString(version.number()));
    }

    private static Map<String, String> labels(VersionRef version, String name, String value) {
        return Map.of("model", version.model().name(), "version", Integer.toString(version.number()), name, value);
    }
}
