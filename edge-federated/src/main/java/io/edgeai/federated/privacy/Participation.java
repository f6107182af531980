package io.edgeai.federated.privacy;

import io.edgeai.federated.selection.Selection;
import java.util.function.IntFunction;

/** Who takes part in the rounds of a private run, and so what they release. Immutable. */
sealed interface Participation permits Everybody, ChanceOfEach, FixedNumber, LimitedTurns {
    /** What enters the ledger at once. */
    Mechanism release(double multiplier, int rounds);

    /** How often a run of that many rounds releases that. */
    default int releases(int rounds) {
        return rounds;
    }

    /** Updates of an average round among that many; NaN where the selection says. */
    default double expected(int participants) {
        return Double.NaN;
    }

    /**
     * Who takes part, beside or in place of a choice of the user's.
     *
     * @param draws the generator of a round, which nobody can predict
     */
    default Selection selection(Selection chosen, IntFunction<NoiseRandom> draws) {
        return chosen;
    }

    /** Whether participants are drawn in secret, in place of a selection. */
    default boolean secret() {
        return false;
    }
}
