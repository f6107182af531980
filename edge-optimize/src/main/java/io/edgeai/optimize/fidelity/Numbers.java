package io.edgeai.optimize.fidelity;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxFloats;
import java.nio.ByteBuffer;

/** Reads outputs of any type as numbers or as labels. Stateless. */
final class Numbers {
    private Numbers() {}

    /** Whether values of a type are names of classes rather than amounts. */
    static boolean labels(ElementType type) {
        return switch (type) {
            case STRING, BOOL, INT32, INT64, UINT32, UINT64 -> true;
            default -> false;
        };
    }

    static double[] of(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.elements())];
        ByteBuffer bytes = tensor.buffer();
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.type()) {
                case FLOAT -> bytes.getFloat(4 * i);
                case DOUBLE -> bytes.getDouble(8 * i);
                case FLOAT16 -> OnnxFloats.half(bytes.getShort(2 * i));
                case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
                case INT8 -> bytes.get(i);
                case UINT8 -> bytes.get(i) & 0xff;
                case INT16 -> bytes.getShort(2 * i);
                case UINT16 -> bytes.getShort(2 * i) & 0xffff;
                default ->
                    throw new InvalidInputException(
                            "Output of type (" + tensor.type() + ") cannot be compared. Maybe cast it in the model.");
            };
        }
        return values;
    }

    /** Which labels are the same in both; of types that {@link #labels} accepts. */
    static boolean[] equal(Tensor a, Tensor b) {
        boolean[] equal = new boolean[Math.toIntExact(a.elements())];
        int width = a.type() == ElementType.STRING ? 0 : (int) a.type().bytes(1);
        ByteBuffer left = width == 0 ? ByteBuffer.allocate(0) : a.buffer();
        ByteBuffer right = width == 0 ? ByteBuffer.allocate(0) : b.buffer();
        for (int i = 0; i < equal.length; i++) {
            equal[i] = width == 0
                    ? a.strings()[i].equals(b.strings()[i])
                    : left.slice(i * width, width).equals(right.slice(i * width, width));
        }
        return equal;
    }
}
