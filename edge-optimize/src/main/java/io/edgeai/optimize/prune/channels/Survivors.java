package io.edgeai.optimize.prune.channels;

import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Which indices stay. */
record Survivors(IntPredicate stays) {
    int count(int[] labels) {
        int kept = 0;
        for (int label : labels) {
            kept += stays.test(label) ? 1 : 0;
        }
        return kept;
    }

    /** Positions that stay, ascending. */
    int[] positions(int[] labels) {
        return IntStream.range(0, labels.length)
                .filter(i -> stays.test(labels[i]))
                .toArray();
    }
}
