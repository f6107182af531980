package io.edgeai.optimize;

import io.edgeai.core.onnx.OnnxGraph;

/**
 * The model to use from now on, and the proof.
 *
 * @param graph the optimized model, or the original where {@link OptimizationReport#kept()} is false
 * @param report what was done and measured
 */
public record OptimizationResult(OnnxGraph graph, OptimizationReport report) {}
