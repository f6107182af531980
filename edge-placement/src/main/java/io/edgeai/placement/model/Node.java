package io.edgeai.placement.model;

import java.util.List;

/**
 * One machine of a site; a replica runs on exactly one node.
 *
 * @param name unique within its site
 * @param cpuMillis CPU capacity in thousandths of a core
 * @param memoryBytes main memory for models
 * @param diskBytes disk for models
 * @param hardware kind of processor, as measurements of variants name it, e.g. {@code "x86-avx2"}
 * @param gigaMacsPerSecondPerCore sustained multiply-adds per second of one core, in 10⁹; 0 where unknown
 * @param accelerators devices, in order
 * @param on when it is switched on; a replica stands only where the node is on whenever the workload must run
 * @param hourly its own prices and carbon by the hour, in place of the site's
 */
public record Node(
        String name,
        long cpuMillis,
        long memoryBytes,
        long diskBytes,
        String hardware,
        double gigaMacsPerSecondPerCore,
        List<Accelerator> accelerators,
        Schedule on,
        HourlyRates hourly) {
    public Node {
        Require.text("Node name", name);
        Require.nonNegative("CPU of node (" + name + ")", cpuMillis);
        Require.nonNegative("Memory of node (" + name + ")", memoryBytes);
        Require.nonNegative("Disk of node (" + name + ")", diskBytes);
        Require.text("Hardware of node (" + name + ")", hardware);
        Require.nonNegative("Speed of node (" + name + ")", gigaMacsPerSecondPerCore);
        accelerators = List.copyOf(accelerators);
    }

    /** Always on, at its site's prices. */
    public Node(
            String name,
            long cpuMillis,
            long memoryBytes,
            long diskBytes,
            String hardware,
            double gigaMacsPerSecondPerCore,
            List<Accelerator> accelerators) {
        this(
                name,
                cpuMillis,
                memoryBytes,
                diskBytes,
                hardware,
                gigaMacsPerSecondPerCore,
                accelerators,
                Schedule.always(),
                HourlyRates.NONE);
    }

    /** The same node, on at other times. */
    public Node on(Schedule times) {
        return new Node(
                name,
                cpuMillis,
                memoryBytes,
                diskBytes,
                hardware,
                gigaMacsPerSecondPerCore,
                accelerators,
                times,
                hourly);
    }

    /** The same node with a price or carbon of its own. */
    public Node hourly(Rate rate, HourlyProfile profile) {
        return new Node(
                name,
                cpuMillis,
                memoryBytes,
                diskBytes,
                hardware,
                gigaMacsPerSecondPerCore,
                accelerators,
                on,
                hourly.with(rate, profile));
    }
}
