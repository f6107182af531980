package io.edgeai.optimize.batching;

import io.edgeai.core.onnx.OnnxGraph;
import java.util.List;

/**
 * A model that takes any number of samples at once.
 *
 * @param graph inputs and outputs have the open first dimension {@code batch}
 * @param changes what was rewritten inside, in words; empty where only inputs and outputs had to be
 * @param batches batch sizes at which every answer was compared with that of the sample alone
 * @param largestDifference the largest difference seen, relative to the largest value of that answer
 */
public record FreedModel(OnnxGraph graph, List<String> changes, List<Integer> batches, double largestDifference) {
    /** Name of the open dimension. */
    public static final String SYMBOL = "batch";

    public FreedModel {
        changes = List.copyOf(changes);
        batches = List.copyOf(batches);
    }
}
