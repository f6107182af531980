package io.edgeai.optimize;

import static io.edgeai.optimize.ReportPage.format;

import io.edgeai.optimize.ReportPage.Bar;
import io.edgeai.optimize.ReportPage.Tile;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.search.Figures;
import io.edgeai.optimize.search.Trial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes a report as a page: what came out first, then why. */
final class ReportHtml {
    private final ReportPage page;

    private ReportHtml(ReportPage page) {
        this.page = page;
    }

    static String of(OptimizationReport report) {
        return new ReportHtml(new ReportPage("Optimization of " + report.model())).write(report);
    }

    private String write(OptimizationReport report) {
        page.paragraph(report.kept() ? "kept" : "original", report.outcome());
        page.paragraph(
                "how",
                report.recipe() + " · " + report.hardware() + " · "
                        + format("%.1f s", report.duration().toMillis() / 1e3));
        page.tiles(tiles(report));
        if (!report.warnings().isEmpty()) {
            page.section("Warnings", "");
            page.list(report.warnings());
        }
        size(report);
        memory(report);
        latency(report.latency());
        accuracy(report);
        fidelity(report);
        if (!report.layerErrors().isEmpty()) {
            page.section("Error by layer", "signal to error in dB, higher is better");
            page.picture(LayerPlot.of(report.layerErrors()));
        }
        nodes(report);
        fused(report.fused());
        tuning(report.tuning());
        trials(report);
        provenance(report.provenance());
        return page.end();
    }

    private static List<Tile> tiles(OptimizationReport report) {
        List<Tile> tiles = new ArrayList<>();
        tiles.add(new Tile(
                "size of the file",
                format("%+.1f %%", 100 * report.sizeChange()),
                bytes(report.bytesBefore()) + " → " + bytes(report.bytesAfter()),
                report.sizeChange() < 0 ? "good" : ""));
        LatencyComparison latency = report.latency();
        if (latency != null) {
            tiles.add(new Tile(
                    "speed",
                    format("%.2f×", latency.speedup()),
                    format(
                            "median %,.1f µs → %,.1f µs",
                            latency.original().p50Micros(), latency.derived().p50Micros()),
                    latency.speedup() > 1.03 ? "good" : latency.speedup() < 0.97 ? "bad" : ""));
        }
        Accuracy before = report.accuracyBefore();
        Accuracy after = report.accuracyAfter();
        if (before != null && after != null) {
            tiles.add(new Tile(
                    "accuracy kept",
                    format("%.2f %%", 100 * report.accuracyKept()),
                    format("%.2f %% → %.2f %%", 100 * before.value(), 100 * after.value()),
                    after.value() >= before.value() ? "good" : ""));
        }
        return tiles;
    }

    private static String bytes(long count) {
        return count < 1024
                ? count + " bytes"
                : count < 1 << 20 ? format("%.1f KiB", count / 1024.0) : format("%.1f MiB", count / 1048576.0);
    }

    private void size(OptimizationReport report) {
        page.section("Size", format("%+.1f %%", 100 * report.sizeChange()));
        double most = Math.max(report.bytesBefore(), report.bytesAfter());
        page.bars(
                "Size before and after",
                List.of(
                        new Bar("before", report.bytesBefore() / most, exact(report.bytesBefore())),
                        new Bar("after", report.bytesAfter() / most, exact(report.bytesAfter()))));
    }

    private static String exact(long count) {
        return bytes(count) + (count < 1024 ? "" : format(" (%,d bytes)", count));
    }

    private void memory(OptimizationReport report) {
        double most = Math.max(report.memoryBefore(), report.memoryAfter());
        page.section("Memory", "estimate: constants and the most that intermediate values take at once");
        page.bars(
                "Memory before and after",
                List.of(
                        new Bar("before", report.memoryBefore() / most, exact(report.memoryBefore())),
                        new Bar("after", report.memoryAfter() / most, exact(report.memoryAfter()))));
    }

