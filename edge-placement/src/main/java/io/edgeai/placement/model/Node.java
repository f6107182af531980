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
 */
public record Node(
        String name,
        long cpuMillis,
        long memoryBytes,
        long diskBytes,
        String hardware,
        double gigaMacsPerSecondPerCore,
        List<Accelerator> accelerators) {
    public Node {
        Require.text("Node name", name);
        Require.nonNegative("CPU of node (" + name + ")", cpuMillis);
        Require.nonNegative("Memory of node (" + name + ")", memoryBytes);
        Require.nonNegative("Disk of node (" + name + ")", diskBytes);
        Require.text("Hardware of node (" + name + ")", hardware);
        Require.nonNegative("Speed of node (" + name + ")", gigaMacsPerSecondPerCore);
        accelerators = List.copyOf(accelerators);
    }
}
