package io.edgeai.placement.solver;

import java.util.function.ToLongFunction;

/** Whether all items together need more than all nodes together have, whichever options they take. */
final class Oversize {
    private Oversize() {}

    static boolean certain(Instance instance) {
        return exceeds(instance, Option::cpuMillis, Bin::cpuMillis)
                || exceeds(instance, Option::memoryBytes, Bin::memoryBytes)
                || exceeds(instance, Option::diskBytes, Bin::diskBytes)
                || exceeds(
                        instance,
                        Option::deviceMilli,
                        bin -> 1000L * bin.devices().size());
    }

    private static boolean exceeds(Instance instance, ToLongFunction<Option> need, ToLongFunction<Bin> room) {
        double needed = 0;
        for (Group group : instance.groups()) {
            needed += (double) group.replicas()
                    * group.options().stream().mapToLong(need).min().orElse(0);
        }
        double there = 0;
        for (Bin bin : instance.bins()) {
            there += (double) room.applyAsLong(bin);
        }
        return needed > there * (1 + 1e-12);
    }
}
