package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws the samples that a participant keeps to evaluate on: the same share of each class, by chance within it. */
final class HoldOut {
    private HoldOut() {}

    /** Of each class {@code share}, rounded to the nearest, and never all samples that there are. */
    static ParticipantData split(String id, LabelledSet all, double share, long seed) {
        if (!(share >= 0 && share < 1)) {
            throw new InvalidInputException("The share (" + share + ") of participant (" + id
                    + ") to evaluate on must be 0 to below 1. Maybe 0.2.");
        }
        int[] shuffled = shuffled(all.size(), seed);
        int[] left = new int[all.classes()];
        int[] counts = all.labelCounts();
        for (int c = 0; c < left.length; c++) {
            left[c] = (int) Math.min(Math.rint(share * counts[c]), Math.max(0, counts[c] - 1));
        }
        int[] train = new int[all.size()];
        int[] test = new int[all.size()];
        int trained = 0;
        int tested = 0;
        for (int position : shuffled) {
            if (left[all.label(position)]-- > 0) {
                test[tested++] = position;
            } else {
                train[trained++] = position;
            }
        }
        return new ParticipantData(
                id, all.select(Arrays.copyOf(train, trained)), all.select(Arrays.copyOf(test, tested)));
    }

    private static int[] shuffled(int size, long seed) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }
}
