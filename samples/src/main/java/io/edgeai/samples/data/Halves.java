package io.edgeai.samples.data;

/** The two 16-bit float formats: IEEE 754 binary16 and bfloat16, with rounding to nearest, ties to even. */
public final class Halves {
    private Halves() {}

    public static float toFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 0x1f;
        int mantissa = half & 0x3ff;
        if (exponent == 0) {
            float magnitude = mantissa * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int bits = exponent == 0x1f ? 0x7f800000 | mantissa << 13 : (exponent + 112) << 23 | mantissa << 13;
        return Float.intBitsToFloat(sign | bits);
    }

    /** The nearest binary16; beyond 65,519.99 an infinity. */
    public static short ofFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= 65_520f) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x1p-14f) {
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
        }
        int rounded = (bits & 0x7fffffff) + 0xfff + (bits >> 13 & 1);
        return (short) (sign | (rounded >>> 13) - (112 << 10));
    }

    public static float bfloatToFloat(short bfloat) {
        return Float.intBitsToFloat(bfloat << 16);
    }

    public static short bfloatOfFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >> 16 & 1) >>> 16);
    }
}
