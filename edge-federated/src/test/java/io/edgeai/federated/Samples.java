package io.edgeai.federated;

import io.edgeai.federated.data.LabelledSet;
import java.util.SplittableRandom;

/** Small made-up sets for tests. */
public final class Samples {
    private Samples() {}

    /** Gaussian clouds around one centre for each class; about a third of the values are exactly zero. */
    public static LabelledSet clouds(int size, int features, int classes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] centre = new double[classes][features];
        for (double[] one : centre) {
            for (int j = 0; j < features; j++) {
                one[j] = 1.5 * random.nextGaussian();
            }
        }
        float[] values = new float[size * features];
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            labels[i] = random.nextInt(classes);
            for (int j = 0; j < features; j++) {
                values[i * features + j] =
                        random.nextInt(3) == 0 ? 0 : (float) (centre[labels[i]][j] + random.nextGaussian());
            }
        }
        return LabelledSet.of(values, features, labels, classes);
    }
}
