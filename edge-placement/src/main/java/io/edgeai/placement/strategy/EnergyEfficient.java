package io.edgeai.placement.strategy;

import java.util.List;

/** Least power, idle share included; then carbon, then latency. */
final class EnergyEfficient {
    private EnergyEfficient() {}

    static WeightedStrategy strategy() {
        return WeightedStrategy.preset("energy-efficient", List.of(), Terms.power(), Terms.carbon(), Terms.latency());
    }
}
