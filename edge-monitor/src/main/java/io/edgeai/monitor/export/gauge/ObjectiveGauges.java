package io.edgeai.monitor.export.gauge;

import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.objective.BurnRule;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.monitor.objective.ObjectiveStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** How one objective stands. */
final class ObjectiveGauges {
    private final EdgeMonitor monitor;
    private final Objective objective;
    private final Map<String, String> tags;

    ObjectiveGauges(EdgeMonitor monitor, Objective objective) {
        this.monitor = monitor;
        this.objective = objective;
        this.tags = Map.of("model", objective.model().name(), "objective", objective.name());
    }

    void addTo(List<LiveGauge> all) {
        all.add(new LiveGauge(GaugeFamily.OBJECTIVE_TARGET, tags, objective::target));
        all.add(gauge(GaugeFamily.OBJECTIVE_BUDGET_LEFT, tags, ObjectiveStatus::budgetLeft));
        TreeSet<Duration> windows = new TreeSet<>();
        BurnRule.WORKBOOK.forEach(rule -> windows.addAll(List.of(rule.shortWindow(), rule.longWindow())));
        for (Duration window : windows) {
            String name = window.toHours() > 0 ? window.toHours() + "h" : window.toMinutes() + "m";
            all.add(gauge(
                    GaugeFamily.OBJECTIVE_BURN_RATE,
                    DriftGauges.with(tags, "window", name),
                    status -> rate(status, window)));
        }
    }

    private static double rate(ObjectiveStatus status, Duration window) {
        for (ObjectiveStatus.Burn burn : status.burns()) {
            if (burn.rule().longWindow().equals(window)) {
                return burn.longRate();
            }
            if (burn.rule().shortWindow().equals(window)) {
                return burn.shortRate();
            }
        }
        return Double.NaN;
    }

    private LiveGauge gauge(GaugeFamily family, Map<String, String> of, ToDoubleFunction<ObjectiveStatus> read) {
        return new LiveGauge(family, of, () -> monitor.objectives().stream()
                .filter(status -> status.objective().equals(objective))
                .mapToDouble(read)
                .findFirst()
                .orElse(Double.NaN));
    }
}
