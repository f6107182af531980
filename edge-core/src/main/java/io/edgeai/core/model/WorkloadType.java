package io.edgeai.core.model;

import static io.edgeai.core.model.OptimizationKind.DISTILLATION;
import static io.edgeai.core.model.OptimizationKind.DYNAMIC_BATCHING;
import static io.edgeai.core.model.OptimizationKind.FP16_WEIGHTS;
import static io.edgeai.core.model.OptimizationKind.INT8_DYNAMIC;
import static io.edgeai.core.model.OptimizationKind.INT8_STATIC;
import static io.edgeai.core.model.OptimizationKind.PARTITIONING;
import static io.edgeai.core.model.OptimizationKind.RUNTIME_TUNING;
import static io.edgeai.core.model.OptimizationKind.STRUCTURED_PRUNING;
import static io.edgeai.core.model.PlacementObjective.ACCURACY_FOCUSED;
import static io.edgeai.core.model.PlacementObjective.COMPUTE_OPTIMIZED;
import static io.edgeai.core.model.PlacementObjective.COST_EFFICIENT;
import static io.edgeai.core.model.PlacementObjective.ENERGY_EFFICIENT;
import static io.edgeai.core.model.PlacementObjective.LATENCY_AWARE;
import static io.edgeai.core.model.PlacementObjective.MEMORY_OPTIMIZED;
import static io.edgeai.core.model.SignalKind.ACCURACY;
import static io.edgeai.core.model.SignalKind.DATA_DRIFT;
import static io.edgeai.core.model.SignalKind.ERRORS;
import static io.edgeai.core.model.SignalKind.LATENCY;
import static io.edgeai.core.model.SignalKind.PREDICTION_DRIFT;
import static io.edgeai.core.model.SignalKind.RESOURCE;
import static io.edgeai.core.model.SignalKind.THROUGHPUT;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The ten kinds of work a model is put to; each brings defaults for batching, threads, deadlines, placement, monitoring
 * and optimization. {@code docs/guide/workloads.md} prints them as a table.
 */
public enum WorkloadType {
    COMPUTER_VISION(
            "Computer vision",
            of(8, 2, 1, 100, LATENCY_AWARE)
                    .watch(LATENCY, ERRORS, DATA_DRIFT, PREDICTION_DRIFT)
                    .attempt(INT8_STATIC, STRUCTURED_PRUNING, DISTILLATION, RUNTIME_TUNING)),
    NLP_PROCESSING(
            "NLP processing",
            of(8, 5, 1, 250, MEMORY_OPTIMIZED)
                    .watch(LATENCY, ERRORS, PREDICTION_DRIFT)
                    .attempt(INT8_DYNAMIC, FP16_WEIGHTS, DISTILLATION, DYNAMIC_BATCHING)),
    REAL_TIME_ANALYTICS(
            "Real-time analytics",
            of(1, 0, 1, 10, LATENCY_AWARE)
                    .watch(LATENCY, THROUGHPUT, ERRORS, DATA_DRIFT)
                    .attempt(RUNTIME_TUNING, INT8_DYNAMIC)),
    RECOMMENDATION(
            "Recommendation",
            of(64, 2, 1, 50, LATENCY_AWARE)
                    .watch(LATENCY, THROUGHPUT, ERRORS, PREDICTION_DRIFT)
                    .attempt(DYNAMIC_BATCHING, INT8_DYNAMIC, RUNTIME_TUNING)),
    ANOMALY_DETECTION(
            "Anomaly detection",
            of(16, 5, 1, 100, ENERGY_EFFICIENT)
                    .watch(LATENCY, ERRORS, DATA_DRIFT, PREDICTION_DRIFT)
                    .attempt(INT8_DYNAMIC, RUNTIME_TUNING)),
    TRAINING(
            "Training",
            of(32, 0, 2, 60_000, COMPUTE_OPTIMIZED)
                    .watch(THROUGHPUT, ERRORS, RESOURCE, ACCURACY)
                    .attempt(RUNTIME_TUNING, PARTITIONING)),
    FEDERATED_LEARNING(
            "Federated learning",
            of(32, 0, 1, 60_000, PlacementObjective.FEDERATED_READY)
                    .watch(THROUGHPUT, ERRORS, RESOURCE, ACCURACY)
                    .attempt(DISTILLATION, STRUCTURED_PRUNING)),
    INFERENCE(
            "Inference",
            of(8, 1, 1, 100, LATENCY_AWARE)
                    .watch(LATENCY, THROUGHPUT, ERRORS)
                    .attempt(INT8_STATIC, INT8_DYNAMIC, RUNTIME_TUNING)),
    BATCH_PROCESSING(
            "Batch processing",
            of(64, 50, 2, 30_000, COST_EFFICIENT)
                    .watch(THROUGHPUT, ERRORS, RESOURCE)
                    .attempt(DYNAMIC_BATCHING, INT8_STATIC, PARTITIONING)),
    MODEL_SERVING(
            "Model serving",
            of(16, 2, 1, 200, ACCURACY_FOCUSED)
                    .watch(LATENCY, THROUGHPUT, ERRORS, RESOURCE)
                    .attempt(RUNTIME_TUNING, DYNAMIC_BATCHING, INT8_STATIC));

    private final String displayName;
    private final WorkloadDefaults defaults;

    WorkloadType(String displayName, Start start) {
        this.displayName = displayName;
        this.defaults = start.build();
    }

    public String displayName() {
        return displayName;
    }

    public WorkloadDefaults defaults() {
        return defaults;
    }

    private static Start of(int maxBatch, long delayMillis, int threads, long deadlineMillis, PlacementObjective aim) {
        return new Start(maxBatch, delayMillis, threads, deadlineMillis, aim, Set.of(), List.of());
    }

    private record Start(
            int maxBatch,
            long delayMillis,
            int threads,
            long deadlineMillis,
            PlacementObjective objective,
            Set<SignalKind> monitors,
            List<OptimizationKind> optimizations) {
        Start watch(SignalKind... kinds) {
            return new Start(maxBatch, delayMillis, threads, deadlineMillis, objective, Set.of(kinds), optimizations);
        }

        Start attempt(OptimizationKind... kinds) {
            return new Start(maxBatch, delayMillis, threads, deadlineMillis, objective, monitors, List.of(kinds));
        }

        WorkloadDefaults build() {
            return new WorkloadDefaults(
                    maxBatch,
                    Duration.ofMillis(delayMillis),
                    threads,
                    Duration.ofMillis(deadlineMillis),
                    objective,
                    monitors,
                    optimizations);
        }
    }
}
