package io.edgeai.placement.online;

import io.edgeai.core.error.InvalidInputException;

/**
 * A node with accelerators of one model, as it is when empty.
 *
 * @param name unique name
 * @param model model of its accelerators
 * @param cpuMillis thousandths of a core
 * @param memoryBytes main memory
 * @param gpus accelerators, 0 to 64
 */
public record GpuNode(String name, String model, int cpuMillis, long memoryBytes, int gpus) {
    /** Thousandths of a whole accelerator. */
    public static final int WHOLE = 1000;

    public GpuNode {
        if (cpuMillis < 0 || memoryBytes < 0 || gpus < 0 || gpus > 64) {
            throw new InvalidInputException("Node (" + name + ") has (" + cpuMillis + ") thousandths of a core, ("
                    + memoryBytes + ") bytes and (" + gpus + ") accelerators. Maybe a sign is wrong; accelerators are 0"
                    + " to 64.");
        }
    }
}
