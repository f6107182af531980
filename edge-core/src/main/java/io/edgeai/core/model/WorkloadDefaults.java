package io.edgeai.core.model;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a workload type starts with before a user changes anything.
 *
 * @param maxBatch most samples run together, at least 1; 1 means no batching
 * @param maxBatchDelay longest wait for batch-mates
 * @param intraOpThreads engine threads per run, at least 1
 * @param deadline longest time one answer may take
 * @param objective what placement optimises first
 * @param monitors signals watched
 * @param optimizations what to try, best first
 */
public record WorkloadDefaults(
        int maxBatch,
        Duration maxBatchDelay,
        int intraOpThreads,
        Duration deadline,
        PlacementObjective objective,
        Set<SignalKind> monitors,
        List<OptimizationKind> optimizations) {
    public WorkloadDefaults {
        if (maxBatch < 1 || intraOpThreads < 1) {
            throw new InvalidInputException(
                    "maxBatch (" + maxBatch + ") and intraOpThreads (" + intraOpThreads + ") must both be at least 1.");
        }
        if (maxBatchDelay.isNegative() || deadline.isNegative() || deadline.isZero()) {
            throw new InvalidInputException("maxBatchDelay (" + maxBatchDelay + ") must not be negative and deadline ("
                    + deadline + ") must be positive.");
        }
        monitors = Set.copyOf(monitors);
        optimizations = List.copyOf(optimizations);
    }
}
