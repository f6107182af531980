package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generates synthetic(α, β) of Li et al. 2020 (FedProx): each participant draws samples around its own centre and labels
 * them by its own linear model. α says how much the models differ, β how much the centres do. The same arguments give the
 * same bits.
 */
public final class SyntheticData {
    private static final int MAX_SAMPLES = 10_000;
    private static final int MAX_FEATURES = 100_000;

    private SyntheticData() {}

    /**
     * 90 % of each participant's samples are for training, at least one on each side.
     *
     * @param participants at least 1
     * @param features 1 to 100000; feature j has variance {@code (j+1)^−1.2}
     * @param classes at least 2
     * @param alpha variance of the mean of a participant's model, at least 0
     * @param beta variance of the mean of a participant's centre, at least 0
     */
    public static FederatedDataset generate(
            int participants, int features, int classes, double alpha, double beta, long seed) {
        if (participants < 1
                || features < 1
                || features > MAX_FEATURES
                || classes < 2
                || (long) features * classes > 1 << 24) {
            throw new InvalidInputException("Cannot generate synthetic data for (" + participants + ") participants, ("
                    + features + ") features, (" + classes + ") classes.");
        }
        if (!(alpha >= 0 && alpha <= 1e6) || !(beta >= 0 && beta <= 1e6)) {
            throw new InvalidInputException("alpha (" + alpha + ") and beta (" + beta + ") must be 0 to 1000000.");
        }
        SplittableRandom root = new SplittableRandom(seed);
        List<ParticipantData> all = new ArrayList<>();
        for (int p = 0; p < participants; p++) {
            SplittableRandom random = root.split();
            int size = (int) Math.min(MAX_SAMPLES, Math.exp(4 + 2 * random.nextGaussian()) + 50);
            LabelledSet set = participant(random, size, features, classes, Math.sqrt(alpha), Math.sqrt(beta));
            int train = Math.max(1, size * 9 / 10);
            all.add(new ParticipantData(Integer.toString(p), set.range(0, train), set.range(train, size)));
        }
        return new FederatedDataset(all);
    }

    private static LabelledSet participant(
            SplittableRandom random, int size, int features, int classes, double modelSpread, double centreSpread) {
        double modelMean = modelSpread * random.nextGaussian();
        double centreMean = centreSpread * random.nextGaussian();
        double[] centre = new double[features];
        for (int j = 0; j < features; j++) {
            centre[j] = centreMean + random.nextGaussian();
        }
        double[] weights = new double[(features + 1) * classes];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = modelMean + random.nextGaussian();
        }
        float[] values = new float[Math.multiplyExact(size, features)];
        int[] labels = new int[size];
        double[] score = new double[classes];
        for (int i = 0; i < size; i++) {
            System.arraycopy(weights, features * classes, score, 0, classes);
            for (int j = 0; j < features; j++) {
                double x = centre[j] + Math.pow(j + 1, -0.6) * random.nextGaussian();
                values[i * features + j] = (float) x;
                for (int c = 0; c < classes; c++) {
                    score[c] += x * weights[j * classes + c];
                }
            }
            for (int c = 1; c < classes; c++) {
                labels[i] = score[c] > score[labels[i]] ? c : labels[i];
            }
        }
        return LabelledSet.of(values, features, labels, classes);
    }
}
