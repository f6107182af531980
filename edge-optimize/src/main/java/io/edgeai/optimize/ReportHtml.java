package io.edgeai.optimize;

import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.search.Figures;
import io.edgeai.optimize.search.Trial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes a report as one page with inline styles and SVG. */
final class ReportHtml {
    private static final int WIDTH = 640;
    private static final int ROW = 26;
    private static final int LABEL = 150;
    private static final int MOST_LAYERS = 400;
    private static final String STYLE = "body{font:15px/1.5 system-ui,sans-serif;max-width:860px;margin:2em auto;"
            + "padding:0 1em;color:#1c2330}h1{font-size:1.5em}h2{font-size:1.1em;margin-top:1.8em}"
            + "table{border-collapse:collapse}td,th{padding:.25em .8em;border-bottom:1px solid #dde2ea;text-align:left}"
            + ".kept{color:#1a7f4b}.original{color:#a15c00}svg{max-width:100%;height:auto}"
            + "text{font:12px system-ui,sans-serif;fill:#1c2330}td{overflow-wrap:anywhere}"
            + "@media(max-width:640px){table{display:block;overflow-x:auto}text{font-size:16px}}";

    private final StringBuilder page = new StringBuilder();

    private ReportHtml() {}

    static String of(OptimizationReport report) {
        return new ReportHtml().write(report);
    }

    private String write(OptimizationReport report) {
        page.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                        + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>")
                .append(escaped(report.model()))
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>Optimization of ")
                .append(escaped(report.model()))
                .append("</h1><p class=\"")
                .append(report.kept() ? "kept" : "original")
                .append("\">")
                .append(escaped(report.outcome()))
                .append("</p><p>")
                .append(escaped(report.recipe() + " · " + report.hardware() + " · "
                        + format("%.1f s", report.duration().toMillis() / 1e3)))
                .append("</p>");
        list("Warnings", report.warnings());
        size(report);
        memory(report);
        latency(report.latency());
        accuracy(report);
        fidelity(report);
        layers(report.layerErrors());
        nodes(report);
        fused(report.fused());
        tuning(report.tuning());
        trials(report);
        provenance(report.provenance());
        return page.append("</body></html>").toString();
    }

    private void size(OptimizationReport report) {
        heading("Size", format("%+.1f %%", 100 * report.sizeChange()));
        double most = Math.max(report.bytesBefore(), report.bytesAfter());
        bars(
                Map.of(),
                List.of(
                        new Bar("before", report.bytesBefore() / most, format("%,d bytes", report.bytesBefore())),
                        new Bar("after", report.bytesAfter() / most, format("%,d bytes", report.bytesAfter()))));
    }

    private void memory(OptimizationReport report) {
        double most = Math.max(report.memoryBefore(), report.memoryAfter());
        heading("Memory", "estimate: constants and the most that intermediate values take at once");
        bars(
                Map.of(),
                List.of(
                        new Bar("before", report.memoryBefore() / most, format("%,d bytes", report.memoryBefore())),
                        new Bar("after", report.memoryAfter() / most, format("%,d bytes", report.memoryAfter()))));
    }

    private void latency(@Nullable LatencyComparison latency) {
        if (latency == null) {
            return;
        }
        heading(
                "Latency",
                format(
                        "%.2f× (rounds %.2f to %.2f)",
                        latency.speedup(), latency.lowestRound(), latency.highestRound()));
        double most = Math.max(latency.original().p99Micros(), latency.derived().p99Micros());
        bars(
                Map.of(),
                List.of(
                        micros("before p50", latency.original().p50Micros(), most),
                        micros("after p50", latency.derived().p50Micros(), most),
                        micros("before p99", latency.original().p99Micros(), most),
                        micros("after p99", latency.derived().p99Micros(), most)));
    }

    private static Bar micros(String label, double value, double most) {
        return new Bar(label, value / most, format("%,.1f µs", value));
    }

