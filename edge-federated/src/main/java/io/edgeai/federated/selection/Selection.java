package io.edgeai.federated.selection;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Chooses the participants of a round. Implementations are stateless and thread-safe; what one learns during a run is in
 * the {@link Course} it starts.
 */
public interface Selection {
    /**
     * Numbers of the chosen participants, each at most once, in the order in which their updates are combined.
     *
     * @param round from 1
     * @param population participants there are, numbered from 0
     * @param random this round's own generator; the only source of chance
     */
    int[] select(int round, int population, SplittableRandom random);

    /** The state of one run; by default there is none, and the choice is made among those that are there. */
    default Course start() {
        return (candidates, random) -> {
            int[] there = candidates.numbers();
            int[] chosen = select(candidates.round(), there.length, random);
            return Arrays.stream(chosen)
                    .map(i -> i >= 0 && i < there.length ? there[i] : i)
                    .toArray();
        };
    }

    /** Whether all have the same chance in each round, which privacy amplification needs; default no. */
    default boolean unbiased() {
        return false;
    }

    /** The state of one run. Used by one thread at a time. */
    interface Course {
        /** Numbers of the chosen, each at most once, in the order in which updates are combined. Changes no state. */
        int[] select(Candidates candidates, SplittableRandom random);

        /** Told after each round what its selected participants did. */
        default void observe(int round, List<Experience> experiences) {}

        /** What must outlive the process for a run to go on to the bit; empty where nothing is remembered. */
        default double[][] state() {
            return new double[0][];
        }

        /** Takes over what {@link #state()} gave. */
        default void restore(double[][] state) {}
    }

    /** {@code count} participants uniformly without replacement; all, where there are fewer. */
    static Selection count(int count) {
        if (count < 1) {
            throw new InvalidInputException("count (" + count + ") of selected participants must be at least 1.");
        }
        return new Uniform((population, random) -> Math.min(count, population));
    }

    /** A share of all participants uniformly without replacement, rounded, at least one. */
    static Selection fraction(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new InvalidInputException("fraction (" + share + ") of selected participants must be above 0 to 1.");
        }
        return new Uniform((population, random) -> (int) Math.max(1, Math.round(share * population)));
    }

    /**
     * Each participant with the same chance, independently of the others, so that a round may have any number of them:
     * the sampling of most privacy accountants.
     */
    static Selection poisson(double chance) {
        if (!(chance > 0 && chance <= 1)) {
            throw new InvalidInputException("chance (" + chance + ") of being selected must be above 0 to 1.");
        }
        return new Poisson(chance);
    }

    /** Everyone, in order. */
    static Selection all() {
        return (round, population, random) -> {
            int[] everyone = new int[population];
            Arrays.setAll(everyone, i -> i);
            return everyone;
        };
    }
}
