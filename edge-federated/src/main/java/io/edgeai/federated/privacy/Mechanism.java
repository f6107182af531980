package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;

/**
 * One release of a sum with noise. {@code noise} is the noise multiplier: standard deviation of the noise in the sum,
 * divided by the clip norm, above 0. Immutable and thread-safe.
 */
public sealed interface Mechanism {
    double noise();

    /** This mechanism with another noise multiplier. */
    Mechanism noise(double multiplier);

    /** Short name with its numbers, e.g. {@code "poisson(q=0.01, noise=1.0)"}. */
    String name();

    /**
     * Rényi divergence of that order, the greater of both directions; an upper bound.
     *
     * @param order above 1
     */
    double renyi(double order);

    /** Everyone takes part in the release. */
    static Mechanism gaussian(double noise) {
        return new Gaussian(noise);
    }

    /**
     * Everyone takes part with that probability, independently of the others (Mironov et al. 2019); neighbours differ in
     * the presence of one participant.
     *
     * @param rate above 0 to 1
     */
    static Mechanism poisson(double rate, double noise) {
        return new Sampled(false, rate, noise);
    }

    /**
     * A fixed number takes part, drawn uniformly without replacement (Wang et al. 2019, theorem 9); neighbours differ in
     * the data of one participant, so a sum changes by up to twice the clip norm. Much dearer than {@link #poisson}.
     *
     * @param rate number drawn divided by all, above 0 to 1
     */
    static Mechanism fixedSize(double rate, double noise) {
        return new Sampled(true, rate, noise);
    }

    /**
     * All prefix sums of a stream, by a binary tree with noise in each node; no sampling needed (Kairouz et al. 2021,
     * DP-FTRL). Each participant contributes to one step of the stream.
     *
     * @param steps length of the stream, at least 1
     */
    static Mechanism tree(int steps, double noise) {
        return tree(steps, 1, 1, noise);
    }

    /**
     * The same, where each participant contributes to several steps, in any order. Neighbours differ in that all that one of
     * them sends counts as nothing.
     *
     * @param times most steps to which one participant contributes, 1 to 2²⁰
     * @param separation from one of its steps to the next at least, 1 to 2²⁰
     */
    static Mechanism tree(int steps, int times, int separation, double noise) {
        return new Tree(steps, times, separation, noise, 0);
    }

    /** See {@link #gaussian}. */
    record Gaussian(double noise) implements Mechanism {
        public Gaussian {
            checkNoise(noise);
        }

        @Override
        public Mechanism noise(double multiplier) {
            return new Gaussian(multiplier);
        }

        @Override
        public String name() {
            return "gaussian(noise=" + noise + ")";
        }

        @Override
        public double renyi(double order) {
            return order / (2 * noise * noise);
        }
    }

    /**
     * See {@link #poisson} and {@link #fixedSize}.
     *
     * @param replacing whether a fixed number takes part, and neighbours differ in what one of them has
     */
    record Sampled(boolean replacing, double rate, double noise) implements Mechanism {
        public Sampled {
            if (!(rate >= 1e-12 && rate <= 1)) {
                throw new InvalidInputException("Sampling rate (" + rate + ") must be 1e-12 to 1.");
            }
            checkNoise(noise);
        }

        @Override
        public Mechanism noise(double multiplier) {
            return new Sampled(replacing, rate, multiplier);
        }

        @Override
        public String name() {
            return (replacing ? "fixed-size" : "poisson") + "(q=" + rate + ", noise=" + noise + ")";
        }

        @Override
        public double renyi(double order) {
            if (replacing) {
                return FixedSizeMoments.renyi(rate, noise / 2, order);
            }
            return rate == 1 ? order / (2 * noise * noise) : SampledMoments.logMoment(rate, noise, order) / (order - 1);
        }
    }

    /**
     * See {@link #tree}.
     *
     * @param run tells the tree of one run from that of another in a ledger, at least 0; says nothing of what it costs
     */
    record Tree(int steps, int times, int separation, double noise, int run) implements Mechanism {
        private static final int MOST = 1 << 20;

        public Tree {
            if (steps < 1) {
                throw new InvalidInputException("steps (" + steps + ") of a tree must be at least 1.");
            }
            if (run < 0) {
                throw new InvalidInputException("run (" + run + ") of a tree must be at least 0.");
            }
            if (times < 1 || times > MOST || separation < 1 || separation > MOST) {
                throw new InvalidInputException("times (" + times + ") and separation (" + separation
                        + ") of a participant in a tree must be 1 to " + MOST + ".");
            }
            checkNoise(noise);
        }

        /** The same, of a run of that number. */
        Tree run(int number) {
            return new Tree(steps, times, separation, noise, number);
        }

        /** What one participant can change of all nodes together, by Euclid, squared, in clip norms; an upper bound. */
        public double squaredSensitivity() {
            return TreeSensitivity.squared(steps, times, separation);
        }

        @Override
        public Mechanism noise(double multiplier) {
            return new Tree(steps, times, separation, multiplier, run);
        }

        @Override
        public String name() {
            return "tree(steps=" + steps + (times > 1 ? ", times=" + times + ", separation=" + separation : "")
                    + ", noise=" + noise + ")";
        }

        @Override
        public double renyi(double order) {
            return squaredSensitivity() * order / (2 * noise * noise);
        }
    }

    private static void checkNoise(double noise) {
        if (!(noise >= 1e-3 && noise <= 1e6)) {
            throw new InvalidInputException("Noise multiplier (" + noise + ") must be 0.001 to 1e6.");
        }
    }
}
