package io.edgeai.core.train.data;

import java.util.SplittableRandom;

/**
 * The order in which examples are drawn: a pure function of seed and epoch, so that training resumes in the middle of an
 * epoch without a saved generator.
 */
public final class Shuffle {
    private Shuffle() {}

    /** A permutation of 0 to below {@code size} (Fisher–Yates). */
    public static int[] order(int size, long seed, long epoch) {
        int[] order = new int[size];
        SplittableRandom random = random(seed, epoch, 0);
        for (int i = 0; i < size; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        return order;
    }

    /** The generator for a step's augmentation. */
    public static SplittableRandom random(long seed, long step) {
        return random(seed, step, 1);
    }

    private static SplittableRandom random(long seed, long counter, long use) {
        return new SplittableRandom(mix(mix(mix(seed) + counter) + use));
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
