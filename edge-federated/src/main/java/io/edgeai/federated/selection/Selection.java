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

        /** Told after each round who could have been asked, and what the selected did. */
        default void observe(Candidates candidates, List<Experience> experiences) {}

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

    /**
     * Prefers participants from whose data there is much to learn and who are quick, after Oort: by samples × loss, by
     * speed, and with a share of new ones. Needs losses (of a client algorithm that asks for them)
     * to be more than a choice by size. Biased: gives no privacy amplification.
     */
    static Selection oort(int count) {
        return new Oort(count);
    }

    /**
     * Draws {@code candidates} by their number of samples, and takes the {@code count} of greatest last known loss among
     * them; whose loss is not known comes first (Cho et al. 2020, with the losses of earlier rounds). Biased.
     */
    static Selection powerOfChoice(int count, int candidates) {
        if (count < 1 || candidates < count) {
            throw new InvalidInputException(
                    "count (" + count + ") of participants must be 1 to the candidates (" + candidates + ").");
        }
        return new PowerOfChoice(count, candidates);
    }

    /**
     * Gives those that are rarely there a better chance when they are: each is drawn by the inverse of the share of rounds in
     * which it was there, so that over time all have the same part, and by its chance of staying until the round ends, which a
     * coordinator learns from how long its connections hold. Biased within a round.
     */
    static Selection availabilityAware(int count) {
        if (count < 1) {
            throw new InvalidInputException("count (" + count + ") of selected participants must be at least 1.");
        }
        return new AvailabilityAware(count);
    }

    /**
     * Divides participants by size into {@code strata} of about as many, and draws the same number (to within one) from
     * each.
     */
    static Selection stratified(int count, int strata) {
        if (strata < 1 || count < strata) {
            throw new InvalidInputException("strata (" + strata + ") must be 1 to count (" + count + ").");
        }
        return new Stratified(count, strata);
    }

    /** The same, among those that were not selected in the last {@code rounds} rounds, as long as there are any. */
    default Selection coolDown(int rounds) {
        if (rounds < 1) {
            throw new InvalidInputException("rounds (" + rounds + ") of a cool-down must be at least 1.");
        }
        return new Rested(this, (round, last, times, mean) -> round - last > rounds, false);
    }

    /**
     * The same, among those that were selected at most {@code factor} times as often as the average, plus once, as long as
     * there are any.
     *
     * @param factor at least 1
     */
    default Selection fairness(double factor) {
        if (!(factor >= 1)) {
            throw new InvalidInputException("factor (" + factor + ") of fairness must be at least 1.");
        }
        return new Rested(this, (round, last, times, mean) -> times <= factor * mean, false);
    }

    /**
     * The same, among those that were selected fewer than {@code times} times and not in the last {@code separation − 1}
     * rounds; nobody, where there is none such: what privacy counts on is kept.
     *
     * @param times at least 1
     * @param separation from one of its rounds to the next at least, 1 for none
     */
    default Selection atMost(int times, int separation) {
        if (times < 1 || separation < 1) {
            throw new InvalidInputException(
                    "times (" + times + ") and separation (" + separation + ") of turns must be at least 1.");
        }
        return new Rested(this, (round, last, before, mean) -> before < times && round - last >= separation, true);
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