    private void accuracy(OptimizationReport report) {
        Accuracy before = report.accuracyBefore();
        Accuracy after = report.accuracyAfter();
        if (before == null || after == null) {
            return;
        }
        heading("Accuracy", format("%.2f %% of the original's", 100 * report.accuracyKept()));
        Map<Integer, Accuracy> intervals = new LinkedHashMap<>();
        intervals.put(0, before);
        intervals.put(1, after);
        bars(
                intervals,
                List.of(
                        new Bar("before", before.value(), interval(before)),
                        new Bar("after", after.value(), interval(after))));
    }

    private static String interval(Accuracy accuracy) {
        return format("%.2f %% [%.2f, %.2f]", 100 * accuracy.value(), 100 * accuracy.lower(), 100 * accuracy.upper());
    }

    private void table(String... titles) {
        page.append("<table><tr>");
        for (String title : titles) {
            page.append("<th>").append(title).append("</th>");
        }
        page.append("</tr>");
    }

    private void fidelity(OptimizationReport report) {
        if (report.fidelity() == null) {
            return;
        }
        heading("Fidelity", report.fidelity().samples() + " samples");
        table("output", "top-1 agreement", "SQNR", "cosine", "max error", "mean error");
        report.fidelity()
                .outputs()
                .forEach(output -> row(
                        output.output(),
                        format("%.2f %%", 100 * output.topOneAgreement()),
                        format("%.1f dB", output.sqnrDb()),
                        format("%.6f", output.cosine()),
                        format("%.3g", output.maxAbsError()),
                        format("%.3g", output.meanAbsError())));
        page.append("</table>");
    }

    private void layers(List<LayerError> layers) {
        if (layers.isEmpty()) {
            return;
        }
        heading("Error by layer", "signal to error in dB, higher is better");
        List<LayerError> shown = layers.subList(0, Math.min(MOST_LAYERS, layers.size()));
        double step = (double) (WIDTH - 60) / shown.size();
        page.append(format("<svg viewBox=\"0 0 %d 190\" width=\"%d\" role=\"img\">", WIDTH, WIDTH));
        for (int db = 0; db <= 60; db += 20) {
            page.append(format(
                    "<line x1=\"40\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#dde2ea\"/><text x=\"4\""
                            + " y=\"%d\">%d</text>",
                    WIDTH - 20, 165 - 2 * db, 165 - 2 * db, 169 - 2 * db, db));
        }
        for (int i = 0; i < shown.size(); i++) {
            double height = 2 * Math.max(0, Math.min(75, shown.get(i).sqnrDb()));
            page.append(format(
                            "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" fill=\"#3d6fb4\"><title>",
                            40 + i * step, 165 - height, Math.max(0.5, step * 0.8), height))
                    .append(escaped(format(
                            "%s: %.1f dB", shown.get(i).value(), shown.get(i).sqnrDb())))
                    .append("</title></rect>");
        }
        page.append("</svg>");
    }

    private void nodes(OptimizationReport report) {
        if (!report.quantizedOps().isEmpty()) {
            heading("Quantized", "");
            table("operator", "nodes");
            report.quantizedOps().forEach((op, count) -> row(op, Integer.toString(count)));
            page.append("</table>");
        }
        counted("Left in float", report.left().stream().map(node -> node.op() + ": " + node.reason()));
    }

