package io.edgeai.federated.selection;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Some of all, each with the same chance, without replacement. */
record Uniform(Size size) implements Selection {
    /** How many of a population. */
    interface Size {
        int of(int population, SplittableRandom random);
    }

    @Override
    public int[] select(int round, int population, SplittableRandom random) {
        return draw(size.of(population, random), population, random);
    }

    @Override
    public boolean unbiased() {
        return true;
    }

    /** {@code count} of 0..population-1 in random order. */
    static int[] draw(int count, int population, SplittableRandom random) {
        int[] pool = new int[population];
        Arrays.setAll(pool, i -> i);
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(population - i);
            int swap = pool[i];
            pool[i] = pool[j];
            pool[j] = swap;
        }
        return Arrays.copyOf(pool, count);
    }
}
