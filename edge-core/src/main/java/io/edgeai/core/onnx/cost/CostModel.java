package io.edgeai.core.onnx.cost;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.shape.InputShapes;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;

/**
 * Counts what a graph costs from its inferred shapes. Convolutions, matrix products, recurrent layers, attention and
 * classic models are counted in MACs by their definitions; reductions and elementwise operators one operation for each
 * element; data movement in bytes only. An operator it does not know costs its memory traffic. A branch counts as its
 * dearer side, a loop once unless its number of rounds is a constant. Stateless and thread-safe as long as nobody
 * changes the graph meanwhile.
 */
public final class CostModel {
    private CostModel() {}

    /** Cost of one run with every dimension that inputs leave open taken as 1: a batch of one. */
    public static ModelCost of(OnnxGraph graph) {
        return of(graph, InputShapes.declared().others(1));
    }

    /**
     * Cost of one run on given inputs.
     *
     * @throws io.edgeai.core.error.InvalidInputException where {@code inputs} names an input the graph does not have,
     *     or nodes wait for each other in a circle
     */
    public static ModelCost of(OnnxGraph graph, InputShapes inputs) {
        Shapes shapes = ShapeInference.infer(graph, inputs);
        GraphCost cost = new GraphCost(graph, shapes, null);
        return cost.model();
    }
}
