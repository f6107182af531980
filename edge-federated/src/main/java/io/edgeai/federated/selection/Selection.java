package io.edgeai.federated.selection;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Chooses the participants of a round. Implementations are stateless and thread-safe. */
public interface Selection {
    /**
     * Numbers of the chosen participants, each at most once, in the order in which their updates are combined.
     *
     * @param round from 1
     * @param population participants there are, numbered from 0
     * @param random this round's own generator; the only source of chance
     */
    int[] select(int round, int population, SplittableRandom random);

    /** {@code count} participants uniformly without replacement; all, where there are fewer. */
    static Selection count(int count) {
        if (count < 1) {
            throw new InvalidInputException("count (" + count + ") of selected participants must be at least 1.");
        }
        return (round, population, random) -> uniform(Math.min(count, population), population, random);
    }

    /** A share of all participants uniformly without replacement, rounded, at least one. */
    static Selection fraction(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new InvalidInputException("fraction (" + share + ") of selected participants must be above 0 to 1.");
        }
        return (round, population, random) ->
                uniform((int) Math.max(1, Math.round(share * population)), population, random);
    }

    /** Everyone, in order. */
    static Selection all() {
        return (round, population, random) -> {
            int[] everyone = new int[population];
            Arrays.setAll(everyone, i -> i);
            return everyone;
        };
    }

    private static int[] uniform(int count, int population, SplittableRandom random) {
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
