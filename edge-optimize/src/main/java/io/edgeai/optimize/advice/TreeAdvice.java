package io.edgeai.optimize.advice;

import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.onnx.cost.NodeCost;
import io.edgeai.optimize.fuse.TreePacking;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What to try on ensembles of trees, whose numbers no quantization or pruning of ours touches. What packing saves is
 * computed for the very graph; speeds are those of {@code docs/guide/xgboost.md} and {@code docs/guide/optimize.md}.
 */
final class TreeAdvice {
    /** Up to here calling costs more than comparing; larger forests were slower by the row in batches. */
    private static final long FEW_COMPARISONS = 700;

    private static final double WORTH_PACKING = 0.9;

    private TreeAdvice() {}

    /** @param batched whether the batch dimension is free */
    static List<Recommendation> of(OnnxGraph graph, ModelCost cost, boolean batched) {
        List<NodeCost> trees = cost.nodes().stream()
                .filter(node -> node.op().startsWith("TreeEnsemble"))
                .toList();
        List<Recommendation> found = new ArrayList<>();
        if (trees.isEmpty()) {
            return found;
        }
        double share = packed(graph);
        if (share < WORTH_PACKING) {
            found.add(new Recommendation(
                    OptimizationKind.SIMPLIFICATION,
                    "its trees can be packed as ai.onnx.ml 5 without changing a bit of the answers",
                    1.0,
                    1.0,
                    share,
                    ""));
        }
        long comparisons = trees.stream().mapToLong(NodeCost::flops).sum();
        if (comparisons > 0 && comparisons <= FEW_COMPARISONS) {
            String few =
                    String.format(Locale.ROOT, "a row takes only %d comparisons, less than calling costs", comparisons);
            found.add(new Recommendation(
                    OptimizationKind.DYNAMIC_BATCHING,
                    few + ": rows together, where they come together",
                    6,
                    27,
                    1,
                    batched ? "" : "a free batch dimension"));
            found.add(new Recommendation(
                    OptimizationKind.RUNTIME_TUNING,
                    few + ": one row at a time the engine java-trees walks them without a native call",
                    5.3,
                    5.3,
                    1,
                    "the model as an XGBoost file"));
        }
        return found;
    }

    /** Size after packing as a share of the size before; 1 where it cannot be done. */
    private static double packed(OnnxGraph graph) {
        OnnxGraph copy = graph.copy();
        return new TreePacking().apply(copy) == 0
                ? 1
                : (double) OnnxWriter.toBytes(copy).length / OnnxWriter.toBytes(graph).length;
    }
}
