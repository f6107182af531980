package io.edgeai.placement.strategy;

import java.util.List;

/** Shortest latency at the workload's quantile over all origins; then price, then power. */
final class LatencyAware {
    private LatencyAware() {}

    static WeightedStrategy strategy() {
        return WeightedStrategy.preset("latency-aware", List.of(), Terms.latency(), Terms.money(), Terms.power());
    }
}
