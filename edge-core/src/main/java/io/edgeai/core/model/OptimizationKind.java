package io.edgeai.core.model;

/** A family of optimizations of a model. */
public enum OptimizationKind {
    INT8_STATIC,
    INT8_DYNAMIC,
    FP16_WEIGHTS,
    STRUCTURED_PRUNING,
    DISTILLATION,
    RUNTIME_TUNING,
    DYNAMIC_BATCHING,
    PARTITIONING
}
