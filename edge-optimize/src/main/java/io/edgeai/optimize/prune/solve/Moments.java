package io.edgeai.optimize.prune.solve;

import java.util.Arrays;

/**
 * First and second moments of rows {@code x} (features) and {@code y} (results), summed in double precision: all that
 * least squares needs, in memory that does not grow with the number of rows.
 */
final class Moments {
    private static final int AT_ONCE = 1024;

    final int features;
    final int results;
    final double[] sumX;
    final double[] sumY;
    final double[] xx;
    final double[] xy;
    long rows;
    private float[] waiting = new float[0];
    private int waitingRows;

    Moments(int features, int results) {
        this.features = features;
        this.results = results;
        this.sumX = new double[features];
        this.sumY = new double[results];
        this.xx = new double[features * features];
        this.xy = new double[Math.max(1, features) * results];
    }

    /** Adds rows, {@code x[count × features]} and {@code y[count × results]}; they count once {@link #flush}ed. */
    void add(Gram gram, float[] x, float[] y, int count) {
        int columns = features + results;
        if (waiting.length == 0) {
            waiting = new float[AT_ONCE * columns];
        }
        for (int r = 0; r < count; r++) {
            System.arraycopy(x, r * features, waiting, waitingRows * columns, features);
            System.arraycopy(y, r * results, waiting, waitingRows * columns + features, results);
            for (int i = 0; i < features; i++) {
                sumX[i] += x[r * features + i];
            }
            for (int o = 0; o < results; o++) {
                sumY[o] += y[r * results + o];
            }
            waitingRows++;
            if (waitingRows == AT_ONCE) {
                flush(gram);
            }
        }
    }

    /** Counts the rows that wait. */
    void flush(Gram gram) {
        if (waitingRows == 0) {
            return;
        }
        int columns = features + results;
        float[] product = gram.of(Arrays.copyOf(waiting, waitingRows * columns), waitingRows, columns);
        for (int i = 0; i < features; i++) {
            for (int j = i; j < features; j++) {
                xx[i * features + j] += product[i * columns + j];
            }
            for (int o = 0; o < results; o++) {
                xy[i * results + o] += product[i * columns + features + o];
            }
        }
        rows += waitingRows;
        waitingRows = 0;
    }

    /** Adds rows of {@code results} values whose products with each other are not needed. */
    void addSquares(float[] x, int count) {
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < results; i++) {
                double value = x[r * results + i];
                sumY[i] += value;
                xy[i] += value * value;
            }
        }
        rows += count;
    }

    /** Variance of one value of rows added by {@link #addSquares}. */
    double spread(int i) {
        return Math.max(0, xy[i] / rows - meanY(i) * meanY(i));
    }

    double meanX(int i) {
        return sumX[i] / rows;
    }

    double meanY(int o) {
        return sumY[o] / rows;
    }

    /** Covariance of features, full and symmetric; around zero instead of the mean where not centred. */
    double[] covariance(boolean centred) {
        double[] covariance = new double[xx.length];
        for (int i = 0; i < features; i++) {
            for (int j = i; j < features; j++) {
                double value = xx[i * features + j] / rows - (centred ? meanX(i) * meanX(j) : 0);
                covariance[i * features + j] = value;
                covariance[j * features + i] = value;
            }
        }
        return covariance;
    }

    /** Covariance of features with results. */
    double[] cross(boolean centred) {
        double[] cross = new double[xy.length];
        for (int i = 0; i < features; i++) {
            for (int o = 0; o < results; o++) {
                cross[i * results + o] = xy[i * results + o] / rows - (centred ? meanX(i) * meanY(o) : 0);
            }
        }
        return cross;
    }

    /** Sum of the variances of values added by {@link #addSquares}. */
    double spread() {
        double sum = 0;
        for (int i = 0; i < results; i++) {
            sum += spread(i);
        }
        return sum;
    }
}
