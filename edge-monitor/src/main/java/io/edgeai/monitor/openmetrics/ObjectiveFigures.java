package io.edgeai.monitor.openmetrics;

import io.edgeai.monitor.objective.BurnRule;
import io.edgeai.monitor.objective.ObjectiveStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How objectives stand, with labels {@code model} and {@code objective}. */
final class ObjectiveFigures {
    private ObjectiveFigures() {}

    static void write(List<ObjectiveStatus> all, OpenMetrics out) {
        out.family("edgeai_objective_target", OpenMetrics.Type.GAUGE, "", "Share of calls that must be good.");
        all.forEach(each -> out.sample("", labels(each), each.objective().target()));
        out.family(
                "edgeai_objective_budget_left",
                OpenMetrics.Type.GAUGE,
                "",
                "Share of the bad calls allowed in the period that is left; below 0 where there were more.");
        all.stream()
                .filter(each -> !Double.isNaN(each.budgetLeft()))
                .forEach(each -> out.sample("", labels(each), each.budgetLeft()));
        out.family(
                "edgeai_objective_burn_rate",
                OpenMetrics.Type.GAUGE,
                "",
                "Bad calls in a window over what would last for the period.");
        for (ObjectiveStatus each : all) {
            for (ObjectiveStatus.Burn burn : each.burns()) {
                rate(out, each, burn.rule().shortWindow(), burn.shortRate(), each.burns());
                rate(out, each, burn.rule().longWindow(), burn.longRate(), List.of());
            }
        }
    }

    /** A short window that is another rule's long one is written once. */
    private static void rate(
            OpenMetrics out, ObjectiveStatus status, Duration window, double rate, List<ObjectiveStatus.Burn> others) {
        boolean written = others.stream()
                .map(ObjectiveStatus.Burn::rule)
                .map(BurnRule::longWindow)
                .anyMatch(window::equals);
        if (!written && !Double.isNaN(rate)) {
            Map<String, String> labels = new TreeMap<>(labels(status));
            labels.put("window", window.toHours() > 0 ? window.toHours() + "h" : window.toMinutes() + "m");
            out.sample("", labels, rate);
        }
    }

    private static Map<String, String> labels(ObjectiveStatus status) {
        return Map.of(
                "model",
                status.objective().model().name(),
                "objective",
                status.objective().name());
    }
}
