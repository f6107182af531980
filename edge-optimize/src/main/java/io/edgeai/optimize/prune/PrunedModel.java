package io.edgeai.optimize.prune;

import io.edgeai.core.onnx.OnnxGraph;

/**
 * A pruned model.
 *
 * @param graph the model, with the original's inputs and outputs; the caller's
 * @param original the graph that was pruned: the model given, simplified, with the same value names; a teacher for
 *     fine-tuning
 * @param report what was done
 */
public record PrunedModel(OnnxGraph graph, OnnxGraph original, PruneReport report) {}
