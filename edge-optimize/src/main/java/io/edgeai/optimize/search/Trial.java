package io.edgeai.optimize.search;

import io.edgeai.core.model.OptimizationKind;
import org.jspecify.annotations.Nullable;

/**
 * One candidate that was tried.
 *
 * @param name what it was
 * @param kind its family
 * @param outcome what became of it
 * @param verdict why
 * @param figures what was measured; null where it could not be built or run
 */
public record Trial(String name, OptimizationKind kind, Outcome outcome, String verdict, @Nullable Figures figures) {
    /** What becomes of a candidate. */
    public enum Outcome {
        /** It is the result. */
        KEPT,
        /** It satisfies every limit, but another one was preferred. */
        PASSED,
        /** It misses a limit, or could not be built or run. */
        REFUSED
    }

    /** Whether it is the result. */
    public boolean accepted() {
        return outcome == Outcome.KEPT;
    }

    /** The same trial with another end. */
    public Trial ended(Outcome end, String why) {
        return new Trial(name, kind, end, why, figures);
    }
}
