package io.edgeai.optimize;

import io.edgeai.core.model.OptimizationKind;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.search.Trial;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A way to build a smaller or faster model.
 *
 * @param name unique within a run
 * @param build builds it anew; throws what its parts throw
 * @param steps what is done to the model, in order
 */
record Candidate(String name, OptimizationKind kind, List<String> steps, Supplier<Quantized> build) {
    Candidate {
        steps = List.copyOf(steps);
    }

    Candidate(String name, OptimizationKind kind, Supplier<Quantized> build) {
        this(name, kind, List.of(Trial.step(kind)), build);
    }

    /** The same, made of what another candidate makes. */
    Candidate after(Candidate base) {
        return new Candidate(
                base.name + ", " + name,
                kind,
                Stream.concat(base.steps.stream(), steps.stream()).toList(),
                build);
    }
}