    private void latency(@Nullable LatencyComparison latency) {
        if (latency == null) {
            return;
        }
        page.section(
                "Latency",
                format(
                        "%.2f× (rounds %.2f to %.2f)",
                        latency.speedup(), latency.lowestRound(), latency.highestRound()));
        double most = Math.max(latency.original().p99Micros(), latency.derived().p99Micros());
        page.bars(
                "Latency before and after",
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
        page.section("Accuracy", format("%.2f %% of the original's", 100 * report.accuracyKept()));
        page.bars("Accuracy before and after", List.of(share("before", before), share("after", after)));
    }

    private static Bar share(String label, Accuracy accuracy) {
        return new Bar(label, accuracy.value(), interval(accuracy), accuracy.lower(), accuracy.upper());
    }

    private static String interval(Accuracy accuracy) {
        return format("%.2f %% [%.2f, %.2f]", 100 * accuracy.value(), 100 * accuracy.lower(), 100 * accuracy.upper());
    }

    private void fidelity(OptimizationReport report) {
        if (report.fidelity() == null) {
            return;
        }
        page.section("Fidelity", report.fidelity().samples() + " samples");
        page.table("output", "top-1 agreement", "SQNR", "cosine", "max error", "mean error");
        report.fidelity()
                .outputs()
                .forEach(output -> page.row(
                        output.output(),
                        format("%.2f %%", 100 * output.topOneAgreement()),
                        decibel(output.sqnrDb()),
                        format("%.6f", output.cosine()),
                        format("%.3g", output.maxAbsError()),
                        format("%.3g", output.meanAbsError())));
        page.endTable();
    }

    private void nodes(OptimizationReport report) {
        if (!report.quantizedOps().isEmpty()) {
            page.section("Quantized", "");
            page.table("operator", "nodes");
            report.quantizedOps().forEach((op, count) -> page.row(op, Integer.toString(count)));
            page.endTable();
        }
        counted("Left in float", report.left().stream().map(node -> node.op() + ": " + node.reason()));
    }

    /** A table of equal lines, each with how often it occurs. */
    private void counted(String title, Stream<String> lines) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        lines.forEach(line -> counts.merge(line, 1, Integer::sum));
        if (!counts.isEmpty()) {
            page.section(title, "");
            page.table("nodes", "why");
            counts.forEach((reason, count) -> page.row(Integer.toString(count), reason));
            page.endTable();
        }
    }

    private void fused(@Nullable FusedShare fused) {
        if (fused == null) {
            return;
        }
        page.section("Integer kernels", "what the engine computes on bytes");
        page.table("operator", "nodes", "meant to", "do");
        fused.ops()
                .forEach(op -> page.row(
                        op.op(),
                        Integer.toString(op.nodes()),
                        Integer.toString(op.meant()),
                        Integer.toString(op.fused())));
        page.endTable();
        counted("Computed in float", fused.unfused().stream().map(node -> node.op() + ": " + node.reason()));
    }

    private void tuning(@Nullable TuningReport tuning) {
        if (tuning == null) {
            return;
        }
        page.section(
                "Engine options",
                tuning.changed()
                        ? format("%.2f× the speed of the default ones", tuning.speedup())
                        : "the default ones are the fastest");
        page.table("options", "speed", "p50", "rounds", "outcome");
        tuning.trials()
                .forEach(trial -> page.row(
                        trial.label(),
                        format("%.2f×", trial.speedup()),
                        format("%,.1f µs", trial.p50Micros()),
                        Integer.toString(trial.rounds()),
                        trial.outcome()));
        page.endTable();
    }

    private void trials(OptimizationReport report) {
        List<Trial> measured = report.trials().stream()
                .filter(trial -> trial.figures() != null)
                .toList();
        if (measured.size() > 1) {
            page.section("Candidates", "up is faster, left is smaller; the line joins those worth choosing between");
            page.picture(FrontPlot.of(measured, report.front()));
        }
        page.section("Tried", "");
        page.table("candidate", "size", "speed", "accuracy", "agreement", "SQNR", "verdict");
        report.trials().forEach(trial -> {
            Figures figures = trial.figures();
            if (figures == null) {
                page.row(trial.name(), "", "", "", "", "", trial.verdict());
            } else {
                page.row(
                        trial.name(),
                        format("%.1f %%", 100 * figures.sizeShare()),
                        Double.isNaN(figures.speedup()) ? "" : format("%.2f×", figures.speedup()),
                        accuracy(report.accuracy(trial)),
                        format("%.2f %%", 100 * figures.agreement()),
                        decibel(figures.sqnrDb()),
                        trial.verdict());
            }
        });
        page.endTable();
    }

    private void provenance(Provenance provenance) {
        page.section("Provenance", "");
        page.table();
        page.row("model", "sha256 " + provenance.model().hex());
        if (provenance.calibration() != null) {
            page.row("calibration samples", "sha256 " + provenance.calibration().hex());
        }
        if (provenance.labelled() != null) {
            page.row("labelled samples", "sha256 " + provenance.labelled().hex());
        }
        if (provenance.training() != null) {
            page.row("examples trained on", "sha256 " + provenance.training().hex());
        }
        if (provenance.student() != null) {
            page.row("student", "sha256 " + provenance.student().hex());
        }
        page.row("library", "EdgeAI " + provenance.library());
        page.row("engine", provenance.engine());
        page.row("machine", provenance.hardware());
        page.endTable();
    }

    private static String accuracy(@Nullable Accuracy measured) {
        return measured == null
                ? ""
                : format(
                        "%.2f %% (%.2f to %.2f)",
                        100 * measured.value(), 100 * measured.lower(), 100 * measured.upper());
    }

    private static String decibel(double ratio) {
        return ratio == Double.POSITIVE_INFINITY ? "exact" : format("%.1f dB", ratio);
    }
}
