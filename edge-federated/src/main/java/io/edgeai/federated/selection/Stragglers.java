package io.edgeai.federated.selection;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Simulated slowness: in each round a share of the selected participants finishes only some of its epochs, uniformly 1 to
 * {@code epochs − 1} (the setting of Li et al. 2020). What becomes of them is up to the client algorithm.
 *
 * @param fraction share of the selected that are slow, 0 to 1; default 0
 */
public record Stragglers(double fraction) {
    public Stragglers {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new InvalidInputException("fraction (" + fraction + ") of stragglers must be 0 to 1.");
        }
    }

    public static Stragglers none() {
        return new Stragglers(0);
    }

    /** Epochs each of the selected finishes; the number of slow ones is rounded to nearest. */
    public int[] epochs(int selected, int epochs, SplittableRandom random) {
        int[] finished = new int[selected];
        Arrays.fill(finished, epochs);
        int slow = epochs < 2 ? 0 : (int) Math.round(fraction * selected);
        for (int number : Selection.count(Math.max(1, slow)).select(1, selected, random)) {
            if (slow > 0) {
                finished[number] = 1 + random.nextInt(epochs - 1);
            }
        }
        return finished;
    }
}
