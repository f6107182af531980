package io.edgeai.federated.strategy;

/** Makes one parameter vector of many. Stateless; the state of one round is in the {@link Accumulator} it starts. */
public interface Aggregator {
    /** Short name, e.g. {@code "weighted-mean"}. */
    String name();

    /** @param parameters length of the vectors to come */
    Accumulator start(int parameters);

    /** Takes the updates of one round, in the order in which participants were selected. Used by one thread at a time. */
    interface Accumulator {
        /**
         * Adds one update; the vector is not kept unless the rule needs all of them.
         *
         * @param parameters finite values, of the announced length; not changed by anyone afterwards
         * @param weight above 0
         */
        void add(float[] parameters, double weight);

        /** The combined vector; called once, after at least one update. */
        double[] result();
    }

    /** Weighted mean, accumulated in double: memory of one model, whatever the number of participants. */
    static Aggregator weightedMean() {
        return new WeightedMean();
    }

    /**
     * Median of each coordinate; ignores weights and keeps all updates of the round. Withstands a minority of arbitrary
     * updates where participants hold similar data, and costs much accuracy where they do not (Yin et al. 2018).
     */
    static Aggregator coordinateMedian() {
        return new TrimmedMean("coordinate-median", 0.5);
    }

    /**
     * Mean of each coordinate without its {@code share} lowest and highest values; see {@link #coordinateMedian()}.
     *
     * @param share 0 up to but not 0.5
     */
    static Aggregator trimmedMean(double share) {
        return TrimmedMean.of(share);
    }
}
