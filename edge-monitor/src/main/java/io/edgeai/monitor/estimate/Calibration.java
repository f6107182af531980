package io.edgeai.monitor.estimate;

import java.util.Arrays;

/**
 * How often an answer of a confidence is right: the best rising curve through the labelled rows (isotonic regression by
 * pooling adjacent violators), straight between the centres of its steps.
 */
final class Calibration {
    private final double[] centres;
    private final double[] shares;

    private Calibration(double[] centres, double[] shares) {
        this.centres = centres;
        this.shares = shares;
    }

    /**
     * @param confidences ascending
     * @param right 1 for a right answer, 0 for a wrong one
     * @param weights of the rows, 0 or more, not all 0
     */
    static Calibration fit(double[] confidences, double[] right, double[] weights) {
        int n = confidences.length;
        double[] share = new double[n];
        double[] weight = new double[n];
        double[] centre = new double[n];
        int top = 0;
        for (int i = 0; i < n; i++) {
            if (weights[i] <= 0) {
                continue;
            }
            share[top] = right[i];
            weight[top] = weights[i];
            centre[top++] = confidences[i];
            while (top > 1 && (share[top - 2] >= share[top - 1] || centre[top - 2] == centre[top - 1])) {
                double sum = weight[top - 2] + weight[top - 1];
                share[top - 2] = (share[top - 2] * weight[top - 2] + share[top - 1] * weight[top - 1]) / sum;
                centre[top - 2] = (centre[top - 2] * weight[top - 2] + centre[top - 1] * weight[top - 1]) / sum;
                weight[top - 2] = sum;
                top--;
            }
        }
        return new Calibration(Arrays.copyOf(centre, top), Arrays.copyOf(share, top));
    }

    double at(double confidence) {
        int place = Arrays.binarySearch(centres, confidence);
        if (place >= 0) {
            return shares[place];
        }
        int right = -place - 1;
        if (right == 0 || right == centres.length) {
            return shares[right == 0 ? 0 : right - 1];
        }
        double part = (confidence - centres[right - 1]) / (centres[right] - centres[right - 1]);
        return shares[right - 1] + part * (shares[right] - shares[right - 1]);
    }
}
