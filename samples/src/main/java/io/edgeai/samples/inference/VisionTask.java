package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.vision.VisionModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is asked of a model that sees, by the names Hugging Face gives tasks.
 *
 * @param name the task
 * @param topK most answers to each image
 */
public record VisionTask(String name, int topK) {
    /** All tasks. */
    public static final List<String> NAMES = List.of("image-classification", "object-detection");

    public VisionTask {
        if (!NAMES.contains(name)) {
            throw new InvalidInputException("--task (" + name + ") is unknown. Maybe one of " + NAMES + ".");
        }
        if (topK < 1) {
            throw new InvalidInputException("--top-k (" + topK + ") must be at least 1. Maybe leave it out.");
        }
    }

    /** One list for each image, in order. */
    public List<?> answers(VisionModel model, List<Path> images) {
        return images.stream()
                .map(model::read)
                .map(image -> name.equals("image-classification")
                        ? model.classify(image, topK)
                        : model.detect(image).stream().limit(topK).toList())
                .toList();
    }

    /** Names of classes from a file, one a line. */
    public static List<String> labels(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Labels (" + file + ") cannot be read. Maybe correct the path: a text file with one name a line.",
                    e);
        }
    }
}
