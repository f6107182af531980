package io.edgeai.samples.demo;

import static io.edgeai.samples.demo.DemoReport.text;

import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.samples.report.LineChart;
import io.edgeai.samples.report.Section;
import io.edgeai.samples.report.Section.Verdict;
import io.edgeai.samples.report.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the monitor saw while two versions answered. */
final class ServeSection {
    private ServeSection() {}

    static void fill(Section section, ServeStep.Result served) {
        section.text(text(
                        "%s and %s share the requests of one endpoint. From window %d on, each answer of %s really takes"
                                + " %d ms longer; from window %d on, the camera is dull. %,d requests are answered for"
                                + " real; the monitor's clock runs ahead, so that a window of ten seconds holds all"
                                + " requests of a fraction of one.",
                        served.stable(),
                        served.faulty(),
                        ServeStep.FAULT_AT,
                        served.faulty(),
                        ServeStep.FAULT.toMillis(),
                        ServeStep.DRIFT_AT,
                        served.requests()))
                .callout(served.outcome(), served.caught() ? Verdict.GOOD : Verdict.BAD)
                .chart("Median latency of each window.", latency(served))
                .chart("Health of " + served.stable() + ", 0 to 100.", health(served))
                .chart("What happened and what was noticed, by window.", timeline(served))
                .table(List.of("window", "signal", "version", "score", "what was seen"), alerts(served))
                .text(text("Health of %s when it was taken out, part by part:", served.faulty()))
                .table(List.of("part", "weight", "points lost", "why"), parts(served.faultyHealth()))
                .text(text(
                        "Health of %s at the end. Right answers: %.1f %% before the camera went dull, %.1f %% after.",
                        served.stable(), 100 * served.accuracyBefore(), 100 * served.accuracyAfter()))
                .table(List.of("part", "weight", "points lost", "why"), parts(served.lastHealth()));
    }

    private static LineChart latency(ServeStep.Result served) {
        double[] x = windows(served);
        return LineChart.of("window", "median latency, µs")
                .line(served.stable().toString(), x, served.medians().get(0))
                .line(served.faulty().toString(), x, served.medians().get(1))
                .mark(ServeStep.FAULT_AT, "fault")
                .mark(ServeStep.DRIFT_AT, "dull camera")
                .fromZero();
    }

    private static LineChart health(ServeStep.Result served) {
        return LineChart.of("window", "health")
                .line(served.stable().toString(), windows(served), series(served))
                .mark(ServeStep.DRIFT_AT, "dull camera")
                .fromZero();
    }

    private static Timeline timeline(ServeStep.Result served) {
        int end = served.health().size();
        Timeline timeline = Timeline.of("window")
                .span("traffic", 0, served.reroutedAt() < 0 ? end : served.reroutedAt(), "both versions", 0)
                .span("fault", ServeStep.FAULT_AT, end, served.faulty() + " slow", 1)
                .span("camera", ServeStep.DRIFT_AT, end, "dull", 3);
        if (served.reroutedAt() >= 0) {
            timeline.span("traffic", served.reroutedAt(), end, served.stable() + " only", 2);
        }
        for (ServeStep.Seen seen : served.alerts()) {
            timeline.event(
                    "alerts: " + seen.alert().signal(),
                    seen.window(),
                    seen.alert().version().toString(),
                    1);
        }
        return timeline;
    }

    private static List<List<String>> alerts(ServeStep.Result served) {
        List<List<String>> rows = new ArrayList<>();
        for (ServeStep.Seen seen : served.alerts()) {
            rows.add(List.of(
                    Integer.toString(seen.window()),
                    seen.alert().signal().toString(),
                    seen.alert().version().toString(),
                    text("%.3f", seen.alert().score()),
                    seen.alert().message()));
        }
        return rows;
    }

    private static List<List<String>> parts(Health health) {
        List<List<String>> rows = new ArrayList<>();
        for (HealthPart part : health.parts()) {
            rows.add(List.of(
                    part.signal().toString(),
                    text("%.2f", part.weight()),
                    part.known() ? text("%.1f", part.pointsLost()) : "–",
                    part.reason()));
        }
        return rows;
    }

    private static double[] windows(ServeStep.Result served) {
        double[] x = new double[served.health().size()];
        Arrays.setAll(x, i -> i);
        return x;
    }

    private static double[] series(ServeStep.Result served) {
        return served.health().stream().mapToDouble(Double::doubleValue).toArray();
    }
}
