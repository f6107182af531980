package io.edgeai.placement.online;

import java.util.Set;

/** What tasks have in common that a score depends on. */
record TaskType(int cpuMillis, int gpus, int milliEach, Set<String> models) {
    TaskType {
        models = Set.copyOf(models);
    }

    double gpusInWhole() {
        return gpus * milliEach / (double) GpuNode.WHOLE;
    }

    boolean accepts(String model) {
        return gpus == 0 || models.isEmpty() || models.contains(model);
    }
}
