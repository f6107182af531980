package io.edgeai.monitor.export.gauge;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.metric.BatchSizes;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What the answers of a version waited, the runs that gave them, and the devices that they came from. */
final class RunGauges {
    private static final double NANOS = 1e9;

    private final EdgeMonitor monitor;
    private final VersionRef version;
    private final Map<String, String> tags;

    RunGauges(EdgeMonitor monitor, VersionRef version) {
        this.monitor = monitor;
        this.version = version;
        this.tags = LiveGauges.tags(version);
    }

    void addTo(List<LiveGauge> all) {
        Function<EdgeMonitor, List<WindowSummary>> windows = each -> each.windows(version);
        all.add(gauge(GaugeFamily.QUEUE_DEPTH, tags, windows, WindowSummary::queueDepth));
        all.add(statistic(GaugeFamily.QUEUE_WAIT, "mean", each -> each.runs().meanWaitNanos() / NANOS));
        all.add(statistic(GaugeFamily.QUEUE_WAIT, "p99", each -> each.runs().p99WaitNanos() / NANOS));
        all.add(statistic(GaugeFamily.RUN_TIME, "mean", each -> each.runs().meanComputeNanos() / NANOS));
        all.add(statistic(GaugeFamily.RUN_TIME, "p99", each -> each.runs().p99ComputeNanos() / NANOS));
        all.add(gauge(GaugeFamily.BATCH_SIZE, tags, windows, each -> each.runs().meanBatch()));
        for (int i = 0; i < classes(); i++) {
            int ofSize = i;
            all.add(gauge(
                    GaugeFamily.BATCH_RUNS,
                    DriftGauges.with(tags, "up_to", Integer.toString(BatchSizes.largest(i))),
                    windows,
                    each -> each.runs().sizes().runs(ofSize)));
        }
        all.add(gauge(GaugeFamily.ENERGY, tags, windows, WindowSummary::joulesPerThousand));
        for (String device : devices()) {
            Map<String, String> mine = DriftGauges.with(tags, "device", device);
            Function<EdgeMonitor, List<WindowSummary>> own =
                    each -> each.devices(version, Tier.FINE).getOrDefault(device, List.of());
            all.add(gauge(GaugeFamily.DEVICE_CALLS, mine, own, WindowSummary::throughputPerSecond));
            all.add(gauge(GaugeFamily.DEVICE_LATENCY, mine, own, each -> each.p99Nanos() / NANOS));
        }
    }

    /** Classes of size that the newest windows had. */
    private int classes() {
        try {
            return monitor.windows(version).stream()
                    .mapToInt(each -> each.runs().sizes().classes())
                    .max()
                    .orElse(0);
        } catch (ModelNotFoundException e) {
            return 0; // forgotten meanwhile
        }
    }

    private List<String> devices() {
        try {
            return List.copyOf(monitor.devices(version, Tier.FINE).keySet());
        } catch (ModelNotFoundException e) {
            return List.of(); // forgotten meanwhile
        }
    }

    private LiveGauge statistic(GaugeFamily family, String name, ToDoubleFunction<WindowSummary> figure) {
        return gauge(family, DriftGauges.with(tags, "statistic", name), each -> each.windows(version), figure);
    }

    private LiveGauge gauge(
            GaugeFamily family,
            Map<String, String> of,
            Function<EdgeMonitor, List<WindowSummary>> windows,
            ToDoubleFunction<WindowSummary> figure) {
        return new LiveGauge(family, of, () -> {
            try {
                List<WindowSummary> closed = windows.apply(monitor);
                return closed.isEmpty() ? Double.NaN : figure.applyAsDouble(closed.get(closed.size() - 1));
            } catch (ModelNotFoundException e) {
                return Double.NaN; // forgotten meanwhile
            }
        });
    }
}
