package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import io.edgeai.core.model.ElementType;
import org.jspecify.annotations.Nullable;

/**
 * A named value of a graph: an input, an output, or an annotated intermediate.
 *
 * @param name unique within its graph
 * @param type its type, or null where the file does not say
 * @param carried what else the file says of it (doc string, denotations, metadata, unknown fields): a serialized
 *     {@code ValueInfoProto}; empty for nearly all
 */
public record OnnxValue(String name, @Nullable OnnxType type, ByteString carried) {
    public OnnxValue(String name, @Nullable OnnxType type) {
        this(name, type, ByteString.EMPTY);
    }

    /** A tensor value; dimensions below 0 are unknown. */
    public static OnnxValue tensor(String name, ElementType element, long... dims) {
        return new OnnxValue(name, OnnxType.OfTensor.of(element, dims));
    }
}
