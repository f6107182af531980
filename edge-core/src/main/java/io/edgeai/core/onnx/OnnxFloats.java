package io.edgeai.core.onnx;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;

/**
 * Widening reads of constants of any real numeric type: float, the 16- and 8-bit floats, integers of 2 to 64 bits and
 * booleans. Formats: IEEE 754 binary16, bfloat16, and the OCP 8-bit floats E4M3/E5M2 with their FNUZ variants.
 */
public final class OnnxFloats {
    private OnnxFloats() {}

    /** A copy as float; DOUBLE and wide integers are rounded to nearest. */
    public static float[] floats(OnnxTensor tensor) {
        int count = count(tensor);
        float[] values = new float[count];
        ByteBuffer data = tensor.data();
        switch (tensor.type()) {
            case FLOAT -> data.asFloatBuffer().get(values);
            default -> {
                for (int i = 0; i < count; i++) {
                    values[i] = (float) at(tensor, data, i);
                }
            }
        }
        return values;
    }

    /** A copy as double; integers beyond 2^53 are rounded to nearest. */
    public static double[] doubles(OnnxTensor tensor) {
        int count = count(tensor);
        double[] values = new double[count];
        ByteBuffer data = tensor.data();
        for (int i = 0; i < count; i++) {
            values[i] = at(tensor, data, i);
        }
        return values;
    }

    /** The value of IEEE binary16 bits. */
    public static float half(short bits) {
        return small(bits & 0xFFFF, 5, 10, 15, Special.IEEE);
    }

    private enum Special {
        /** The highest exponent means infinity and NaN. */
        IEEE,
        /** Only all ones is NaN; no infinity. */
        FINITE,
        /** Only negative zero is NaN; no infinity. */
        UNSIGNED_ZERO
    }

    private static double at(OnnxTensor tensor, ByteBuffer data, int i) {
        return switch (tensor.type()) {
            case FLOAT -> data.getFloat(4 * i);
            case DOUBLE -> data.getDouble(8 * i);
            case INT64 -> data.getLong(8 * i);
            case UINT64 -> unsigned(data.getLong(8 * i));
            case INT32 -> data.getInt(4 * i);
            case UINT32 -> data.getInt(4 * i) & 0xFFFF_FFFFL;
            case INT16 -> data.getShort(2 * i);
            case UINT16 -> data.getShort(2 * i) & 0xFFFF;
            case INT8 -> data.get(i);
            case UINT8 -> data.get(i) & 0xFF;
            case BOOL -> data.get(i) == 0 ? 0 : 1;
            case FLOAT16 -> half(data.getShort(2 * i));
            case BFLOAT16 -> Float.intBitsToFloat(data.getShort(2 * i) << 16);
            case FLOAT8E4M3FN -> small(data.get(i) & 0xFF, 4, 3, 7, Special.FINITE);
            case FLOAT8E4M3FNUZ -> small(data.get(i) & 0xFF, 4, 3, 8, Special.UNSIGNED_ZERO);
            case FLOAT8E5M2 -> small(data.get(i) & 0xFF, 5, 2, 15, Special.IEEE);
            case FLOAT8E5M2FNUZ -> small(data.get(i) & 0xFF, 5, 2, 16, Special.UNSIGNED_ZERO);
            case FLOAT8E8M0 -> data.get(i) == -1 ? Double.NaN : Math.scalb(1.0, (data.get(i) & 0xFF) - 127);
            case FLOAT4E2M1 -> fp4(packed(data, i, 4));
            case UINT4 -> packed(data, i, 4);
            case INT4 -> packed(data, i, 4) << 28 >> 28;
            case UINT2 -> packed(data, i, 2);
            case INT2 -> packed(data, i, 2) << 30 >> 30;
            case STRING, COMPLEX64, COMPLEX128 ->
                throw new InvalidInputException("Tensor (" + tensor + ") does not hold real numbers.");
        };
    }

    private static int count(OnnxTensor tensor) {
        if (tensor.elements() > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException("Tensor (" + tensor + ") has too many elements for one array.");
        }
        return (int) tensor.elements();
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
    }

    private static int packed(ByteBuffer data, int index, int bits) {
        int perByte = 8 / bits;
        return (data.get(index / perByte) >> (index % perByte * bits)) & ((1 << bits) - 1);
    }

    private static float fp4(int bits) {
        int magnitude = bits & 7;
        float value = magnitude < 2 ? magnitude * 0.5f : Math.scalb(1 + (magnitude & 1) * 0.5f, (magnitude >> 1) - 1);
        return (bits & 8) == 0 ? value : -value;
    }

    private static float small(int bits, int exponentBits, int mantissaBits, int bias, Special special) {
        int mantissa = bits & ((1 << mantissaBits) - 1);
        int exponent = (bits >> mantissaBits) & ((1 << exponentBits) - 1);
        boolean negative = ((bits >> (mantissaBits + exponentBits)) & 1) == 1;
        int top = (1 << exponentBits) - 1;
        if (special == Special.IEEE && exponent == top) {
            return mantissa != 0 ? Float.NaN : negative ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
        }
        if (special == Special.FINITE && exponent == top && mantissa == (1 << mantissaBits) - 1) {
            return Float.NaN;
        }
        if (special == Special.UNSIGNED_ZERO && negative && exponent == 0 && mantissa == 0) {
            return Float.NaN;
        }
        float value = exponent == 0
                ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
                : Math.scalb((float) (mantissa | (1 << mantissaBits)), exponent - bias - mantissaBits);
        return negative ? -value : value;
    }
}
