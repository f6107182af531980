package io.edgeai.placement.strategy;

import java.util.List;

/**
 * Least memory: the bytes a replica takes plus the share of its node that they are, so that the small variant wins and
 * small nodes stay usable; then latency.
 */
final class MemoryOptimized {
    private MemoryOptimized() {}

    static WeightedStrategy strategy() {
        return WeightedStrategy.preset("memory-optimized", List.of(), Terms.memory(), Terms.latency())
                .plus(Terms.memoryShare());
    }
}
