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
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.prune.PruneBudget;
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
            OnnxGraph simple = simplified(student == null ? original : student, warnings);
            OnnxGraph pruned = recipe.pruneShare() == 0 ? simple : pruned(simple, samples, warnings);
            return new PreparedGraph(pruned, warnings);
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

        private OnnxGraph pruned(OnnxGraph base, List<Map<String, Tensor>> samples, List<String> warnings) {
            StructuredPruner.Builder pruner = StructuredPruner.builder()
                    .budget(PruneBudget.channels(recipe.pruneShare()))
                    .runtime(runtime)
                    .seed(recipe.seed())
                    .progress(progress);
            if (recipe.calibration() != null || recipe.samples() != null || recipe.labelled() != null) {
                pruner.samples(CalibrationData.of(samples));
            }
            PrunedModel pruned = pruner.build().prune(base);
            warnings.add(String.format(
                    Locale.ROOT,
                    "%d of %d channels were pruned: %.2f times fewer multiplications.",
                    pruned.report().channelsBefore() - pruned.report().channelsAfter(),
                    pruned.report().channelsBefore(),
                    (double) pruned.report().macsBefore() / pruned.report().macsAfter()));
            return training.fineTuned(pruned.graph());
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
            boolean quick = recipe.pruneShare() == 0 && recipe.retraining().student() == null;
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
