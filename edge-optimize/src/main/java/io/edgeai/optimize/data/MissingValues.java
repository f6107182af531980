package io.edgeai.optimize.data;

import io.edgeai.core.onnx.OnnxGraph;
import java.util.Set;

/** Tells models for which NaN is a missing value from those that it spoils. Stateless and thread-safe. */
public final class MissingValues {
    private static final Set<String> TAKERS =
            Set.of("TreeEnsemble", "TreeEnsembleRegressor", "TreeEnsembleClassifier", "Imputer", "IsNaN");

    private MissingValues() {}

    /** Whether the graph has a node that does something of its own with NaN: trees, imputers, tests for it. */
    public static boolean taken(OnnxGraph graph) {
        return graph.nodes().stream().anyMatch(node -> TAKERS.contains(node.op()));
    }
}
