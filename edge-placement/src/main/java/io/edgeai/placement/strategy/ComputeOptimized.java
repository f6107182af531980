package io.edgeai.placement.strategy;

import java.util.List;

/** Most compute headroom: lowest utilisation of what is reserved; then the fastest single inference, then price. */
final class ComputeOptimized {
    private ComputeOptimized() {}

    static WeightedStrategy strategy() {
        return WeightedStrategy.preset(
                "compute-optimized", List.of(), Terms.utilisation(), Terms.compute(), Terms.money());
    }
}
