package io.edgeai.monitor.estimate;

import io.edgeai.core.error.InvalidInputException;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Reference rows in the order of their confidences, with what is known of each. */
final class LabelledRows {
    private final double[] confidences;
    private final double[] right;
    private final double[][] features;

    private LabelledRows(double[] confidences, double[] right, double[][] features) {
        this.confidences = confidences;
        this.right = right;
        this.features = features;
    }

    static LabelledRows of(double[] confidences, boolean[] correct, double[][] features) {
        if (confidences.length != correct.length || confidences.length != features.length) {
            throw new InvalidInputException("There are (" + confidences.length + ") confidences, (" + correct.length
                    + ") labels and (" + features.length + ") rows of features. Maybe some rows have no label.");
        }
        requireFinite(confidences, features);
        int[] order = IntStream.range(0, confidences.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> confidences[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] sorted = new double[order.length];
        double[] right = new double[order.length];
        double[][] rows = new double[order.length][];
        for (int i = 0; i < order.length; i++) {
            sorted[i] = confidences[order[i]];
            right[i] = correct[order[i]] ? 1 : 0;
            rows[i] = features[order[i]].clone();
        }
        return new LabelledRows(sorted, right, rows);
    }

    static void requireFinite(double[] confidences, double[][] features) {
        for (int i = 0; i < confidences.length; i++) {
            boolean finite = Double.isFinite(confidences[i]) && features[i].length == features[0].length;
            for (double value : features[i]) {
                finite &= Double.isFinite(value);
            }
            if (!finite) {
                throw new InvalidInputException("Row (" + i + ") has a confidence (" + confidences[i]
                        + ") or feature that is not finite, or fewer features than the first. Maybe leave it out.");
            }
        }
    }

    int size() {
        return confidences.length;
    }

    double[] confidences() {
        return confidences;
    }

    double[] right() {
        return right;
    }

    double[][] features() {
        return features;
    }
}
