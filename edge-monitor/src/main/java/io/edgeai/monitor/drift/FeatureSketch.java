package io.edgeai.monitor.drift;

import java.util.Random;

/**
 * Turns a flat tensor of any length into a bounded number of features. Up to 32 values are taken as they are; longer
 * ones become mean, standard deviation and 14 projections onto seeded random signs, scaled by 1/√length, so that a
 * change anywhere in an image moves some of them. Thread-safe.
 */
final class FeatureSketch {
    static final int MAX_PLAIN = 32;
    private static final int PROJECTIONS = 14;

    private final long seed;
    private final String prefix;

    FeatureSketch(String prefix, long seed) {
        this.prefix = prefix;
        this.seed = seed;
    }

    double[] features(float[] values) {
        if (values.length <= MAX_PLAIN) {
            double[] plain = new double[values.length];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = values[i];
            }
            return plain;
        }
        double[] features = new double[2 + PROJECTIONS];
        double sum = 0;
        double squares = 0;
        Random signs = new Random(seed);
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
            int bits = signs.nextInt();
            for (int p = 0; p < PROJECTIONS; p++) {
                features[2 + p] += (bits >> p & 1) == 0 ? value : -value;
            }
        }
        features[0] = sum / values.length;
        features[1] = Math.sqrt(Math.max(0, squares / values.length - features[0] * features[0]));
        for (int p = 0; p < PROJECTIONS; p++) {
            features[2 + p] /= Math.sqrt(values.length);
        }
        return features;
    }

    /** What a feature of a tensor of {@code length} values is called. */
    String name(int feature, int length) {
        if (length <= MAX_PLAIN) {
            return prefix + "[" + feature + "]";
        }
        return feature == 0
                ? prefix + " mean"
                : feature == 1 ? prefix + " deviation" : prefix + " projection " + (feature - 1);
    }
}
