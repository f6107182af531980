package io.edgeai.core.rollout;

import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * How far two answers to one request are apart.
 *
 * @param agree whether both say the same: the largest value at the same place, or a single value within 0.1 %; of named
 *     outputs, each of them
 * @param largest absolute difference of two values at the same place; infinite where shapes, names or texts differ or one
 *     answer has a number where the other has none
 * @param mean absolute difference over all values
 */
record Answers(boolean agree, double largest, double mean) {
    private static final double CLOSE = 1e-3;
    private static final Answers DIFFERENT = new Answers(false, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    static Answers compare(float[] one, float[] other) {
        double[] a = new double[one.length];
        double[] b = new double[other.length];
        Arrays.setAll(a, i -> one[i]);
        Arrays.setAll(b, i -> other[i]);
        return compare(a, b);
    }

    static Answers compare(Map<String, Tensor> one, Map<String, Tensor> other) {
        if (!one.keySet().equals(other.keySet())) {
            return DIFFERENT;
        }
        boolean agree = true;
        double largest = 0;
        double sum = 0;
        for (Map.Entry<String, Tensor> entry : one.entrySet()) {
            Answers each = compare(entry.getValue(), Objects.requireNonNull(other.get(entry.getKey())));
            agree &= each.agree;
            largest = Math.max(largest, each.largest);
            sum += each.mean;
        }
        return new Answers(agree, largest, one.isEmpty() ? 0 : sum / one.size());
    }

    private static Answers compare(Tensor one, Tensor other) {
        if (one.type() != other.type() || !Arrays.equals(one.shape(), other.shape())) {
            return DIFFERENT;
        }
        return switch (one.type()) {
            case FLOAT -> compare(one.floats(), other.floats());
            case DOUBLE -> compare(one.doubles(), other.doubles());
            case STRING -> same(Arrays.equals(one.strings(), other.strings()));
            default -> same(Arrays.equals(one.bytes(), other.bytes()));
        };
    }

    private static Answers same(boolean equal) {
        return equal ? new Answers(true, 0, 0) : DIFFERENT;
    }

    private static Answers compare(double[] one, double[] other) {
        if (one.length != other.length) {
            return DIFFERENT;
        }
        double largest = 0;
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            double apart = Double.compare(one[i], other[i]) == 0 ? 0 : Math.abs(one[i] - other[i]);
            if (Double.isNaN(apart)) {
                return DIFFERENT;
            }
            largest = Math.max(largest, apart);
            sum += apart;
        }
        boolean agree = one.length == 1
                ? largest == 0 || largest <= CLOSE * Math.max(1, Math.abs(one[0]))
                : top(one) == top(other);
        return new Answers(agree, largest, one.length == 0 ? 0 : sum / one.length);
    }

    private static int top(double[] values) {
        int top = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[top]) {
                top = i;
            }
        }
        return top;
    }
}
