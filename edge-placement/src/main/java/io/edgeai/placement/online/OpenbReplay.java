package io.edgeai.placement.online;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a replay of arrivals that never leave came to.
 *
 * @param allocated by arrived load in per cent of all accelerators, the share of accelerators that placed tasks hold, in
 *     per cent
 * @param arrived tasks that arrived
 * @param placed tasks that found a place
 */
public record OpenbReplay(Map<Integer, Double> allocated, int arrived, int placed) {
    private static final List<Integer> LOADS = List.of(80, 90, 95, 100, 105, 110, 120, 130);

    public OpenbReplay {
        allocated = Map.copyOf(allocated);
    }

    /** Accelerators left idle when all were asked for, in per cent. */
    public double unallocated() {
        return 100 - allocated.getOrDefault(100, 0.0);
    }

    /** Lets the arrivals of one seed come one by one. */
    public static OpenbReplay of(OpenbTrace trace, OnlinePlacer placer, long seed) {
        double capacity = trace.capacityMillis();
        Map<Integer, Double> allocated = new LinkedHashMap<>();
        double asked = 0;
        int arrived = 0;
        int placed = 0;
        for (GpuTask task : trace.arrivals(LOADS.get(LOADS.size() - 1) / 100.0, seed)) {
            asked += task.gpuMillis();
            arrived++;
            placed += placer.place(task).isPresent() ? 1 : 0;
            for (int load : LOADS) {
                if (100 * asked >= load * capacity) {
                    allocated.putIfAbsent(load, 100 * placer.gpuMillisPlaced() / capacity);
                }
            }
        }
        return new OpenbReplay(allocated, arrived, placed);
    }
}
