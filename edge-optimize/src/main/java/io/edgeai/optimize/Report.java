package io.edgeai.optimize;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.Measurement.Measured;
import io.edgeai.optimize.OptimizationResult.Choice;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.search.ParetoFront;
import io.edgeai.optimize.search.Trial;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts a result together from what was measured. */
final class Report {
    private final Recipe recipe;
    private final OnnxGraph original;
    private final Provenance provenance;
    private final long bytesBefore;
    private final @Nullable Accuracy before;

    Report(Recipe recipe, OnnxGraph original, Provenance provenance, long bytesBefore, @Nullable Accuracy before) {
        this.recipe = recipe;
        this.original = original;
        this.provenance = provenance;
        this.bytesBefore = bytesBefore;
        this.before = before;
    }

    /** What both endings have in common. */
    record Ending(List<Trial> trials, @Nullable TuningReport tuning, List<String> warnings, long nanos) {}

    OptimizationResult unchanged(String reason, Ending ending) {
        return new OptimizationResult(
                original,
                options(original, ending),
                new OptimizationReport(
                        original.name(),
                        false,
                        "The original is returned: " + reason,
                        recipe.toString(),
                        bytesBefore,
                        bytesBefore,
                        Measurement.memory(original),
                        Measurement.memory(original),
                        null,
                        ending.tuning(),
                        null,
                        before,
                        before,
                        recipe.accuracyFloor(),
                        Map.of(),
                        List.of(),
                        null,
                        List.of(),
                        ending.trials(),
                        ending.warnings(),
                        Duration.ofNanos(ending.nanos()),
                        provenance),
                List.of());
    }

    OptimizationResult kept(
            Measured best, List<Measured> passed, List<LayerError> errors, @Nullable FusedShare fused, Ending ending) {
        Trial kept =
                ending.trials().stream().filter(Trial::accepted).findFirst().orElseThrow();
        OptimizationReport report = new OptimizationReport(
                original.name(),
                true,
                "Kept: " + kept.name() + summary(best),
                recipe.toString(),
                bytesBefore,
                best.figures().bytes(),
                Measurement.memory(original),
                best.figures().memoryBytes(),
                best.latency(),
                ending.tuning(),
                best.fidelity(),
                before,
                best.accuracy(),
                recipe.accuracyFloor(),
                best.candidate().quantizedOps(),
                best.candidate().left(),
                fused,
                errors,
                ending.trials(),
                ending.warnings(),
                Duration.ofNanos(ending.nanos()),
                provenance);
        List<Choice> front = ParetoFront.of(ending.trials()).stream()
                .flatMap(trial -> passed.stream()
                        .filter(measured -> measured.name().equals(trial.name()))
                        .map(measured -> new Choice(trial, measured.candidate().graph())))
                .toList();
        OnnxGraph graph = best.candidate().graph();
        return new OptimizationResult(graph, options(graph, ending), report, front);
    }

    private SessionOptions options(OnnxGraph graph, Ending ending) {
        if (ending.tuning() != null) {
            return ending.tuning().best();
        }
        return recipe.accelerator() == null || graph == original
                ? SessionOptions.defaults()
                : recipe.accelerator().options(graph);
    }

    private static String summary(Measured best) {
        return String.format(
                        Locale.ROOT, ", size %+.1f %%", 100 * best.figures().sizeShare() - 100)
                + (best.latency() == null
                        ? ""
                        : String.format(
                                Locale.ROOT, ", speed %.2f×", best.figures().speedup()));
    }
}
