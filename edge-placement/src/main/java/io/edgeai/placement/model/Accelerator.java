package io.edgeai.placement.model;

/**
 * One accelerator device of a node, shareable in thousandths.
 *
 * @param kind what a workload asks for and a measurement names, e.g. {@code "t4"}
 * @param memoryBytes device memory
 * @param gigaMacsPerSecond sustained multiply-adds per second of the whole device, in 10⁹; 0 where unknown
 */
public record Accelerator(String kind, long memoryBytes, double gigaMacsPerSecond) {
    /** Thousandths of a whole device. */
    public static final int WHOLE = 1000;

    public Accelerator {
        Require.text("Accelerator kind", kind);
        Require.nonNegative("Memory of accelerator (" + kind + ")", memoryBytes);
        Require.nonNegative("Speed of accelerator (" + kind + ")", gigaMacsPerSecond);
    }
}
