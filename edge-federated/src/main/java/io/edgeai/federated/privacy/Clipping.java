package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;

/**
 * How much one participant's update may change the sum, in Euclidean norm. Immutable; what changes from round to round is
 * in the {@link Bound} it starts.
 */
public sealed interface Clipping {
    /** The norm of the first round. */
    double norm();

    /** Short name with its numbers. */
    String name();

    /**
     * State of one run.
     *
     * @param layers where each layer begins, ascending from 0, and last the number of parameters
     */
    Bound start(int[] layers);

    /** The whole update is scaled down to that norm where it is longer. */
    static Clipping flat(double norm) {
        return new Flat(norm);
    }

    /** Every layer is scaled down to {@code norm / √layers} where it is longer, so that the update has at most that norm. */
    static Clipping perLayer(double norm) {
        return new PerLayer(norm);
    }

    /**
     * The norm follows a quantile of the updates' norms (Andrew et al. 2021): after each round it is multiplied by
     * {@code exp(−0.2·(share − quantile))}, where share is the noisy share of updates that needed no clipping.
     *
     * @param start norm of the first round
     * @param quantile 0 to 1; 0.5 is the median
     */
    static Clipping adaptive(double start, double quantile) {
        return new Adaptive(start, quantile);
    }

    /** The norm of a run. Used by one thread at a time. */
    interface Bound {
        double norm();

        /** Scales a finite update down, in place; gives whether it was within the norm before. */
        boolean clip(float[] update);

        /**
         * After a round.
         *
         * @param within half the difference of updates within the norm and those beyond it, with noise
         * @param expected updates that were expected
         */
        void observe(double within, double expected);
    }

    /** See {@link #flat}. */
    record Flat(double norm) implements Clipping {
        public Flat {
            checkNorm(norm);
        }

        @Override
        public String name() {
            return "flat(" + norm + ")";
        }

        @Override
        public Bound start(int[] layers) {
            return new FixedBound(norm, new int[] {0, layers[layers.length - 1]});
        }
    }

    /** See {@link #perLayer}. */
    record PerLayer(double norm) implements Clipping {
        public PerLayer {
            checkNorm(norm);
        }

        @Override
        public String name() {
            return "per-layer(" + norm + ")";
        }

        @Override
        public Bound start(int[] layers) {
            return new FixedBound(norm, layers);
        }
    }

    /** See {@link #adaptive}. */
    record Adaptive(double norm, double quantile) implements Clipping {
        private static final double RATE = 0.2;

        public Adaptive {
            checkNorm(norm);
            if (!(quantile > 0 && quantile < 1)) {
                throw new InvalidInputException("quantile (" + quantile + ") must be above 0 and below 1.");
            }
        }

        /** Standard deviation of the noise on the number of unclipped updates: a twentieth of those expected. */
        double countNoise(double expected) {
            return expected / 20;
        }

        @Override
        public String name() {
            return "adaptive(" + norm + ", " + quantile + ")";
        }

        @Override
        public Bound start(int[] layers) {
            return new FixedBound(norm, new int[] {0, layers[layers.length - 1]}) {
                @Override
                public void observe(double within, double expected) {
                    double share = Math.min(1, Math.max(0, 0.5 + within / expected));
                    norm(Math.min(1e9, Math.max(1e-9, norm() * Math.exp(-RATE * (share - quantile)))));
                }
            };
        }
    }

    private static void checkNorm(double norm) {
        if (!(norm >= 1e-9 && norm <= 1e9)) {
            throw new InvalidInputException("Clip norm (" + norm + ") must be 1e-9 to 1e9.");
        }
    }
}
