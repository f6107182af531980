package io.edgeai.placement.online;

import io.edgeai.core.error.InvalidInputException;
import java.util.Set;

/**
 * A task that wants accelerators, or processors only.
 *
 * @param name what to call it
 * @param cpuMillis thousandths of a core
 * @param memoryBytes main memory
 * @param gpus different accelerators it uses on one node; 0 for none
 * @param milliEach thousandths of each, 1 to 1000; 0 where it uses none
 * @param models models it accepts; all where empty
 */
public record GpuTask(String name, int cpuMillis, long memoryBytes, int gpus, int milliEach, Set<String> models) {
    public GpuTask {
        models = Set.copyOf(models);
        boolean share = gpus == 0 ? milliEach == 0 : milliEach >= 1 && milliEach <= GpuNode.WHOLE;
        if (cpuMillis < 0 || memoryBytes < 0 || gpus < 0 || !share) {
            throw new InvalidInputException("Task (" + name + ") asks for (" + cpuMillis + ") thousandths of a core, ("
                    + memoryBytes + ") bytes and (" + gpus + ") accelerators by (" + milliEach
                    + ") thousandths. Maybe a sign is wrong; a share is 1 to 1000.");
        }
    }

    /** Thousandths of accelerators in sum. */
    public int gpuMillis() {
        return gpus * milliEach;
    }

    TaskType type() {
        return new TaskType(cpuMillis, gpus, milliEach, models);
    }
}
