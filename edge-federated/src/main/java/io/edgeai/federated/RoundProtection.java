package io.edgeai.federated;

/**
 * What stands between single updates and the model: budget, noise, masks. Called by the coordinating thread only. After a
 * crash a round is repeated from its journal, so the same round may be begun and combined again.
 */
public interface RoundProtection {
    /**
     * Before anybody is asked; throws where the round must not be, e.g. as its privacy budget is spent.
     *
     * @param round from 1
     * @param selected participants that will be asked
     * @param population participants there are
     */
    default void begin(int round, int selected, int population) {}

    /**
     * After quorum, before the server optimizer sees the vector.
     *
     * @param reported updates in the vector
     * @param model what participants were sent; not to be changed
     * @param combined what the aggregator made; changed in place
     * @param seed of the chance of this round, the same in every repetition
     */
    default void combined(int round, int reported, float[] model, double[] combined, long seed) {}

    /** Privacy spent so far, at the δ it was set up with; NaN where none is promised. */
    default double epsilon() {
        return Double.NaN;
    }

    /** Whether a round in which nobody was selected is released all the same, as noise. */
    default boolean mayBeEmpty() {
        return false;
    }

    /** What must outlive the process for a run to go on to the bit, written down with each round; empty for nothing. */
    default double[][] state() {
        return new double[0][];
    }

    /** Takes over what {@link #state()} gave, before the first round of this process. */
    default void restore(double[][] state) {}

    /** After the last round of a run, however it ended. */
    default void end() {}

    /** Promises nothing. */
    static RoundProtection none() {
        return new RoundProtection() {};
    }
}
