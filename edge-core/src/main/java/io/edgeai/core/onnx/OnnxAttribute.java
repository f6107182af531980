package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The value of a node's attribute (ONNX {@code AttributeProto}). Arrays handed in are not copied. */
public sealed interface OnnxAttribute {
    record OfInt(long value) implements OnnxAttribute {}

    record OfFloat(float value) implements OnnxAttribute {}

    record OfString(ByteString value) implements OnnxAttribute {
        public static OfString of(String text) {
            return new OfString(ByteString.copyFromUtf8(text));
        }

        public String text() {
            return value.toString(StandardCharsets.UTF_8);
        }
    }

    record OfTensor(OnnxTensor value) implements OnnxAttribute {}

    record OfGraph(OnnxGraph value) implements OnnxAttribute {}

    record OfInts(List<Long> values) implements OnnxAttribute {
        public static OfInts of(long... values) {
            return new OfInts(java.util.Arrays.stream(values).boxed().toList());
        }

        public long[] array() {
            return values.stream().mapToLong(Long::longValue).toArray();
        }
    }

    record OfFloats(List<Float> values) implements OnnxAttribute {}

    record OfStrings(List<ByteString> values) implements OnnxAttribute {}

    record OfTensors(List<OnnxTensor> values) implements OnnxAttribute {}

    record OfGraphs(List<OnnxGraph> values) implements OnnxAttribute {}

    /** An attribute this version carries through unread (sparse tensors, types, function references), serialized. */
    record Opaque(ByteString wire) implements OnnxAttribute {}
}
