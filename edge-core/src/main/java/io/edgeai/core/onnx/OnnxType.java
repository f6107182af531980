package io.edgeai.core.onnx;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The type of a value in a graph (ONNX {@code TypeProto}). */
public sealed interface OnnxType {
    /**
     * A dense tensor.
     *
     * @param element element type
     * @param shape dimensions, or null where even the rank is unknown
     */
    record OfTensor(ElementType element, @Nullable List<Dim> shape) implements OnnxType {
        public OfTensor {
            shape = shape == null ? null : List.copyOf(shape);
        }

        public static OfTensor of(ElementType element, long... dims) {
            return new OfTensor(
                    element, java.util.Arrays.stream(dims).mapToObj(Dim::of).toList());
        }
    }

    /** A sequence of values of one type. */
    record OfSequence(OnnxType element) implements OnnxType {}

    /** A map from integer or string keys. */
    record OfMap(ElementType key, OnnxType value) implements OnnxType {}

    /** A value that may be absent. */
    record OfOptional(OnnxType element) implements OnnxType {}

    /** A type this version carries through unread: sparse, opaque or unknown; {@code wire} is its serialized form. */
    record Opaque(com.google.protobuf.ByteString wire) implements OnnxType {}
}
