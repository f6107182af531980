package io.edgeai.samples.cli;

import io.edgeai.optimize.OptimizationReport;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.fidelity.Fidelity;
import io.edgeai.optimize.fidelity.OutputFidelity;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.quantize.FloatNode;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An optimization's report on one screen. */
final class OptimizeText {
    private static final int MOST_REASONS = 5;

    private final Terminal terminal;

    private OptimizeText(Terminal terminal) {
        this.terminal = terminal;
    }

    /** @param output the file written, of a kept original its conversion, or null */
    static void print(OptimizationReport report, @Nullable Path output, Terminal terminal) {
        new OptimizeText(terminal).print(report, output);
    }

    private void print(OptimizationReport report, @Nullable Path output) {
        line("outcome", report.outcome());
        line("recipe", report.recipe());
        if (report.kept()) {
            line(
                    "size",
                    String.format(
                            Locale.ROOT,
                            "%s -> %s (%+.1f %%)",
                            Figures.bytes(report.bytesBefore()),
                            Figures.bytes(report.bytesAfter()),
                            100 * report.sizeChange()));
            latency(report.latency());
            fidelity(report.fidelity());
        }
        accuracy(report);
        if (!report.quantizedOps().isEmpty()) {
            line(
                    "fewer bits",
                    report.quantizedOps().toString().replaceAll("[{}]", "").replace('=', ' '));
        }
        left(report);
        fused(report.fused());
        tuning(report.tuning());
        report.trials()
                .forEach(trial -> line(
                        "tried",
                        trial.name()
                                + (trial.accepted() ? ": " : ": no; ")
                                + trial.verdict()
                                + figures(trial.figures(), report.accuracy(trial))));
        report.warnings().forEach(warning -> line("warning", warning));
        line("measured", report.hardware());
        if (output == null) {
            terminal.line("the original was kept; nothing was written");
        } else {
            terminal.line("-> " + output + (report.kept() ? "" : ": the conversion as it is"));
        }
    }

    /** Size, speed and accuracy of one that was measured, in brackets. */
    private static String figures(io.edgeai.optimize.search.@Nullable Figures figures, @Nullable Accuracy accuracy) {
        if (figures == null) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        parts.add(String.format(Locale.ROOT, "%.1f %% of the size", 100 * figures.sizeShare()));
        if (!Double.isNaN(figures.speedup())) {
            parts.add(String.format(Locale.ROOT, "%.2fx", figures.speedup()));
        }
        parts.add(
                accuracy == null
                        ? String.format(Locale.ROOT, "same class %.1f %%", 100 * figures.agreement())
                        : String.format(
                                Locale.ROOT,
                                "accuracy %.4f (%.4f to %.4f)",
                                accuracy.value(),
                                accuracy.lower(),
                                accuracy.upper()));
        return " [" + String.join(", ", parts) + "]";
    }

    private void latency(@Nullable LatencyComparison latency) {
        if (latency == null) {
            line("latency", "not measured");
            return;
        }
        line(
                "latency",
                String.format(
                        Locale.ROOT,
                        "medians %s -> %s of CPU; side by side %.2fx as fast (median of %d rounds, %.2f to %.2f)",
                        Figures.micros(latency.original().p50Micros()),
                        Figures.micros(latency.derived().p50Micros()),
                        latency.speedup(),
                        latency.rounds(),
                        latency.lowestRound(),
                        latency.highestRound()));
    }

    private void fidelity(@Nullable Fidelity fidelity) {
        if (fidelity == null) {
            return;
        }
        for (OutputFidelity output : fidelity.outputs()) {
            line(
                    "fidelity",
                    String.format(
                            Locale.ROOT,
                            "%s: cosine %.5f, SQNR %s, largest error %s, same best class %.1f %%, %d samples",
                            output.output(),
                            output.cosine(),
                            Double.isInfinite(output.sqnrDb())
                                    ? "exact"
                                    : String.format(Locale.ROOT, "%.1f dB", output.sqnrDb()),
                            Figures.significant(output.maxAbsError()),
                            100 * output.topOneAgreement(),
                            fidelity.samples()));
        }
    }

    private void accuracy(OptimizationReport report) {
        Accuracy before = report.accuracyBefore();
        Accuracy after = report.accuracyAfter();
        if (before == null) {
            line("accuracy", "not measured: no labels were given");
            return;
        }
        line("accuracy", "before " + text(before));
        if (report.kept() && after != null) {
            line(
                    "",
                    "after  " + text(after)
                            + String.format(Locale.ROOT, ": %.2f %% kept", 100 * report.accuracyKept()));
        }
    }

    private static String text(Accuracy accuracy) {
        return String.format(
                Locale.ROOT,
                "%.4f (95 %% interval %.4f to %.4f, %d of %d)",
                accuracy.value(),
                accuracy.lower(),
                accuracy.upper(),
                accuracy.correct(),
                accuracy.total());
    }

    private void left(OptimizationReport report) {
        Map<String, Integer> reasons = new LinkedHashMap<>();
        for (FloatNode node : report.left()) {
            reasons.merge(node.op() + ": " + node.reason(), 1, Integer::sum);
        }
        reasons.forEach((reason, count) -> line("stays float", count + " " + reason));
    }

    private void fused(@Nullable FusedShare fused) {
        if (fused == null) {
            return;
        }
        line(
                "integer",
                fused.ops().stream()
                        .filter(op -> op.meant() > 0)
                        .map(op -> op.fused() + " of " + op.meant() + " " + op.op())
                        .collect(Collectors.joining(", ")));
        Map<String, Integer> reasons = new LinkedHashMap<>();
        fused.unfused().forEach(node -> reasons.merge(node.op() + ": " + node.reason(), 1, Integer::sum));
        reasons.entrySet().stream()
                .limit(MOST_REASONS)
                .forEach(reason -> line("in float", reason.getValue() + " " + reason.getKey()));
        if (reasons.size() > MOST_REASONS) {
            line("", (reasons.size() - MOST_REASONS) + " more in the report");
        }
    }

    private void tuning(@Nullable TuningReport tuning) {
        if (tuning == null) {
            return;
        }
        line(
                "engine",
                tuning.changed()
                        ? String.format(
                                Locale.ROOT,
                                "%.2fx as fast with %d intra-op threads and %s (%d sets of options tried)",
                                tuning.speedup(),
                                tuning.best().intraOpThreads(),
                                new TreeMap<>(tuning.best().engineOptions()),
                                tuning.trials().size())
                        : "the default options are the fastest of "
                                + tuning.trials().size() + " sets tried");
    }

    private void line(String label, String text) {
        terminal.line(String.format("%-11s %s", label, text));
    }
}
