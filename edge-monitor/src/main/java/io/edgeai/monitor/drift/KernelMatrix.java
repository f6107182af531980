package io.edgeai.monitor.drift;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;

/** The Gaussian kernel between all pairs of points, as wide as the median distance between them. */
final class KernelMatrix {
    private final float[][] kernel;

    private KernelMatrix(float[][] kernel) {
        this.kernel = kernel;
    }

    /** @throws InvalidInputException for points of different lengths or with values that are not finite */
    static KernelMatrix of(float[][] points) {
        int n = points.length;
        float[][] squares = new float[n][];
        float[] all = new float[n * (n - 1) / 2];
        int at = 0;
        for (int i = 0; i < n; i++) {
            squares[i] = new float[i + 1];
            for (int j = 0; j < i; j++) {
                squares[i][j] = squaredDistance(points[i], points[j]);
                all[at++] = squares[i][j];
            }
        }
        Arrays.sort(all);
        double width = Math.max(all[all.length / 2], Float.MIN_NORMAL);
        for (float[] row : squares) {
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) Math.exp(-row[j] / width);
            }
        }
        return new KernelMatrix(squares);
    }

    private static float squaredDistance(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new InvalidInputException("Embeddings have (" + a.length + ") and (" + b.length
                    + ") values. Maybe they come from different models.");
        }
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double off = (double) a[i] - b[i];
            sum += off * off;
        }
        if (!(sum <= Float.MAX_VALUE)) {
            throw new InvalidInputException(
                    "Embeddings hold a value that is not finite or too large. Maybe leave such rows out.");
        }
        return (float) sum;
    }

    /** The squared maximum mean discrepancy without bias (Gretton et al. 2012); around 0, also below, by chance. */
    double discrepancy(boolean[] fromFirst) {
        double within = 0;
        double withinOther = 0;
        double between = 0;
        int first = 0;
        for (int i = 0; i < kernel.length; i++) {
            float[] row = kernel[i];
            first += fromFirst[i] ? 1 : 0;
            double same = 0;
            double other = 0;
            for (int j = 0; j < i; j++) {
                if (fromFirst[j] == fromFirst[i]) {
                    same += row[j];
                } else {
                    other += row[j];
                }
            }
            between += other;
            within += fromFirst[i] ? same : 0;
            withinOther += fromFirst[i] ? 0 : same;
        }
        double n = first;
        double m = kernel.length - n;
        return 2 * within / (n * (n - 1)) + 2 * withinOther / (m * (m - 1)) - 2 * between / (n * m);
    }
}
