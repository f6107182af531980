package io.edgeai.core.experiment;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * Gives each arm the share of traffic that is the probability that it is the best one (Thompson 1933), so that what is
 * worse soon gets little. The mean reward of an arm is Beta(1, 1) beforehand; a reward between 0 and 1 counts as that part
 * of a success, which is never bolder than the truth (Agrawal and Goyal 2012). Shares are computed, not drawn: the same
 * rewards always give the same shares. Thread-safe.
 *
 * <p>A bandit earns while it learns; it does not say with which certainty one arm is better. For that use
 * {@link Experiment}.
 */
public final class ThompsonSampling {
    private static final int CELLS = 2000;
    private static final double DEVIATIONS = 12;

    private final double floor;
    private final double[] successes;
    private final double[] failures;

    /**
     * What the arms earned, to go on from after a restart.
     *
     * @param floor the least share of an arm
     * @param successes sum of rewards, by arm
     * @param failures sum of 1 − reward, by arm
     */
    public record State(double floor, List<Double> successes, List<Double> failures) {
        public State {
            successes = List.copyOf(successes);
            failures = List.copyOf(failures);
            if (successes.size() < 2 || successes.size() != failures.size()) {
                throw new InvalidInputException("A bandit needs two arms or more, not (" + successes.size()
                        + "). Maybe split(…) among two versions.");
            }
            if (!(floor >= 0 && floor * successes.size() <= 1)) {
                throw new InvalidInputException("The least share (" + floor + ") of each of (" + successes.size()
                        + ") arms must be at least 0 and fit them all. Maybe 0.02.");
            }
        }
    }

    /**
     * @param arms 2 or more
     * @param floor the least share of an arm, so that one that seems bad is still looked at; at least 0, e.g. 0.02
     */
    public ThompsonSampling(int arms, double floor) {
        this(new State(floor, Collections.nCopies(arms, 0.0), Collections.nCopies(arms, 0.0)));
    }

    /** Goes on from a state. */
    public ThompsonSampling(State state) {
        this.floor = state.floor();
        this.successes = state.successes().stream().mapToDouble(each -> each).toArray();
        this.failures = state.failures().stream().mapToDouble(each -> each).toArray();
    }

    public synchronized State state() {
        return new State(floor, boxed(successes), boxed(failures));
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /**
     * Adds what a request to an arm earned.
     *
     * @param reward from 0 to 1
     */
    public synchronized void reward(int arm, double reward) {
        if (!(reward >= 0 && reward <= 1)) {
            throw new InvalidInputException(
                    "A reward (" + reward + ") must be 0 to 1. Maybe divide it by the largest there can be.");
        }
        successes[arm] += reward;
        failures[arm] += 1 - reward;
    }

    /** Share of each arm: the floor, and of what is left the probability that it is the best; they add up to 1. */
    public synchronized List<Double> shares() {
        double[] best = best();
        double left = 1 - floor * best.length;
        return Arrays.stream(best).map(share -> floor + left * share).boxed().toList();
    }

    /** For each arm, the integral over its mean reward of the probability that all others have less. */
    private double[] best() {
        double[] best = new double[successes.length];
        double sum = 0;
        for (int arm = 0; arm < best.length; arm++) {
            double a = 1 + successes[arm];
            double b = 1 + failures[arm];
            double mean = a / (a + b);
            double wide = DEVIATIONS * Math.sqrt(mean * (1 - mean) / (a + b + 1));
            double low = Math.max(0, mean - wide);
            double high = Math.min(1, mean + wide);
            double below = below(low, a, b);
            for (int cell = 0; cell < CELLS; cell++) {
                double above = below(low + (high - low) * (cell + 1) / CELLS, a, b);
                best[arm] += (above - below) * othersBelow(arm, low + (high - low) * (cell + 0.5) / CELLS);
                below = above;
            }
            sum += best[arm];
        }
        for (int arm = 0; arm < best.length; arm++) {
            best[arm] /= sum;
        }
        return best;
    }

    private double othersBelow(int arm, double reward) {
        double probability = 1;
        for (int other = 0; other < successes.length; other++) {
            if (other != arm) {
                probability *= below(reward, 1 + successes[other], 1 + failures[other]);
            }
        }
        return probability;
    }

    private static double below(double reward, double a, double b) {
        return RegularizedBeta.value(reward, a, b);
    }
}
