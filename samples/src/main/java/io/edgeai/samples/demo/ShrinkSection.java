package io.edgeai.samples.demo;

import static io.edgeai.samples.demo.DemoReport.text;

import io.edgeai.optimize.OptimizationReport;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.samples.report.BarChart;
import io.edgeai.samples.report.Section;
import io.edgeai.samples.report.Section.Verdict;
import java.util.List;

/** What INT8 changed and what it cost. */
final class ShrinkSection {
    private ShrinkSection() {}

    static void fill(Section section, ShrinkStep.Result shrunk) {
        OptimizationReport report = shrunk.small().report();
        section.text(text(
                        "The registry keeps the network as %s (%,d multiply-adds a picture). The optimizer writes an INT8"
                                + " version of the graph, calibrated on 64 pictures, and measures both side by side.",
                        shrunk.original().ref(), shrunk.cost().macs()))
                .callout(report.outcome(), report.kept() ? Verdict.GOOD : Verdict.BAD)
                .chart(
                        "Size of the model file.",
                        BarChart.of("KiB", "original", "INT8")
                                .group("file", report.bytesBefore() / 1024.0, report.bytesAfter() / 1024.0));
        if (report.latency() != null) {
            section.chart(
                    text(
                            "Latency of one picture, one thread; the INT8 version is %.2f times as fast (single rounds"
                                    + " %.2f to %.2f).",
                            report.latency().speedup(),
                            report.latency().lowestRound(),
                            report.latency().highestRound()),
                    BarChart.of("µs", "original", "INT8")
                            .group(
                                    "p50",
                                    report.latency().original().p50Micros(),
                                    report.latency().derived().p50Micros())
                            .group(
                                    "p99",
                                    report.latency().original().p99Micros(),
                                    report.latency().derived().p99Micros()));
        }
        if (report.accuracyBefore() != null && report.accuracyAfter() != null) {
            section.table(
                    List.of("version", "right", "of", "accuracy", "95 % interval"),
                    List.of(row("original", report.accuracyBefore()), row("INT8", report.accuracyAfter())));
        }
        if (!report.layerErrors().isEmpty()) {
            BarChart errors = BarChart.of("signal to error, dB", "INT8").horizontal();
            for (LayerError layer : report.layerErrors()) {
                if (Double.isFinite(layer.sqnrDb())) {
                    errors.group(layer.value(), layer.sqnrDb());
                }
            }
            section.chart("Error of each value inside the network; longer is better.", errors);
        }
        if (!report.left().isEmpty()) {
            section.text("What stays float, and why:")
                    .points(report.left().stream().map(Object::toString).toList());
        }
        if (!report.warnings().isEmpty()) {
            section.points(report.warnings());
        }
    }

    private static List<String> row(String name, io.edgeai.optimize.fidelity.Accuracy accuracy) {
        return List.of(
                name,
                text("%,d", accuracy.correct()),
                text("%,d", accuracy.total()),
                text("%.2f %%", 100 * accuracy.value()),
                text("%.2f – %.2f %%", 100 * accuracy.lower(), 100 * accuracy.upper()));
    }
}
