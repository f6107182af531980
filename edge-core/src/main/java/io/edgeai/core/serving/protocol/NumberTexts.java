package io.edgeai.core.serving.protocol;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;

/** The elements of a tensor of numbers one by one: their order, and their shortest text that reads back the same. */
final class NumberTexts {
    private final ElementType type;
    private final ByteBuffer values;

    NumberTexts(Tensor tensor) {
        this.type = tensor.type();
        this.values = tensor.buffer();
    }

    boolean floating() {
        return switch (type) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
            default -> false;
        };
    }

    double real(int i) {
        return type == ElementType.DOUBLE ? values.getDouble(8 * i) : single(i);
    }

    float single(int i) {
        return switch (type) {
            case FLOAT -> values.getFloat(4 * i);
            case FLOAT16 -> NarrowFloats.ofHalf(values.getShort(2 * i));
            default -> NarrowFloats.ofBrain(values.getShort(2 * i));
        };
    }

    /** The value of an integer, or the bits of an unsigned one of 64. */
    long whole(int i) {
        return switch (type) {
            case BOOL, UINT8 -> values.get(i) & 0xFF;
            case INT8 -> values.get(i);
            case INT16 -> values.getShort(2 * i);
            case UINT16 -> values.getShort(2 * i) & 0xFFFF;
            case INT32 -> values.getInt(4 * i);
            case UINT32 -> values.getInt(4 * i) & 0xFFFF_FFFFL;
            default -> values.getLong(8 * i);
        };
    }

    int compare(int i, int j) {
        if (floating()) {
            return Double.compare(rank(real(i)), rank(real(j)));
        }
        return type == ElementType.UINT64 ? Long.compareUnsigned(whole(i), whole(j)) : Long.compare(whole(i), whole(j));
    }

    /** NaN below everything, and zeros equal. */
    private static double rank(double value) {
        return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value + 0.0;
    }

    String text(int i) {
        if (type == ElementType.DOUBLE) {
            return Double.toString(real(i));
        }
        if (floating()) {
            return Float.toString(single(i));
        }
        return type == ElementType.UINT64 ? Long.toUnsignedString(whole(i)) : Long.toString(whole(i));
    }
}
