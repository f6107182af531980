package io.edgeai.core.model;

/** A family of optimizations of a model. */
public enum OptimizationKind {
    INT8_STATIC,
    INT8_DYNAMIC,
    INT8_WEIGHTS,
    INT4_WEIGHTS,
    FP16_WEIGHTS,
    SIMPLIFICATION,
    STRUCTURED_PRUNING,
    DISTILLATION,
    RUNTIME_TUNING,
    DYNAMIC_BATCHING,
    PARTITIONING
}
