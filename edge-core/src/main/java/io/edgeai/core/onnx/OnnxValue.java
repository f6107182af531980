package io.edgeai.core.onnx;

import io.edgeai.core.model.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * A named value of a graph: an input, an output, or an annotated intermediate.
 *
 * @param name unique within its graph
 * @param type its type, or null where the file does not say
 */
public record OnnxValue(String name, @Nullable OnnxType type) {
    /** A tensor value; dimensions below 0 are unknown. */
    public static OnnxValue tensor(String name, ElementType element, long... dims) {
        return new OnnxValue(name, OnnxType.OfTensor.of(element, dims));
    }
}
