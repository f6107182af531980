package io.edgeai.core.experiment;

/**
 * Takes out of the differences within pairs what a covariate known before the experiment explains (CUPED, Deng et al.
 * 2013), which narrows intervals by the factor √(1 − ρ²). The coefficient used for a pair comes from the pairs before it,
 * so that sequential tests of what remains stay valid. Not thread-safe.
 */
public final class CovariateAdjustment {
    private static final int LEAST_PAIRS = 30;

    private long pairs;
    private double products;
    private double squares;

    /**
     * What it has learned, to go on from after a restart.
     *
     * @param pairs seen
     * @param products sum of difference × difference of the covariate
     * @param squares sum of the squared differences of the covariate
     */
    public record State(long pairs, double products, double squares) {}

    public CovariateAdjustment() {}

    /** Goes on from a state. */
    public CovariateAdjustment(State state) {
        this.pairs = state.pairs;
        this.products = state.products;
        this.squares = state.squares;
    }

    public State state() {
        return new State(pairs, products, squares);
    }

    /** The coefficient for the next pair: 0 for the first 30. */
    public double coefficient() {
        return pairs < LEAST_PAIRS || squares == 0 ? 0 : products / squares;
    }

    /**
     * The adjusted difference of a pair; learns from it afterwards.
     *
     * @param difference of the outcome within the pair
     * @param covariate the difference of the covariate within the same pair, the same arm first
     */
    public double adjust(double difference, double covariate) {
        double adjusted = difference - coefficient() * covariate;
        pairs++;
        products += difference * covariate;
        squares += covariate * covariate;
        return adjusted;
    }
}
