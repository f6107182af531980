package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.nio.file.Path;

/**
 * How large a model's graph is, read from its bytes; no engine sees them. Nested graphs count, and a model-local function
 * counts wherever it is called.
 *
 * @param nodes of all graphs; of formats other than ONNX the operators, layers or trees that {@link ModelInspection} lists.
 *     Where counting stopped, more than it was to count
 * @param longestChain most nodes of which each waits for the one before, those of nested graphs and functions included; -1
 *     where it is unknown, in which case {@link #nodes} bounds it
 */
public record GraphSize(long nodes, long longestChain) {
    /**
     * Reads it, in time and memory that {@code most} and the size of the file bound.
     *
     * @param most nodes to count; with more than these the longest chain stays unknown
     * @throws ModelFormatException where it is no readable model, or its nodes wait for each other in a circle
     */
    public static GraphSize of(Path model, int most) {
        Detected detected = ModelFormatDetector.detected(model);
        Path onnx = detected.format() == ModelFormat.ONNX
                ? model
                : detected.variant().equals("folder with ONNX")
                        ? FolderKind.onnxGraph(model, FolderKind.children(model))
                        : null;
        if (onnx != null) {
            try (FileView file = FileView.open(onnx)) {
                return OnnxGraphSize.of(file, most);
            }
        }
        long nodes = 0;
        for (int times : ModelInspector.inspect(model).operators().values()) {
            nodes += times;
        }
        return new GraphSize(nodes, -1);
    }
}
