package io.edgeai.federated.codec;

import io.edgeai.core.onnx.OnnxFloats;

/** 16-bit floats: IEEE 754 binary16 and bfloat16, rounded to nearest with ties to even; too large becomes infinite. */
final class HalfFloat {
    private static final float TINIEST = 0x1p-24f;

    private HalfFloat() {}

    static short half(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        float size = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00);
        }
        if (size >= 65520f) {
            return (short) (sign | 0x7c00);
        }
        if (size < 0x1p-14f) {
            return (short) (sign | (int) Math.rint(size / TINIEST));
        }
        int exponentAndFraction = (Float.floatToRawIntBits(size) - (112 << 23));
        int rounded = exponentAndFraction + 0xfff + (exponentAndFraction >>> 13 & 1);
        return (short) (sign | rounded >>> 13);
    }

    /** At least the value, for positive values up to 65504. */
    static short halfAbove(float value) {
        short nearest = half(value);
        return fromHalf(nearest) < value ? (short) (nearest + 1) : nearest;
    }

    static float fromHalf(short bits) {
        return OnnxFloats.half(bits);
    }

    static short brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.isNaN(value) ? (short) 0x7fc0 : (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    static float fromBrain(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
