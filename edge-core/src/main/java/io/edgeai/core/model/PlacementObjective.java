package io.edgeai.core.model;

/** What a placement optimises for first; each has a placement strategy of the same name. */
public enum PlacementObjective {
    LATENCY_AWARE,
    COMPUTE_OPTIMIZED,
    MEMORY_OPTIMIZED,
    COST_EFFICIENT,
    ACCURACY_FOCUSED,
    ENERGY_EFFICIENT,
    FEDERATED_READY
}
