package io.edgeai.placement.strategy;

import java.util.List;

/** Lowest price per hour that keeps every constraint; then latency, then power. */
final class CostEfficient {
    private CostEfficient() {}

    static WeightedStrategy strategy() {
        return WeightedStrategy.preset("cost-efficient", List.of(), Terms.money(), Terms.latency(), Terms.power());
    }
}
