package io.edgeai.federated.privacy;

import io.edgeai.federated.selection.Selection;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Draws every participant with the same chance from a generator that nobody can predict: who knew the draw would gain
 * nothing from amplification.
 *
 * @param draws the generator of a round
 */
record SecretSampling(double chance, IntFunction<NoiseRandom> draws) implements Selection {
    @Override
    public int[] select(int round, int population, SplittableRandom unused) {
        NoiseRandom random = draws.apply(round);
        int[] drawn = new int[population];
        int count = 0;
        for (int i = 0; i < population; i++) {
            if (random.chance(chance)) {
                drawn[count++] = i;
            }
        }
        return Arrays.copyOf(drawn, count);
    }

    @Override
    public boolean unbiased() {
        return true;
    }
}
