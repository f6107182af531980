package io.edgeai.placement.strategy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.PlacementObjective;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The seven strategies. Each has one deciding term of weight 1 per reference amount, a tie term of weight 0.001 and at
 * most one more of 0.000001; all weights can be changed with {@link WeightedStrategy#weight}.
 */
public final class PlacementStrategies {
    private PlacementStrategies() {}

    /** Shortest latency at the workload's quantile. */
    public static WeightedStrategy latencyAware() {
        return LatencyAware.strategy();
    }

    /** Most compute headroom. */
    public static WeightedStrategy computeOptimized() {
        return ComputeOptimized.strategy();
    }

    /** Least memory. */
    public static WeightedStrategy memoryOptimized() {
        return MemoryOptimized.strategy();
    }

    /** Lowest price. */
    public static WeightedStrategy costEfficient() {
        return CostEfficient.strategy();
    }

    /** Most accurate variant. */
    public static WeightedStrategy accuracyFocused() {
        return AccuracyFocused.strategy();
    }

    /** Least power. */
    public static WeightedStrategy energyEfficient() {
        return EnergyEfficient.strategy();
    }

    /** Where training data is. */
    public static WeightedStrategy federatedReady() {
        return FederatedReady.strategy();
    }

    /** The strategy of that objective. */
    public static WeightedStrategy forObjective(PlacementObjective objective) {
        return switch (objective) {
            case LATENCY_AWARE -> latencyAware();
            case COMPUTE_OPTIMIZED -> computeOptimized();
            case MEMORY_OPTIMIZED -> memoryOptimized();
            case COST_EFFICIENT -> costEfficient();
            case ACCURACY_FOCUSED -> accuracyFocused();
            case ENERGY_EFFICIENT -> energyEfficient();
            case FEDERATED_READY -> federatedReady();
        };
    }

    /**
     * The strategy of that name, e.g. {@code "latency-aware"}.
     *
     * @throws InvalidInputException for a name none of them has
     */
    public static WeightedStrategy named(String name) {
        return all().stream()
                .filter(strategy ->
                        strategy.name().equals(name.toLowerCase(Locale.ROOT).replace('_', '-')))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("Strategy (" + name + ") is not known. Maybe one of "
                        + all().stream().map(WeightedStrategy::name).toList() + "?"));
    }

    /** All seven, in the order of {@link PlacementObjective}. */
    public static List<WeightedStrategy> all() {
        return Arrays.stream(PlacementObjective.values())
                .map(PlacementStrategies::forObjective)
                .toList();
    }
}
