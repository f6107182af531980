package io.edgeai.placement.solver;

import java.util.List;

/**
 * One node as the solver sees it.
 *
 * @param site index of its site
 * @param cpuMillis capacity in thousandths of a core
 * @param memoryBytes main memory
 * @param diskBytes disk
 * @param devices its devices
 */
public record Bin(int site, long cpuMillis, long memoryBytes, long diskBytes, List<Device> devices) {
    public Bin {
        devices = List.copyOf(devices);
    }

    /**
     * One device.
     *
     * @param kind index of its kind
     * @param memoryBytes its memory
     */
    public record Device(int kind, long memoryBytes) {}
}
