package io.edgeai.placement.strategy;

import java.util.List;

/** The most accurate variant that keeps every constraint; then latency, then price. */
final class AccuracyFocused {
    private AccuracyFocused() {}

    static WeightedStrategy strategy() {
        return WeightedStrategy.preset("accuracy-focused", List.of(), Terms.error(), Terms.latency(), Terms.money());
    }
}
