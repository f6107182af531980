package io.edgeai.optimize;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.opset.OpsetUpgrade;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.batching.BatchFreeing;
import io.edgeai.optimize.batching.FreedModel;
import io.edgeai.optimize.correct.Equalization;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.partition.TensorSplit;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.prune.PruneReport;
import io.edgeai.optimize.prune.PrunedModel;
import io.edgeai.optimize.prune.StructuredPruner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The graph that candidates are built from: the original or the student it has taught, simplified and raised, pruned and
 * fine-tuned.
 *
 * @param graph the caller's
 * @param warnings what the user should know about the making
 */
record PreparedGraph(OnnxGraph graph, List<String> warnings) {
    private static final int MOST_ALONE = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Makes prepared graphs; what took long is kept in the run's folder. */
    record Maker(
            InferenceRuntime runtime,
            Recipe recipe,
            Progress progress,
            RecipeTraining training,
            @Nullable Path folder) {
        PreparedGraph of(OnnxGraph original, List<Map<String, Tensor>> samples) {
            return stored().orElseGet(() -> {
                PreparedGraph made = make(original, samples);
                store(made);
                return made;
            });
        }

        private PreparedGraph make(OnnxGraph original, List<Map<String, Tensor>> samples) {
            List<String> warnings = new ArrayList<>();
            OnnxGraph student = training.student();
            boolean changed = recipe.retraining().first() != null;
            OnnxGraph start = student != null ? student : changed ? training.teacher() : original;
            OnnxGraph simple = simplified(freed(start, samples, warnings), warnings);
            OnnxGraph made = recipe.pruning().isEmpty()
                    ? simple
                    : training.fineTuned(pruned(simple, repairing(original, samples), warnings));
            warnings.addAll(training.notes());
            return new PreparedGraph(split(equalized(made, warnings)), warnings);
        }

        private OnnxGraph freed(OnnxGraph given, List<Map<String, Tensor>> samples, List<String> warnings) {
            if (!recipe.freesBatch()) {
                return given;
            }
            FreedModel freed =
                    new BatchFreeing(runtime).free(given, samples.subList(0, Math.min(MOST_ALONE, samples.size())));
            warnings.add(String.format(
                    Locale.ROOT,
                    "The batch is open: in batches of %s each sample gets the answer it gets alone, up to %.1e of the"
                            + " largest value.",
                    freed.batches(),
                    freed.largestDifference()));
            return freed.graph();
        }

        private OnnxGraph equalized(OnnxGraph given, List<String> warnings) {
            Equalization.Clips clips = recipe.equalization();
            if (clips == null) {
                return given;
            }
            Equalization.Equalized equalized = Equalization.apply(given, clips);
            warnings.add(equalized.pairs() + " pairs of neighbouring convolutions were equalized, " + equalized.clips()
                    + " clamps lost their limit.");
            return equalized.graph();
        }

        private OnnxGraph split(OnnxGraph given) {
            OnnxGraph graph = given;
            for (Recipe.LayerSplit layer : recipe.splits()) {
                graph = TensorSplit.of(graph, layer.output(), layer.shards(), layer.axis())
                        .whole();
            }
            return graph;
        }

        private OnnxGraph pruned(OnnxGraph base, List<Map<String, Tensor>> typical, List<String> warnings) {
            OnnxGraph pruned = base;
            for (PruneBudget budget : recipe.pruning()) {
                pruned = pruned(pruned, budget, typical, warnings);
            }
            return pruned;
        }

        /** Raised where possible, and simplified. */
        private OnnxGraph simplified(OnnxGraph given, List<String> warnings) {
            progress.update("simplify", 0, 1);
            OnnxGraph cleaned = GraphPasses.simplified(given, runtime);
            Optional<String> obstacle = OpsetUpgrade.obstacle(cleaned);
            obstacle.ifPresent(reason ->
                    warnings.add("The operator set was left at " + given.info().opset() + ": " + reason + "."));
            boolean done = obstacle.isPresent() || cleaned.info().opset() >= OpsetUpgrade.TARGET;
            OnnxGraph simplified = done ? cleaned : GraphPasses.simplified(OpsetUpgrade.raised(cleaned), runtime);
            progress.update("simplify", 1, 1);
            return simplified;
        }

        /** What layers are solved anew on: examples to train on where there are any, of which more serve better. */
        private List<Map<String, Tensor>> repairing(OnnxGraph original, List<Map<String, Tensor>> samples) {
            boolean given = recipe.calibration() != null || recipe.samples() != null || recipe.labelled() != null;
            List<Map<String, Tensor>> examples =
                    recipe.retraining().feeds(original, PruningExamples.most(samples.get(0)));
            return examples.size() > samples.size() ? examples : given ? samples : List.of();
        }

        private OnnxGraph pruned(
                OnnxGraph base, PruneBudget budget, List<Map<String, Tensor>> typical, List<String> warnings) {
            StructuredPruner.Builder pruner = StructuredPruner.builder()
                    .budget(budget)
                    .runtime(runtime)
                    .seed(recipe.seed())
                    .progress(progress);
            if (!typical.isEmpty()) {
                pruner.samples(CalibrationData.of(typical));
            }
            PrunedModel pruned = pruner.build().prune(base);
            PruneReport report = pruned.report();
            warnings.add(String.format(
                    Locale.ROOT,
                    "%d of %d channels were pruned: %.2f times fewer multiplications.",
                    report.channelsBefore() - report.channelsAfter(),
                    report.channelsBefore(),
                    (double) report.macsBefore() / report.macsAfter()));
            return pruned.graph();
        }

        private Optional<PreparedGraph> stored() {
            if (folder == null || !Files.exists(folder.resolve("prepared.json"))) {
                return Optional.empty();
            }
            try {
                String[] warnings = JSON.readValue(Files.readString(folder.resolve("prepared.json")), String[].class);
                return Optional.of(
                        new PreparedGraph(OnnxReader.read(folder.resolve("prepared.onnx")), List.of(warnings)));
            } catch (IOException | EdgeException unreadable) {
                return Optional.empty();
            }
        }

        private void store(PreparedGraph made) {
            boolean quick = recipe.pruning().isEmpty() && recipe.retraining().student() == null;
            if (folder == null || quick) {
                return;
            }
            try {
                OnnxWriter.write(made.graph(), folder.resolve("prepared.onnx"));
                Path part =
                        Files.writeString(folder.resolve("prepared.part"), JSON.writeValueAsString(made.warnings()));
                Files.move(part, folder.resolve("prepared.json"), StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new StorageException("Cannot keep the prepared model in (" + folder + ").", e);
            }
        }
    }
}
