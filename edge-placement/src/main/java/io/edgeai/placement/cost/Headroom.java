package io.edgeai.placement.cost;

import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Node;

/**
 * What is free on one node for one replica.
 *
 * @param cpuMillis free thousandths of a core
 * @param memoryBytes free main memory
 * @param diskBytes free disk
 * @param acceleratorMilli free thousandths of the device that suits best; 0 where no device of the kind exists
 * @param acceleratorMemoryBytes free memory of that device
 */
public record Headroom(
        long cpuMillis, long memoryBytes, long diskBytes, int acceleratorMilli, long acceleratorMemoryBytes) {
    /** The whole node. */
    public static Headroom ofEmpty(Node node, AcceleratorNeed need) {
        long best = -1;
        if (!need.none()) {
            for (Accelerator device : node.accelerators()) {
                if (need.accepts(device)) {
                    best = Math.max(best, device.memoryBytes());
                }
            }
        }
        return new Headroom(
                node.cpuMillis(),
                node.memoryBytes(),
                node.diskBytes(),
                best < 0 ? 0 : Accelerator.WHOLE,
                Math.max(0, best));
    }
}
