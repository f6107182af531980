package io.edgeai.monitor.export.micrometer;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.export.gauge.GaugeFamily;
import io.edgeai.monitor.export.gauge.LiveGauge;
import io.edgeai.monitor.export.gauge.LiveGauges;
import io.edgeai.monitor.window.WindowSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * Binds a monitor to a registry: {@code edgeai.inferences}, {@code edgeai.inference.failures}, {@code
 * edgeai.inference.latency} (seconds, tag {@code quantile}, of the last closed window), each with tags {@code model} and
 * {@code version}, and the gauges of {@link GaugeFamily}: health, alerts, drift, objectives, the process, series. Meters of
 * what comes or goes (versions, drift tests, series) appear and vanish with {@link #refresh()},
 * which a host calls now and then, e.g. once a minute. Figures are read when the registry asks; recording costs nothing
 * more. Thread-safe.
 */
public final class EdgeMonitorMetrics implements MeterBinder {
    private static final double NANOS = 1e9;

    private final EdgeMonitor monitor;
    private final Map<MeterRegistry, Map<VersionRef, List<Meter>>> bound = new ConcurrentHashMap<>();
    private final Map<MeterRegistry, Map<Key, Meter>> boundGauges = new ConcurrentHashMap<>();

    private record Key(GaugeFamily family, Map<String, String> tags) {}

    public EdgeMonitorMetrics(EdgeMonitor monitor) {
        this.monitor = monitor;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bound.computeIfAbsent(registry, key -> new ConcurrentHashMap<>());
        boundGauges.computeIfAbsent(registry, key -> new ConcurrentHashMap<>());
        refresh();
    }

    /** Adds meters of versions that are watched by now and removes those of versions that are no longer. */
    public void refresh() {
        refreshGauges();
        Set<VersionRef> watched = Set.copyOf(monitor.versions());
        bound.forEach((registry, meters) -> {
            watched.forEach(version -> meters.computeIfAbsent(version, key -> meters(registry, key)));
            meters.keySet().stream()
                    .filter(version -> !watched.contains(version))
                    .forEach(gone -> {
                        List<Meter> removed = meters.remove(gone);
                        if (removed != null) {
                            removed.forEach(registry::remove);
                        }
                    });
        });
    }

    private void refreshGauges() {
        Map<Key, LiveGauge> now = new HashMap<>();
        LiveGauges.of(monitor).forEach(each -> now.put(new Key(each.family(), each.tags()), each));
        boundGauges.forEach((registry, meters) -> {
            now.forEach((key, each) -> meters.computeIfAbsent(key, fresh -> gauge(registry, each)));
            meters.entrySet().removeIf(entry -> {
                boolean gone = !now.containsKey(entry.getKey());
                if (gone) {
                    registry.remove(entry.getValue());
                }
                return gone;
            });
        });
    }

    private static Gauge gauge(MeterRegistry registry, LiveGauge of) {
        List<Tag> tags = of.tags().entrySet().stream()
                .map(entry -> Tag.of(entry.getKey(), entry.getValue()))
                .toList();
        return Gauge.builder(of.family().title(), () -> of.value().getAsDouble())
                .description(of.family().help())
                .baseUnit(of.family().unit().equals("By") ? "bytes" : null)
                .tags(tags)
                .register(registry);
    }

    private List<Meter> meters(MeterRegistry registry, VersionRef version) {
        Tags tags = Tags.of("model", version.model().name(), "version", Integer.toString(version.number()));
        return List.of(
                FunctionCounter.builder(
                                "edgeai.inferences",
                                monitor,
                                from -> figure(
                                        version, (m, v) -> (double) m.totals(v).successes()))
                        .description("Answers of a version")
                        .tags(tags)
                        .register(registry),
                FunctionCounter.builder(
                                "edgeai.inference.failures",
                                monitor,
                                from -> figure(
                                        version, (m, v) -> (double) m.totals(v).failures()))
                        .description("Inferences of a version that failed")
                        .tags(tags)
                        .register(registry),
                latency(registry, version, tags, "0.5", WindowSummary::p50Nanos),
                latency(registry, version, tags, "0.9", WindowSummary::p90Nanos),
                latency(registry, version, tags, "0.99", WindowSummary::p99Nanos));
    }

    private Gauge latency(
            MeterRegistry registry,
            VersionRef version,
            Tags tags,
            String quantile,
            ToDoubleFunction<WindowSummary> nanos) {
        return Gauge.builder(
                        "edgeai.inference.latency",
                        monitor,
                        from -> figure(version, (m, v) -> {
                            List<WindowSummary> windows = m.windows(v);
                            return windows.isEmpty()
                                    ? Double.NaN
                                    : nanos.applyAsDouble(windows.get(windows.size() - 1)) / NANOS;
                        }))
                .description("Time of an answer in the last closed window")
                .baseUnit("seconds")
                .tags(tags.and("quantile", quantile))
                .register(registry);
    }

    private double figure(VersionRef version, ToDoubleBiFunction<EdgeMonitor, VersionRef> read) {
        try {
            return read.applyAsDouble(monitor, version);
        } catch (ModelNotFoundException e) {
            return Double.NaN; // forgotten meanwhile
        }
    }
}
