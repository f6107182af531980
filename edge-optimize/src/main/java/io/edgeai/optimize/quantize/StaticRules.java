package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which operators ONNX Runtime runs faster on bytes, and under which conditions. */
final class StaticRules {
    /** Operators that move values without changing them; they run on bytes as they are. */
    private static final Set<String> MOVES = Set.of(
            "Reshape",
            "Flatten",
            "Transpose",
            "Squeeze",
            "Unsqueeze",
            "Slice",
            "Gather",
            "Split",
            "DepthToSpace",
            "SpaceToDepth",
            "Expand",
            "Tile");

    private StaticRules() {}

    /** The first inputs of a node that are activations it computes with: 1, 2 or, for Concat, all. */
    static java.util.List<String> activations(OnnxNode node) {
        return switch (node.op()) {
            case "Add", "Mul" -> node.inputs().subList(0, 2);
            case "Concat" -> node.inputs();
            default -> node.inputs().subList(0, 1);
        };
    }

    static boolean moves(OnnxGraph graph, OnnxNode node) {
        if (!node.domain().isEmpty()) {
            return false;
        }
        return switch (node.op()) {
            case "MaxPool" -> node.output(1).isEmpty();
            case "Pad" -> zeroPad(graph, node);
            case "Resize" ->
                node.stringAttribute("mode", "nearest").equals("nearest")
                        && !node.stringAttribute("coordinate_transformation_mode", "half_pixel")
                                .equals("tf_crop_and_resize");
            default -> MOVES.contains(node.op());
        };
    }

    private static boolean zeroPad(OnnxGraph graph, OnnxNode node) {
        OnnxTensor value = node.input(2).isEmpty() ? null : graph.constant(node.input(2));
        return node.input(2).isEmpty()
                || (value != null && value.elements() == 1 && value.data().getInt(0) == 0);
    }

    /**
     * Why a node that computes cannot or should not be quantized; empty where it should.
     *
     * @param chain whether a value is already available as bytes
     */
    static String refusal(OnnxGraph graph, OnnxNode node, java.util.function.Predicate<String> chain) {
        if (!node.domain().isEmpty()) {
            return "operator of domain (" + node.domain() + ") has no integer form here";
        }
        boolean onChain = activations(node).stream().anyMatch(chain)
                && activations(node).stream()
                        .allMatch(value -> chain.test(value) || number(graph, node, value) != null);
        return switch (node.op()) {
            case "Conv" -> weighted(graph, node, 3);
            case "Gemm" ->
                node.floatAttribute("alpha", 1) != 1
                                || node.floatAttribute("beta", 1) != 1
                                || node.intAttribute("transA", 0) != 0
                        ? "alpha, beta or transA has no integer form"
                        : onChain ? weighted(graph, node, 2) : "its input is float: dynamic quantization is faster";
            case "MatMul" -> onChain ? weighted(graph, node, 2) : "its input is float: dynamic quantization is faster";
            case "Add", "Mul", "Concat" ->
                onChain ? "" : "not all its inputs are quantized: converting costs more than it saves";
            case "AveragePool", "GlobalAveragePool", "Sigmoid", "LeakyRelu", "HardSigmoid", "HardSwish" ->
                onChain ? "" : "its input is float";
            case "ConvTranspose", "LSTM", "GRU", "RNN" -> "ONNX Runtime has no integer kernel for it on QDQ graphs";
            case "Relu", "Clip" -> "what it clamps is read elsewhere too, or is not quantized";
            default -> "no integer kernel that is faster";
        };
    }

    /** The one number that a node adds or multiplies with; null where a value is none. */
    static @Nullable Float number(OnnxGraph graph, OnnxNode node, String value) {
        boolean arithmetic =
                node.op().equals("Add") || node.op().equals("Mul") || node.op().equals("Div");
        OnnxTensor constant = arithmetic ? graph.initializers().get(value) : null;
        boolean one = constant != null
                && constant.type() == ElementType.FLOAT
                && constant.elements() == 1
                && constant.rank() <= 4
                && Float.isFinite(constant.floats()[0]);
        return constant != null && one ? (Float) constant.floats()[0] : null;
    }

    /** The positive factor by which Mul or Div with a number stretches its other input; null for other nodes. */
    static @Nullable Float stretch(OnnxGraph graph, OnnxNode node) {
        if (!node.domain().isEmpty() || node.inputs().size() != 2) {
            return null;
        }
        Float second = number(graph, node, node.input(1));
        Float first = number(graph, node, node.input(0));
        Float factor =
                switch (node.op()) {
                    case "Mul" -> second != null ? second : first;
                    case "Div" -> second == null ? null : (Float) (1 / second);
                    default -> null;
                };
        return factor == null || !(factor > 1e-6f) || !(factor < 1e6f) ? null : factor;
    }

    private static String weighted(OnnxGraph graph, OnnxNode node, int leastRank) {
        OnnxTensor weight = graph.initializers().get(node.input(1));
        if (weight == null || weight.type() != ElementType.FLOAT) {
            return "its weight is not a stored FLOAT constant";
        }
        int axis = weightAxis(node);
        boolean rankFits = leastRank == 2 ? weight.rank() == 2 : weight.rank() >= leastRank;
        if (!rankFits) {
            return "its weight has rank (" + weight.rank() + ")";
        }
        String bias = node.op().equals("MatMul") ? "" : node.input(2);
        if (!bias.isEmpty()) {
            OnnxTensor constant = graph.initializers().get(bias);
            long channels = weight.dim(axis);
            if (constant == null
                    || constant.type() != ElementType.FLOAT
                    || constant.elements() != channels
                    || (constant.rank() > 0 && constant.dim(constant.rank() - 1) != channels)) {
                return "its bias is not a constant for each output channel";
            }
        }
        return "";
    }

    /** The axis of output channels of a Conv, Gemm or MatMul weight. */
    static int weightAxis(OnnxNode node) {
        return node.op().equals("Conv") || node.intAttribute("transB", 0) != 0 ? 0 : 1;
    }
}
