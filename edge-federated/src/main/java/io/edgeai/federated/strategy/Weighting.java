package io.edgeai.federated.strategy;

import io.edgeai.core.error.InvalidInputException;

/**
 * How much an update counts. Where sizes are very unequal, sample counts let one participant dominate a round and the
 * accuracy oscillate; uniform or capped weights remove that.
 */
public sealed interface Weighting {
    /**
     * Weight of an update.
     *
     * @param samples it was trained on, at least 1
     * @param medianSamples median over all participants of the federation
     */
    double weight(int samples, double medianSamples);

    /** The number of samples, as in McMahan et al. 2017. */
    static Weighting samples() {
        return new Samples();
    }

    /** One for every participant. */
    static Weighting uniform() {
        return new Uniform();
    }

    /** The number of samples, but at most {@code factor} times the median participant's. */
    static Weighting capped(double factor) {
        return new Capped(factor);
    }

    record Samples() implements Weighting {
        @Override
        public double weight(int samples, double medianSamples) {
            return samples;
        }
    }

    record Uniform() implements Weighting {
        @Override
        public double weight(int samples, double medianSamples) {
            return 1;
        }
    }

    record Capped(double factor) implements Weighting {
        public Capped {
            if (!(factor > 0 && factor <= 1e9)) {
                throw new InvalidInputException(
                        "factor (" + factor + ") of a capped weight must be above 0 and at most 1e9.");
            }
        }

        @Override
        public double weight(int samples, double medianSamples) {
            return Math.min(samples, factor * medianSamples);
        }
    }
}
