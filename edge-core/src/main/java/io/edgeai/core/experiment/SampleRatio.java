package io.edgeai.core.experiment;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.commons.numbers.gamma.LogGamma;

/**
 * Watches whether arms get the units they should; where not, something is lost or counted twice, and no comparison of
 * the arms can be trusted. A Bayes factor of Dirichlet-distributed shares around the planned ones against the planned
 * ones themselves, looked at after every unit if one likes (Lindon and Malek 2022): the probability of a false alarm,
 * ever, is at most α. The mean of two factors, one for shares far off that show soon and one for shares near by that take
 * long, of concentration 100 and 10,000 an arm. Not thread-safe.
 */
public final class SampleRatio {
    private static final double[] CONCENTRATIONS_PER_ARM = {100, 10_000};

    private final double[] shares;
    private final long[] counts;
    private double pValue;

    /**
     * What it has seen, to go on from after a restart.
     *
     * @param shares planned, by arm, summing to 1
     * @param counts units, by arm
     * @param pValue the least so far
     */
    public record State(List<Double> shares, List<Long> counts, double pValue) {
        public State {
            if (shares.size() < 2 || shares.size() != counts.size()) {
                throw new InvalidInputException("Shares (" + shares.size() + ") and counts (" + counts.size()
                        + ") must be of the same two or more arms.");
            }
            for (double share : shares) {
                if (!(share > 0)) {
                    throw new InvalidInputException(
                            "A share (" + share + ") must be above 0. Maybe leave the arm out.");
                }
            }
            shares = List.copyOf(shares);
            counts = List.copyOf(counts);
        }
    }

    /** @param weights of at least two arms, each above 0; shares are weights over their sum */
    public SampleRatio(double... weights) {
        this(new State(shares(weights), Collections.nCopies(weights.length, 0L), 1));
    }

    private static List<Double> shares(double[] weights) {
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(weight -> weight / sum).boxed().toList();
    }

    /** Goes on from a state. */
    public SampleRatio(State state) {
        this.shares = state.shares.stream().mapToDouble(share -> share).toArray();
        this.counts = state.counts.stream().mapToLong(count -> count).toArray();
        this.pValue = state.pValue;
    }

    public State state() {
        return new State(
                Arrays.stream(shares).boxed().toList(),
                Arrays.stream(counts).boxed().toList(),
                pValue);
    }

    /** Counts units of an arm, each once. */
    public void add(int arm, long units) {
        counts[arm] += units;
    }

    /** The least p-value of all calls so far. */
    public double pValue() {
        double factors = 0;
        for (double perArm : CONCENTRATIONS_PER_ARM) {
            factors += Math.exp(logFactor(perArm * shares.length)) / CONCENTRATIONS_PER_ARM.length;
        }
        pValue = Math.min(pValue, 1 / factors);
        return pValue;
    }

    private double logFactor(double concentration) {
        long total = 0;
        double log = LogGamma.value(concentration);
        for (int i = 0; i < shares.length; i++) {
            double prior = concentration * shares[i];
            total += counts[i];
            log += LogGamma.value(prior + counts[i]) - LogGamma.value(prior) - counts[i] * Math.log(shares[i]);
        }
        return log - LogGamma.value(concentration + total);
    }
}
