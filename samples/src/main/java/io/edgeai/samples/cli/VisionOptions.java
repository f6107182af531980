package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.vision.VisionModel;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.inference.VisionTask;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code run} for models that take images. */
final class VisionOptions {
    @Option(
            names = "--vision",
            paramLabel = "KEY=VALUE",
            description =
                    "For image tasks, over the model's own metadata: fit, shorter_side, resampling, scale, mean, std,"
                            + " channels, activation, head, iou, score; e.g. --vision head=yolo --vision fit=letterbox.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** @throws InvalidInputException where settings are given but no image task */
    void requireTask(@Nullable VisionTask task) {
        if (task == null && !settings.isEmpty()) {
            throw new InvalidInputException(
                    "--vision (" + settings + ") needs a task. Maybe add --task " + VisionTask.NAMES.get(0) + ".");
        }
    }

    List<?> run(VisionTask task, Path model, List<Path> images, @Nullable Path labels, EngineOptions engine) {
        ModelFile file = ModelFile.of(model);
        Map<String, String> metadata = new HashMap<>(file.metadata());
        settings.forEach((key, value) -> metadata.put("vision." + key, value));
        if (labels != null) {
            metadata.put("vision.labels", String.join("\n", VisionTask.labels(labels)));
        }
        try (InferenceSession session = engine.open(file, 1)) {
            return task.answers(VisionModel.of(session, metadata), images);
        }
    }
}
