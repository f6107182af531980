package io.edgeai.monitor.trend;

import io.edgeai.monitor.stat.Cholesky;

/**
 * Predicts a value from earlier ones at given lags, by ridge regression on logarithms or on plain values, iterated over
 * the horizon. The sums of products grow from origin to origin, so refitting costs only the new rows and one solution.
 * Forecasts stay within half a standard deviation of the values seen.
 */
final class RidgeAutoregression implements Member {
    private static final double MARGIN = 0.5;

    private final String name;
    private final double[] values;
    private final boolean logarithms;
    private final int[] lags;
    private final double ridge;
    private final double memory;
    private final double offset;
    private final double[][] products;
    private final double[] withTarget;
    private final double[] sums;
    private final double[] row;
    private final double[] weights;
    private double targetSum;
    private double rows;
    private double intercept;
    private double lowest;
    private double highest;
    private int origin;

    /**
     * @param values the series, logarithms where {@code logarithms}
     * @param lags ascending, at least one
     * @param ridge penalty on each weight for standardised values
     * @param memory rows after which a row counts 1/e, infinite for never
     */
    RidgeAutoregression(String name, double[] values, boolean logarithms, int[] lags, double ridge, double memory) {
        this.name = name;
        this.values = values;
        this.logarithms = logarithms;
        this.lags = lags;
        this.ridge = ridge;
        this.memory = memory;
        this.offset = values[0];
        this.products = new double[lags.length][];
        for (int i = 0; i < lags.length; i++) {
            products[i] = new double[i + 1];
        }
        this.withTarget = new double[lags.length];
        this.sums = new double[lags.length];
        this.row = new double[lags.length];
        this.weights = new double[lags.length];
        this.origin = lags[lags.length - 1];
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void advanceTo(int newOrigin) {
        for (int t = origin; t < newOrigin; t++) {
            add(t);
        }
        origin = newOrigin;
        fit();
    }

    private void add(int t) {
        double weight = Math.exp((t - values.length) / memory);
        double target = values[t] - offset;
        for (int i = 0; i < lags.length; i++) {
            row[i] = values[t - lags[i]] - offset;
        }
        for (int i = 0; i < lags.length; i++) {
            double weighted = weight * row[i];
            double[] line = products[i];
            for (int j = 0; j <= i; j++) {
                line[j] += weighted * row[j];
            }
            withTarget[i] += weighted * target;
            sums[i] += weighted;
        }
        targetSum += weight * target;
        rows += weight;
    }

    private void fit() {
        double penalty = ridge * rows * spread();
        double[][] system = new double[lags.length][];
        for (int i = 0; i < lags.length; i++) {
            system[i] = products[i].clone();
            for (int j = 0; j <= i; j++) {
                system[i][j] -= sums[i] * sums[j] / rows;
            }
            system[i][i] += penalty;
            weights[i] = withTarget[i] - sums[i] * targetSum / rows;
        }
        Cholesky.solve(system, weights);
        intercept = targetSum / rows;
        for (int i = 0; i < lags.length; i++) {
            intercept -= weights[i] * sums[i] / rows;
        }
    }

    /** The variance of all values before the origin; also finds how far forecasts may go. */
    private double spread() {
        double mean = 0;
        double squares = 0;
        lowest = Double.MAX_VALUE;
        highest = -Double.MAX_VALUE;
        for (int t = 0; t < origin; t++) {
            double off = values[t] - mean;
            mean += off / (t + 1);
            squares += off * (values[t] - mean);
            lowest = Math.min(lowest, values[t]);
            highest = Math.max(highest, values[t]);
        }
        double variance = squares / origin;
        double margin = MARGIN * Math.sqrt(variance);
        lowest -= margin;
        highest += margin;
        return variance + 1e-12 * (1 + mean * mean);
    }

    @Override
    public double[] forecast(int horizon) {
        int past = lags[lags.length - 1];
        double[] line = new double[past + horizon];
        System.arraycopy(values, origin - past, line, 0, past);
        double[] out = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            double next = intercept;
            for (int i = 0; i < lags.length; i++) {
                next += weights[i] * (line[past + h - lags[i]] - offset);
            }
            next = Math.min(highest, Math.max(lowest, next + offset));
            line[past + h] = next;
            out[h] = logarithms ? Math.exp(next) : next;
        }
        return out;
    }
}