    /** A table of equal lines, each with how often it occurs. */
    private void counted(String title, Stream<String> lines) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        lines.forEach(line -> counts.merge(line, 1, Integer::sum));
        if (!counts.isEmpty()) {
            heading(title, "");
            table("nodes", "why");
            counts.forEach((reason, count) -> row(Integer.toString(count), reason));
            page.append("</table>");
        }
    }

    private void fused(@Nullable FusedShare fused) {
        if (fused == null) {
            return;
        }
        heading("Integer kernels", "what the engine computes on bytes");
        table("operator", "nodes", "meant to", "do");
        fused.ops()
                .forEach(op -> row(
                        op.op(),
                        Integer.toString(op.nodes()),
                        Integer.toString(op.meant()),
                        Integer.toString(op.fused())));
        page.append("</table>");
        counted("Computed in float", fused.unfused().stream().map(node -> node.op() + ": " + node.reason()));
    }

    private void tuning(@Nullable TuningReport tuning) {
        if (tuning == null) {
            return;
        }
        heading(
                "Engine options",
                tuning.changed()
                        ? format("%.2f× the speed of the default ones", tuning.speedup())
                        : "the default ones are the fastest");
        table("options", "speed", "p50", "rounds", "outcome");
        tuning.trials()
                .forEach(trial -> row(
                        trial.label(),
                        format("%.2f×", trial.speedup()),
                        format("%,.1f µs", trial.p50Micros()),
                        Integer.toString(trial.rounds()),
                        trial.outcome()));
        page.append("</table>");
    }

    private void trials(OptimizationReport report) {
        List<Trial> measured = report.trials().stream()
                .filter(trial -> trial.figures() != null)
                .toList();
        if (measured.size() > 1) {
            heading("Candidates", "up is faster, left is smaller; the line joins those worth choosing between");
            page.append(FrontPlot.of(measured, report.front()));
        }
        heading("Tried", "");
        table("candidate", "size", "speed", "accuracy", "agreement", "SQNR", "verdict");
        report.trials().forEach(trial -> {
            Figures figures = trial.figures();
            if (figures == null) {
                row(trial.name(), "", "", "", "", "", trial.verdict());
            } else {
                row(
                        trial.name(),
                        format("%.1f %%", 100 * figures.sizeShare()),
                        Double.isNaN(figures.speedup()) ? "" : format("%.2f×", figures.speedup()),
                        Double.isNaN(figures.accuracy()) ? "" : format("%.2f %%", 100 * figures.accuracy()),
                        format("%.2f %%", 100 * figures.agreement()),
                        format("%.1f dB", figures.sqnrDb()),
                        trial.verdict());
            }
        });
        page.append("</table>");
    }

    private void provenance(Provenance provenance) {
        heading("Provenance", "");
        page.append("<table>");
        row("model", "sha256 " + provenance.model().hex());
        if (provenance.calibration() != null) {
            row("calibration samples", "sha256 " + provenance.calibration().hex());
        }
        if (provenance.labelled() != null) {
            row("labelled samples", "sha256 " + provenance.labelled().hex());
        }
        if (provenance.training() != null) {
            row("examples trained on", "sha256 " + provenance.training().hex());
        }
        if (provenance.student() != null) {
            row("student", "sha256 " + provenance.student().hex());
        }
        row("library", "EdgeAI " + provenance.library());
        row("engine", provenance.engine());
        row("machine", provenance.hardware());
        page.append("</table>");
    }

    private record Bar(String label, double share, String text) {}

    private void bars(Map<Integer, Accuracy> intervals, List<Bar> bars) {
        int room = WIDTH - LABEL - 190;
        page.append(format("<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\">", WIDTH, ROW * bars.size(), WIDTH));
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            int y = i * ROW;
            page.append(format("<text x=\"0\" y=\"%d\">%s</text>", y + 17, escaped(bar.label())));
            page.append(format(
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"18\" fill=\"%s\"/>",
                    LABEL, y + 3, room * bar.share(), bar.label().startsWith("before") ? "#9aa7b8" : "#3d6fb4"));
            Accuracy interval = intervals.get(i);
            if (interval != null) {
                page.append(format(
                        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#1c2330\" stroke-width=\"2\"/>",
                        LABEL + room * interval.lower(), LABEL + room * interval.upper(), y + 12, y + 12));
            }
            page.append(format(
                    "<text x=\"%.1f\" y=\"%d\">%s</text>",
                    LABEL + room * bar.share() + 8, y + 17, escaped(bar.text())));
        }
        page.append("</svg>");
    }

    private void heading(String title, String detail) {
        page.append("<h2>").append(escaped(title));
        if (!detail.isEmpty()) {
            page.append(": ").append(escaped(detail));
        }
        page.append("</h2>");
    }

    private void list(String title, List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        heading(title, "");
        page.append("<ul>");
        lines.forEach(line -> page.append("<li>").append(escaped(line)).append("</li>"));
        page.append("</ul>");
    }

    private void row(String... cells) {
        page.append("<tr>");
        for (String cell : cells) {
            page.append("<td>").append(escaped(cell)).append("</td>");
        }
        page.append("</tr>");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
