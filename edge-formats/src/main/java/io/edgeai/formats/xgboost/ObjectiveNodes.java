package io.edgeai.formats.xgboost;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.List;

/** An objective's transform as nodes from {@code margin} to {@code prediction}. Stateless. */
final class ObjectiveNodes {
    private ObjectiveNodes() {}

    static void add(OnnxGraph graph, Objective objective, int outputs) {
        switch (objective) {
            case IDENTITY, QUANTILES -> unary(graph, "Identity");
            case LOGISTIC -> unary(graph, "Sigmoid");
            case EXPONENTIAL -> unary(graph, "Exp");
            case SOFTPROB -> unary(graph, "Softmax").attribute("axis", 1);
            case SORTED_QUANTILES -> {
                ints(graph, "outputs", outputs);
                graph.add("TopK", "sorted", List.of("margin", "outputs"), List.of("prediction", "order"))
                        .attribute("axis", 1)
                        .attribute("largest", 0);
            }
            case EXPECTILES -> expectiles(graph, outputs);
            case HINGE -> {
                graph.initializers().put("zero", OnnxTensor.scalar(0f));
                graph.add("Greater", "hinge", List.of("margin", "zero"), List.of("positive"));
                cast(graph, "positive");
            }
            case SOFTMAX -> {
                graph.add("ArgMax", "class", List.of("margin"), List.of("class"))
                        .attribute("axis", 1)
                        .attribute("keepdims", 1);
                cast(graph, "class");
            }
        }
    }

    /** The first as it is; each further one the one before, the least distance and a positive step. */
    private static void expectiles(OnnxGraph graph, int outputs) {
        if (outputs == 1) {
            unary(graph, "Identity");
            return;
        }
        ints(graph, "from", 0);
        ints(graph, "behind_first", 1);
        ints(graph, "behind_last", outputs);
        ints(graph, "columns", 1);
        graph.initializers().put("apart", OnnxTensor.scalar(Objective.APART));
        graph.initializers().put("axis", OnnxTensor.ofLongs(new long[] {1}));
        graph.add("Slice", "first", List.of("margin", "from", "behind_first", "columns"), List.of("first"));
        graph.add("Slice", "further", List.of("margin", "behind_first", "behind_last", "columns"), List.of("further"));
        graph.add("Softplus", "positive", List.of("further"), List.of("positive"));
        graph.add("Add", "steps", List.of("positive", "apart"), List.of("steps"));
        graph.add("Concat", "parts", List.of("first", "steps"), List.of("parts"))
                .attribute("axis", 1);
        graph.add("CumSum", "sums", List.of("parts", "axis"), List.of("prediction"));
    }

    private static void ints(OnnxGraph graph, String name, long value) {
        graph.initializers().put(name, OnnxTensor.ofLongs(new long[] {value}, 1));
    }

    private static OnnxNode unary(OnnxGraph graph, String op) {
        return graph.add(op, "transform", List.of("margin"), List.of("prediction"));
    }

    private static void cast(OnnxGraph graph, String from) {
        graph.add("Cast", "as_float", List.of(from), List.of("prediction"))
                .attribute("to", new OnnxAttribute.OfInt(ElementType.FLOAT.onnxCode()));
    }
}
