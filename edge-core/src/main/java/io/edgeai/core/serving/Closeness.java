package io.edgeai.core.serving;

import io.edgeai.core.model.Tensor;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * Whether two answers are equal up to what another order of summation may change, relative to the largest value of the
 * answer: 1e-4 for 32 and 64 bits, and the spacing of numbers, doubled, for 16. Whole numbers, booleans and texts must be
 * equal.
 */
final class Closeness {
    private static final float TOLERANCE = 1e-4f;
    private static final float HALF_TOLERANCE = 1f / 512;
    private static final float BRAIN_TOLERANCE = 1f / 64;

    private Closeness() {}

    /** By name. */
    static boolean close(Map<String, Tensor> a, Map<String, Tensor> b) {
        if (!a.keySet().equals(b.keySet())) {
            return false;
        }
        for (Map.Entry<String, Tensor> entry : a.entrySet()) {
            Tensor other = b.get(entry.getKey());
            if (other == null || !close(entry.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    private static boolean close(Tensor a, Tensor b) {
        if (a.type() != b.type() || !Arrays.equals(a.shape(), b.shape())) {
            return false;
        }
        return switch (a.type()) {
            case FLOAT -> close(a.floats(), b.floats());
            case DOUBLE -> close(a.doubles(), b.doubles(), TOLERANCE);
            case FLOAT16 -> close(halves(a), halves(b), HALF_TOLERANCE);
            case BFLOAT16 -> close(brains(a), brains(b), BRAIN_TOLERANCE);
            case STRING -> Arrays.equals(a.strings(), b.strings());
            default -> a.buffer().equals(b.buffer());
        };
    }

    static boolean close(float[] a, float[] b) {
        if (a.length != b.length) {
            return false;
        }
        float largest = 0;
        for (float value : a) {
            largest = Float.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        for (int i = 0; i < a.length; i++) {
            if (!(Math.abs(a[i] - b[i]) <= TOLERANCE * largest || Float.compare(a[i], b[i]) == 0)) {
                return false;
            }
        }
        return true;
    }

    private static boolean close(double[] a, double[] b, double tolerance) {
        double largest = 0;
        for (double value : a) {
            largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        for (int i = 0; i < a.length; i++) {
            if (!(Math.abs(a[i] - b[i]) <= tolerance * largest || Double.compare(a[i], b[i]) == 0)) {
                return false;
            }
        }
        return true;
    }

    private static double[] halves(Tensor tensor) {
        ShortBuffer bits = tensor.buffer().asShortBuffer();
        double[] values = new double[bits.capacity()];
        for (int i = 0; i < values.length; i++) {
            values[i] = half(bits.get(i));
        }
        return values;
    }

    /** IEEE 754 binary16. */
    private static double half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude = exponent == 0
                ? Math.scalb((double) fraction, -24)
                : exponent == 0x1f
                        ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                        : Math.scalb(1024.0 + fraction, exponent - 25);
        return bits < 0 ? -magnitude : magnitude;
    }

    private static double[] brains(Tensor tensor) {
        ShortBuffer bits = tensor.buffer().asShortBuffer();
        double[] values = new double[bits.capacity()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(bits.get(i) << 16);
        }
        return values;
    }
}
