package io.edgeai.placement.model;

/**
 * Data a site holds for federated learning.
 *
 * @param samples training samples that never leave the site
 * @param optedIn whether the site's owner agreed to take part
 */
public record TrainingData(long samples, boolean optedIn) {
    public static final TrainingData NONE = new TrainingData(0, false);

    public TrainingData {
        Require.nonNegative("Training samples", samples);
    }
}
