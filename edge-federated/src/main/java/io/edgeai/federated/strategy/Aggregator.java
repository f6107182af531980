package io.edgeai.federated.strategy;

import io.edgeai.core.error.InvalidInputException;

/** Makes one parameter vector of many. Stateless; the state of one round is in the {@link Accumulator} it starts. */
public interface Aggregator {
    /** The warning of rules that take whoever is unlike the others for broken. */
    String ALIKE = "it takes participants that hold other data than most for broken ones, and loses accuracy where data"
            + " differ. Maybe use centred clipping.";

    /** Short name, e.g. {@code "weighted-mean"}. */
    String name();

    /** @param parameters length of the vectors to come */
    Accumulator start(int parameters);

    /**
     * Begins a round for a rule that looks at where its updates started.
     *
     * @param model what participants were sent; not changed while the round lasts
     */
    default Accumulator start(float[] model) {
        return start(model.length);
    }

    /** What a user of this rule should know, with its repair; empty where there is nothing to say. */
    default String warning() {
        return "";
    }

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
        return new KeepingAggregator(
                "coordinate-median", ALIKE, (updates, centre) -> RobustRules.trimmedMean(updates, 0.5));
    }

    /**
     * Mean of each coordinate without its {@code share} lowest and highest values; see {@link #coordinateMedian()}.
     *
     * @param share 0 up to but not 0.5
     */
    static Aggregator trimmedMean(double share) {
        checkShare(share);
        return new KeepingAggregator(
                "trimmed-mean(" + share + ")", ALIKE, (updates, centre) -> RobustRules.trimmedMean(updates, share));
    }

    /**
     * The one update nearest to its n−f−2 nearest neighbours (Blanchard et al. 2017), f being {@code share} of n. Ignores
     * weights; on participants that hold different data it picks one of them.
     *
     * @param share of broken updates to withstand, 0 up to but not 0.5
     */
    static Aggregator krum(double share) {
        checkShare(share);
        return new KeepingAggregator(
                "krum(" + share + ")", ALIKE, (updates, centre) -> RobustRules.multiKrum(updates, share, 1));
    }

    /** The mean of the n−f updates of best {@link #krum} score. */
    static Aggregator multiKrum(double share) {
        checkShare(share);
        return new KeepingAggregator(
                "multi-krum(" + share + ")", ALIKE, (updates, centre) -> RobustRules.multiKrum(updates, share, 0));
    }

    /**
     * Krum's choice of n−2f updates, then of each coordinate the mean of the n−4f values nearest to their median (El Mhamdi
     * et al. 2018). Takes f no larger than (n−3)/4.
     *
     * @param share of broken updates to withstand, 0 up to but not 0.5
     */
    static Aggregator bulyan(double share) {
        checkShare(share);
        return new KeepingAggregator(
                "bulyan(" + share + ")", ALIKE, (updates, centre) -> RobustRules.bulyan(updates, share));
    }

    /** The point of least weighted sum of distances (Pillutla et al. 2022). */
    static Aggregator geometricMedian() {
        return new KeepingAggregator("geometric-median", "", (updates, centre) -> RobustRules.geometricMedian(updates));
    }

    /** Weighted mean of changes shortened to the median change's length. */
    static Aggregator normBounded() {
        return new KeepingAggregator("norm-bounded", "", RobustRules::normBounded);
    }

    /**
     * Centred clipping in 3 steps around the model before the round, with the median distance for radius, after leaving
     * out changes longer than 3 × the median: the robust rule to take, also where participants hold different data.
     */
    static Aggregator centredClipping() {
        return new KeepingAggregator(
                "centred-clipping", "", (updates, centre) -> RobustRules.centredClipping(updates, centre, 3));
    }

    private static void checkShare(double share) {
        if (!(share >= 0 && share < 0.5)) {
            throw new InvalidInputException("share (" + share + ") must be 0 up to but not 0.5.");
        }
    }
}
