package io.edgeai.monitor.estimate;

import io.edgeai.monitor.stat.Cholesky;

/**
 * How much more frequent rows like each reference row are now: odds of a logistic regression, on standardised features
 * and their squares, that tells current rows from reference rows.
 */
final class DensityRatio {
    private static final int STEPS = 12;
    private static final double RIDGE = 1e-3;
    private static final double MOST = 50;

    private DensityRatio() {}

    /** Weights of the reference rows, 1 on average, none above 50 times the average. */
    static double[] weights(double[][] reference, double[][] current) {
        double[][] rows = expanded(reference, current);
        double[] coefficients = fit(rows, reference.length);
        double[] weights = new double[reference.length];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.exp(Math.max(-30, Math.min(30, dot(coefficients, rows[i]))));
            sum += weights[i];
        }
        double mean = sum / weights.length;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.min(MOST, weights[i] / mean);
        }
        return weights;
    }

    /** Both samples, each feature standardised over both, with its square, and a constant. */
    private static double[][] expanded(double[][] reference, double[][] current) {
        int n = reference.length + current.length;
        int width = reference[0].length;
        double[][] rows = new double[n][2 * width + 1];
        for (int c = 0; c < width; c++) {
            double mean = 0;
            double squares = 0;
            for (int i = 0; i < n; i++) {
                double value = i < reference.length ? reference[i][c] : current[i - reference.length][c];
                double off = value - mean;
                mean += off / (i + 1);
                squares += off * (value - mean);
                rows[i][2 * c] = value;
            }
            double spread = Math.sqrt(squares / n) + 1e-12;
            for (double[] row : rows) {
                row[2 * c] = (row[2 * c] - mean) / spread;
                row[2 * c + 1] = Math.min(9, row[2 * c] * row[2 * c]) - 1;
            }
        }
        for (double[] row : rows) {
            row[2 * width] = 1;
        }
        return rows;
    }

    /** Newton's steps with a little ridge. */
    private static double[] fit(double[][] rows, int references) {
        int width = rows[0].length;
        double[] coefficients = new double[width];
        for (int step = 0; step < STEPS; step++) {
            double[][] curvature = new double[width][];
            for (int a = 0; a < width; a++) {
                curvature[a] = new double[a + 1];
                curvature[a][a] = RIDGE * rows.length;
            }
            double[] slope = new double[width];
            for (int a = 0; a < width; a++) {
                slope[a] = -RIDGE * rows.length * coefficients[a];
            }
            for (int i = 0; i < rows.length; i++) {
                double p = 1 / (1 + Math.exp(-dot(coefficients, rows[i])));
                double off = (i < references ? 0 : 1) - p;
                double weight = Math.max(1e-6, p * (1 - p));
                for (int a = 0; a < width; a++) {
                    slope[a] += off * rows[i][a];
                    for (int b = 0; b <= a; b++) {
                        curvature[a][b] += weight * rows[i][a] * rows[i][b];
                    }
                }
            }
            Cholesky.solve(curvature, slope);
            for (int a = 0; a < width; a++) {
                coefficients[a] += slope[a];
            }
        }
        return coefficients;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
