package io.edgeai.optimize.prune.solve;

import java.util.Arrays;

/**
 * One layer that reads a group's channels, while channels are taken away one after the other: the inverse of its
 * features' covariance tells what each costs after the others have made up for it (Hassibi and Stork, <i>Optimal brain
 * surgeon</i>, 1993, for blocks of weights). Not thread-safe.
 */
final class Reader {
    private final int size;
    private final int outputs;
    private final double[] inverse;
    private final double[] weights;
    private final double scale;
    private final int[][] featuresOfUnit;

    /**
     * @param covariance of the features, positive definite
     * @param weights {@code [size × outputs]}
     * @param variance of what the layer contributes to; harm is measured against it
     * @param featuresOfUnit rows of the matrix that each unit of the group stands for
     */
    Reader(double[] covariance, double[] weights, int outputs, double variance, int[][] featuresOfUnit) {
        this.outputs = outputs;
        this.size = weights.length / outputs;
        this.inverse = new Cholesky(covariance, size).inverse();
        this.weights = weights.clone();
        this.scale = 1 / Math.max(variance, 1e-12);
        this.featuresOfUnit = featuresOfUnit;
    }

    /** Share of the variance lost by removing a unit now. */
    double cost(int unit) {
        int[] rows = featuresOfUnit[unit];
        if (rows.length == 0) {
            return 0;
        }
        double[] solved = solved(rows);
        double cost = 0;
        for (int r = 0; r < rows.length; r++) {
            for (int o = 0; o < outputs; o++) {
                cost += weights[rows[r] * outputs + o] * solved[r * outputs + o];
            }
        }
        return Math.max(0, cost * scale);
    }

    /** The inverse of the unit's block of the inverse, times its weights. */
    private double[] solved(int[] rows) {
        double[] own = new double[rows.length * outputs];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(weights, rows[r] * outputs, own, r * outputs, outputs);
        }
        return block(rows).solve(own, outputs);
    }

    private Cholesky block(int[] rows) {
        double[] block = new double[rows.length * rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                block[i * rows.length + j] = inverse[rows[i] * size + rows[j]];
            }
        }
        return new Cholesky(block, rows.length);
    }

    /** The weights as they are now, {@code [size × outputs]}, with zeros for what is gone. */
    double[] weights() {
        return weights.clone();
    }

    /** Takes a unit away; the others' weights make up for it. */
    void remove(int unit) {
        int[] rows = featuresOfUnit[unit];
        if (rows.length == 0) {
            return;
        }
        double[] solvedWeights = solved(rows);
        double[] strip = new double[rows.length * size];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(inverse, rows[r] * size, strip, r * size, size);
        }
        double[] solvedStrip = block(rows).solve(strip, size);
        for (int i = 0; i < size; i++) {
            for (int r = 0; r < rows.length; r++) {
                double factor = strip[r * size + i];
                if (factor != 0) {
                    for (int j = 0; j < size; j++) {
                        inverse[i * size + j] -= factor * solvedStrip[r * size + j];
                    }
                    for (int o = 0; o < outputs; o++) {
                        weights[i * outputs + o] -= factor * solvedWeights[r * outputs + o];
                    }
                }
            }
        }
        for (int row : rows) {
            Arrays.fill(inverse, row * size, (row + 1) * size, 0);
            for (int i = 0; i < size; i++) {
                inverse[i * size + row] = 0;
            }
            inverse[row * size + row] = 1;
            Arrays.fill(weights, row * outputs, (row + 1) * outputs, 0);
        }
    }
}
