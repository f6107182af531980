package io.edgeai.optimize;

import io.edgeai.core.model.OptimizationKind;
import io.edgeai.optimize.quantize.Quantized;
import java.util.function.Supplier;

/**
 * A way to build a smaller or faster model.
 *
 * @param name unique within a run
 * @param build builds it anew; throws what its parts throw
 */
record Candidate(String name, OptimizationKind kind, Supplier<Quantized> build) {}
