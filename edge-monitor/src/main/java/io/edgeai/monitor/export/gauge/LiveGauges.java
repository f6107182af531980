package io.edgeai.monitor.export.gauge;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.series.SeriesWindow;
import io.edgeai.monitor.series.WatchedSeries;
import io.edgeai.monitor.window.WindowSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The gauges that a monitor has now. Versions, tests of drift and series that come later have others. Thread-safe. */
public final class LiveGauges {
    private final EdgeMonitor monitor;
    private final List<LiveGauge> all = new ArrayList<>();

    private LiveGauges(EdgeMonitor monitor) {
        this.monitor = monitor;
    }

    /** All of them, in the order of {@link GaugeFamily} within each subject. */
    public static List<LiveGauge> of(EdgeMonitor monitor) {
        LiveGauges gauges = new LiveGauges(monitor);
        monitor.versions().forEach(gauges::version);
        monitor.objectives().forEach(status -> new ObjectiveGauges(monitor, status.objective()).addTo(gauges.all));
        gauges.process();
        monitor.series().forEach(gauges::series);
        return List.copyOf(gauges.all);
    }

    private void version(VersionRef version) {
        Map<String, String> tags = tags(version);
        add(GaugeFamily.HEALTH, tags, version, each -> monitor.health(each)
                .score()
                .orElse(Double.NaN));
        for (SignalKind signal : SignalKind.values()) {
            if (signal != SignalKind.SERIES) {
                all.add(new LiveGauge(
                        GaugeFamily.ALERT_FIRING,
                        DriftGauges.with(tags, "signal", signal.name().toLowerCase(Locale.ROOT)),
                        () -> firing(version, signal)));
            }
        }
        new DriftGauges(monitor, version).addTo(all);
        new RunGauges(monitor, version).addTo(all);
    }

    private void process() {
        process(GaugeFamily.PROCESS_CPU, ResourceReading::cpuLoad);
        process(GaugeFamily.PROCESS_HEAP, ResourceReading::heapBytes);
        process(GaugeFamily.PROCESS_RESIDENT, ResourceReading::residentBytes);
    }

    private void process(GaugeFamily family, ToDoubleFunction<ResourceReading> figure) {
        all.add(new LiveGauge(family, Map.of(), () -> figure.applyAsDouble(newest())));
    }

    /** What the newest window of any version says. */
    private ResourceReading newest() {
        return monitor.versions().stream()
                .flatMap(this::lastWindow)
                .max(Comparator.comparing(WindowSummary::end))
                .map(WindowSummary::resources)
                .orElse(ResourceReading.NONE);
    }

    private Stream<WindowSummary> lastWindow(VersionRef version) {
        try {
            List<WindowSummary> windows = monitor.windows(version);
            return windows.subList(Math.max(0, windows.size() - 1), windows.size()).stream();
        } catch (ModelNotFoundException e) {
            return Stream.empty(); // forgotten meanwhile
        }
    }

    private void series(WatchedSeries series) {
        Map<String, String> tags = Map.of("series", series.name());
        all.add(new LiveGauge(GaugeFamily.SERIES, tags, () -> series.newest()
                .map(SeriesWindow::value)
                .orElse(Double.NaN)));
        all.add(new LiveGauge(GaugeFamily.SERIES_SCORE, tags, series::score));
        all.add(new LiveGauge(
                GaugeFamily.SERIES_FIRING, tags, () -> firing(VersionRef.of(series.name(), 1), SignalKind.SERIES)));
    }

    private double firing(VersionRef version, SignalKind signal) {
        boolean fires = monitor.alerts().stream()
                .anyMatch(alert -> alert.state() == AlertState.FIRING
                        && alert.signal() == signal
                        && alert.version().equals(version));
        return fires ? 1 : 0;
    }

    private void add(
            GaugeFamily family, Map<String, String> tags, VersionRef version, ToDoubleFunction<VersionRef> read) {
        all.add(new LiveGauge(family, tags, () -> {
            try {
                return read.applyAsDouble(version);
            } catch (ModelNotFoundException e) {
                return Double.NaN; // forgotten meanwhile
            }
        }));
    }

    static Map<String, String> tags(VersionRef version) {
        return Map.of("model", version.model().name(), "version", Integer.toString(version.number()));
    }
}
