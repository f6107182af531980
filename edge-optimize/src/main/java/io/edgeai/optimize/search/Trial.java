package io.edgeai.optimize.search;

import io.edgeai.core.model.OptimizationKind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One candidate that was tried.
 *
 * @param name what it was
 * @param kind its family
 * @param outcome what became of it
 * @param verdict why
 * @param figures what was measured; null where it could not be built or run
 * @param steps what was done to the model, in order, e.g. {@code structured-pruning}, {@code fine-tuning},
 *     {@code int8-static}
 */
public record Trial(
        String name,
        OptimizationKind kind,
        Outcome outcome,
        String verdict,
        @Nullable Figures figures,
        List<String> steps) {
    public Trial {
        steps = List.copyOf(steps);
    }

    /** A candidate of one step, that of its kind. */
    public Trial(String name, OptimizationKind kind, Outcome outcome, String verdict, @Nullable Figures figures) {
        this(name, kind, outcome, verdict, figures, List.of(step(kind)));
    }

    /** The name of a kind's step. */
    public static String step(OptimizationKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

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
        return new Trial(name, kind, end, why, figures, steps);
    }
}
