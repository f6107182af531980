package io.edgeai.optimize.correct;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Conv, Gemm or MatMul with constant FLOAT weights, seen as {@code y[m] = Σ w[m][d]·x[d] + b[m]}: {@code outputs} rows
 * of {@code depth} weights, {@code groups} blocks of rows that each see their own part of the input.
 */
record WeightedLayer(OnnxNode node, OnnxTensor weight, int outputs, int depth, int groups, boolean transposed) {
    /** All such layers of a graph, in its order. */
    static List<WeightedLayer> of(OnnxGraph graph) {
        List<WeightedLayer> layers = new ArrayList<>();
        for (OnnxNode node : graph.nodes()) {
            WeightedLayer layer = of(graph, node);
            if (layer != null) {
                layers.add(layer);
            }
        }
        return layers;
    }

    static @Nullable WeightedLayer of(OnnxGraph graph, OnnxNode node) {
        OnnxTensor weight = node.domain().isEmpty() ? graph.initializers().get(node.input(1)) : null;
        if (weight == null || weight.type() != ElementType.FLOAT || weight.rank() < 2 || weight.elements() == 0) {
            return null;
        }
        return switch (node.op()) {
            case "Conv" -> {
                int outputs = Math.toIntExact(weight.dim(0));
                int groups = (int) node.intAttribute("group", 1);
                yield new WeightedLayer(node, weight, outputs, (int) (weight.elements() / outputs), groups, false);
            }
            case "Gemm", "MatMul" -> {
                boolean rows = node.op().equals("Gemm") && node.intAttribute("transB", 0) != 0;
                boolean plain = weight.rank() == 2
                        && node.intAttribute("transA", 0) == 0
                        && node.floatAttribute("alpha", 1) == 1
                        && node.floatAttribute("beta", 1) == 1;
                int outputs = Math.toIntExact(weight.dim(rows ? 0 : 1));
                int depth = Math.toIntExact(weight.dim(rows ? 1 : 0));
                yield plain ? new WeightedLayer(node, weight, outputs, depth, 1, !rows) : null;
            }
            default -> null;
        };
    }

    String name() {
        return node.output(0);
    }

    String weightName() {
        return node.input(1);
    }

    /** Index of the weight of output {@code m} and input element {@code d} in the stored tensor. */
    int index(int m, int d) {
        return transposed ? d * outputs + m : m * depth + d;
    }

    /** The axis of output channels. */
    int axis() {
        return transposed ? 1 : 0;
    }

    int group(int m) {
        return m / (outputs / groups);
    }

    boolean conv() {
        return node.op().equals("Conv");
    }

    /** A copy of the bias, zeros where there is none; null where it cannot have one value for each output. */
    float @Nullable [] bias(OnnxGraph graph) {
        if (node.op().equals("MatMul")) {
            return null;
        }
        if (node.input(2).isEmpty()) {
            return new float[outputs];
        }
        OnnxTensor bias = graph.initializers().get(node.input(2));
        boolean fits = bias != null
                && bias.type() == ElementType.FLOAT
                && bias.elements() == outputs
                && bias.rank() > 0
                && bias.dim(bias.rank() - 1) == outputs;
        return bias == null || !fits ? null : bias.floats();
    }

    /** Gives the node a bias of its own; other readers of the old one keep that. */
    void setBias(OnnxGraph graph, FreshNames names, float[] values) {
        String name = names.of(weightName() + "_bias");
        graph.initializers().put(name, OnnxTensor.ofFloats(values, values.length));
        if (node.inputs().size() > 2) {
            node.inputs().set(2, name);
        } else {
            node.inputs().add(name);
        }
    }
}
