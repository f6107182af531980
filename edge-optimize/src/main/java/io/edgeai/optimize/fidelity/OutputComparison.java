package io.edgeai.optimize.fidelity;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;

/** Sums up the differences of one output over many runs. Not thread-safe. */
public final class OutputComparison {
    private final String name;
    private long values;
    private long rows;
    private long agreeing;
    private long notFinite;
    private double max;
    private double sum;
    private double error;
    private double signal;
    private double other;
    private double product;

    public OutputComparison(String name) {
        this.name = name;
    }

    /**
     * Adds one answer of each model: floats, doubles and whole numbers of 8 or 16 bits as numbers; texts, truths and whole
     * numbers of 32 or 64 bits as labels, which are right or wrong.
     *
     * @throws InvalidInputException where their shapes or types differ
     */
    public void add(Tensor original, Tensor derived) {
        if (!Arrays.equals(original.shape(), derived.shape()) || original.type() != derived.type()) {
            throw new InvalidInputException("Output (" + name + ") is " + original + " in the original and (" + derived
                    + ") in the derived model.");
        }
        if (Numbers.labels(original.type())) {
            labels(original, derived);
            return;
        }
        double[] a = Numbers.of(original);
        double[] b = Numbers.of(derived);
        for (int i = 0; i < a.length; i++) {
            if (!Double.isFinite(b[i]) || !Double.isFinite(a[i])) {
                boolean same = Double.compare(a[i], b[i]) == 0 || !Double.isFinite(a[i]);
                notFinite += same ? 0 : 1;
                continue;
            }
            double difference = Math.abs(a[i] - b[i]);
            max = Math.max(max, difference);
            sum += difference;
            error += difference * difference;
            signal += a[i] * a[i];
            other += b[i] * b[i];
            product += a[i] * b[i];
        }
        values += a.length;
        long[] shape = original.shape();
        int width = shape.length == 0 ? 1 : (int) shape[shape.length - 1];
        for (int row = 0; width > 0 && row < a.length; row += width) {
            rows++;
            agreeing += TopOne.of(a, row, width) == TopOne.of(b, row, width) ? 1 : 0;
        }
    }

    /** Classes have no distance: each that differs is an error of 1 on a signal of 1. */
    private void labels(Tensor original, Tensor derived) {
        boolean[] equal = Numbers.equal(original, derived);
        for (boolean same : equal) {
            max = same ? max : 1;
            sum += same ? 0 : 1;
            error += same ? 0 : 1;
            product += same ? 1 : 0;
            agreeing += same ? 1 : 0;
        }
        signal += equal.length;
        other += equal.length;
        values += equal.length;
        rows += equal.length;
    }

    public OutputFidelity result() {
        double norms = Math.sqrt(signal) * Math.sqrt(other);
        return new OutputFidelity(
                name,
                max,
                values == 0 ? 0 : sum / values,
                sqnr(signal, error),
                norms == 0 ? (signal == other ? 1 : 0) : Math.min(1, product / norms),
                rows == 0 ? 1 : (double) agreeing / rows,
                notFinite);
    }

    /** 10·log10(signal / error), infinite without error. */
    static double sqnr(double signal, double error) {
        return error == 0
                ? Double.POSITIVE_INFINITY
                : signal == 0 ? Double.NEGATIVE_INFINITY : 10 * Math.log10(signal / error);
    }
}
