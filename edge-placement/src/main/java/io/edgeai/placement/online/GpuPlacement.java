package io.edgeai.placement.online;

import java.util.List;

/**
 * Where a task stands.
 *
 * @param task it
 * @param node index of the node, in the order given
 * @param gpus indices of the accelerators it uses on that node
 */
public record GpuPlacement(GpuTask task, int node, List<Integer> gpus) {
    public GpuPlacement {
        gpus = List.copyOf(gpus);
    }
}
