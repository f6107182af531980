package io.edgeai.optimize.prune.solve;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Which output positions of each sample are looked at: some at random, the same for equal seeds. */
record Rows(int perSample, long seed) {
    /** Enough rows for a number of features: eight for each, at least 4096, spread over the samples. */
    static Rows forFeatures(int features, int samples, long seed) {
        long wanted = Math.max(4096, 8L * features);
        return new Rows((int) Math.max(1, (wanted + samples - 1) / samples), seed);
    }

    long[] of(int sample, long positions) {
        if (positions <= perSample) {
            long[] all = new long[(int) positions];
            Arrays.setAll(all, i -> i);
            return all;
        }
        return new SplittableRandom(seed * 1_000_003 + sample)
                .longs(perSample, 0, positions)
                .toArray();
    }
}
