package io.edgeai.core.serving.protocol;

import io.edgeai.core.onnx.OnnxFloats;

/** The two 16-bit floats: IEEE 754 binary16, and bfloat16, the upper half of a float. Rounds to nearest, ties to even. */
final class NarrowFloats {
    private static final int HALF_MANTISSA = 10;
    private static final int HALF_BIAS = 15;
    private static final int BRAIN_MANTISSA = 7;
    private static final int BRAIN_BIAS = 127;

    private NarrowFloats() {}

    static short half(double value) {
        return narrowed(value, HALF_MANTISSA, HALF_BIAS);
    }

    static short brain(double value) {
        return narrowed(value, BRAIN_MANTISSA, BRAIN_BIAS);
    }

    static float ofHalf(short bits) {
        return OnnxFloats.half(bits);
    }

    static float ofBrain(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    private static short narrowed(double value, int mantissaBits, int bias) {
        int infinity = (2 * bias + 1) << mantissaBits;
        int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
        double magnitude = Math.abs(value);
        if (Double.isNaN(value)) {
            return (short) (infinity | 1 << (mantissaBits - 1));
        }
        if (Double.isInfinite(value)) {
            return (short) (sign | infinity);
        }
        int smallest = 1 - bias;
        int exponent = Math.max(Math.getExponent(magnitude), smallest);
        // The hidden bit of a normal number adds the missing 1 to its exponent; rounding up to the next power of two
        // carries.
        long bits = ((long) (exponent - smallest) << mantissaBits)
                + (long) Math.rint(Math.scalb(magnitude, mantissaBits - exponent));
        return (short) (sign | (int) Math.min(bits, infinity));
    }
}
