package io.edgeai.federated.privacy;

import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.selection.Selection;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Draws a fixed number without replacement, every set of them with the same chance, from a generator that nobody can predict.
 *
 * @param least participants that must be there: among fewer, each would be drawn oftener than is counted
 * @param draws the generator of a round
 */
record SecretDraw(int count, int least, IntFunction<NoiseRandom> draws) implements Selection {
    @Override
    public int[] select(int round, int population, SplittableRandom unused) {
        if (population < least) {
            throw new QuorumNotReachedException("Round " + round + " draws (" + count + ") of (" + population
                    + ") participants, and privacy counts on at least " + least
                    + ". Maybe wait for more of them by rules, or name a smaller population.");
        }
        NoiseRandom random = draws.apply(round);
        int[] places = new int[population];
        Arrays.setAll(places, i -> i);
        for (int i = 0; i < count; i++) {
            int other = i + (int) random.below(population - i);
            int held = places[i];
            places[i] = places[other];
            places[other] = held;
        }
        int[] drawn = Arrays.copyOf(places, count);
        Arrays.sort(drawn);
        return drawn;
    }

    @Override
    public boolean unbiased() {
        return true;
    }
}
