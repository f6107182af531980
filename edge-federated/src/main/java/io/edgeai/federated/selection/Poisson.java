package io.edgeai.federated.selection;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Independent draws, in order of number. */
record Poisson(double chance) implements Selection {
    @Override
    public int[] select(int round, int population, SplittableRandom random) {
        return IntStream.range(0, population)
                .filter(i -> random.nextDouble() < chance)
                .toArray();
    }

    @Override
    public boolean unbiased() {
        return true;
    }
}
