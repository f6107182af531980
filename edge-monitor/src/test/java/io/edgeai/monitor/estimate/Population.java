package io.edgeai.monitor.estimate;

import java.util.Random;

/**
 * People with two features whose label follows a logistic law, and a model that knows the law only in part: it overlooks
 * the second feature or is too sure of itself.
 */
final class Population {
    final double[] confidences;
    final double[][] features;
    final boolean[] correct;

    /**
     * @param shift mean of the first feature; half of it that of the second
     * @param spread deviation of both
     * @param known share of the second feature's effect that the model knows
     * @param certainty 1 for honest confidences, more for boasting ones
     * @param flipped share of labels that are turned around: concept drift
     */
    Population(Random random, int rows, double shift, double spread, double known, double certainty, double flipped) {
        confidences = new double[rows];
        features = new double[rows][];
        correct = new boolean[rows];
        for (int i = 0; i < rows; i++) {
            double first = shift + spread * random.nextGaussian();
            double second = shift / 2 + spread * random.nextGaussian();
            boolean label = random.nextDouble() < sigmoid(2 * first + second - 0.3);
            label ^= random.nextDouble() < flipped;
            double score = sigmoid(certainty * (2 * first + known * second - 0.3));
            confidences[i] = Math.max(score, 1 - score);
            features[i] = new double[] {first, second};
            correct[i] = label == score >= 0.5;
        }
    }

    double accuracy() {
        int right = 0;
        for (boolean one : correct) {
            right += one ? 1 : 0;
        }
        return right / (double) correct.length;
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }
}
