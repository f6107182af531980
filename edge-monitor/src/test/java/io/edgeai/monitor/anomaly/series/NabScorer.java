package io.edgeai.monitor.anomaly.series;

import java.util.List;

/** The scoring of the Numenta Anomaly Benchmark 1.1 for one threshold and the standard profile (tp 1, fp 0.11, fn 1). */
final class NabScorer {
    private static final double FALSE_POSITIVE = 0.11;

    private double raw;
    private int windows;
    private int hits;
    private int falseRows;

    /** @param labelled first and last row of each labelled window */
    void add(double[] scores, List<int[]> labelled, double threshold) {
        int probation = (int) Math.min(Math.floor(0.15 * scores.length), 0.15 * 5000);
        double[] best = new double[labelled.size()];
        int previous = -1;
        for (int i = 0; i < scores.length; i++) {
            int inside = -1;
            for (int w = 0; w < labelled.size(); w++) {
                inside = i >= labelled.get(w)[0] && i <= labelled.get(w)[1] ? w : inside;
                previous = i > labelled.get(w)[1] ? Math.max(previous, w) : previous;
            }
            if (i < probation || scores[i] < threshold) {
                continue;
            }
            if (inside >= 0) {
                int[] window = labelled.get(inside);
                double place = -(window[1] - i + 1) / (window[1] - window[0] + 1.0);
                best[inside] = Math.max(best[inside], sigma(place) / sigma(-1));
            } else {
                falseRows++;
                raw += FALSE_POSITIVE * (previous < 0 ? -1 : cost(i, labelled.get(previous)));
            }
        }
        for (double one : best) {
            windows++;
            hits += one > 0 ? 1 : 0;
            raw += one > 0 ? one : -1;
        }
    }

    /** 0 for silence, 100 for perfection. */
    double normalised() {
        return 100 * (raw + windows) / (2.0 * windows);
    }

    int windows() {
        return windows;
    }

    int hits() {
        return hits;
    }

    int falseRows() {
        return falseRows;
    }

    private static double cost(int row, int[] window) {
        return sigma((double) (row - window[1]) / (window[1] - window[0]));
    }

    private static double sigma(double x) {
        return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
    }
}
