package io.edgeai.core.onnx.cost;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Multiply-accumulate operations of the operators that consist of them. */
final class Macs {
    private Macs() {}

    static long of(OnnxNode node, Sizes sizes) {
        return switch (node.op()) {
            case "Conv", "FusedConv", "NhwcFusedConv", "ConvInteger", "DeformConv" ->
                Sizes.times(sizes.elements(node.output(0)), sizes.elementsFrom(node.input(1), 1));
            case "QLinearConv" -> Sizes.times(sizes.elements(node.output(0)), sizes.elementsFrom(node.input(3), 1));
            case "ConvTranspose" -> Sizes.times(sizes.elements(node.input(0)), sizes.elementsFrom(node.input(1), 1));
            case "MatMul",
                    "MatMulInteger",
                    "MatMulIntegerToFloat",
                    "DynamicQuantizeMatMul",
                    "QLinearMatMul",
                    "MatMulNBits",
                    "MatMulBnb4" -> Sizes.times(sizes.elements(node.output(0)), sizes.dim(node.input(0), -1));
            case "Gemm", "FusedGemm", "QGemm", "FusedMatMul", "TransposeMatMul" ->
                Sizes.times(
                        sizes.elements(node.output(0)),
                        sizes.dim(node.input(0), node.intAttribute("transA", 0) == 0 ? -1 : -2));
            case "RNN", "GRU", "LSTM", "DynamicQuantizeLSTM" -> recurrent(node, sizes);
            case "Einsum" -> einsum(node, sizes);
            case "Attention", "QAttention" -> attention(node, sizes);
            case "MultiHeadAttention" -> scoresAndMix(node, sizes);
            case "LinearClassifier", "LinearRegressor", "SVMClassifier", "SVMRegressor" -> linear(node, sizes);
            default -> 0;
        };
    }

    /** Every weight once for each step and sample. */
    private static long recurrent(OnnxNode node, Sizes sizes) {
        long steps = Sizes.times(sizes.dim(node.input(0), 0), sizes.dim(node.input(0), 1));
        return Sizes.times(steps, Sizes.plus(sizes.elements(node.input(1)), sizes.elements(node.input(2))));
    }

    /** One for each combination of all labels; a single operand is only moved or summed. */
    private static long einsum(OnnxNode node, Sizes sizes) {
        String equation = node.stringAttribute("equation", "").replace(" ", "");
        String[] operands = equation.split("->")[0].split(",", -1);
        if (operands.length < 2 || operands.length != node.inputs().size() || equation.contains(".")) {
            return 0;
        }
        Map<Character, Long> labels = new HashMap<>();
        for (int i = 0; i < operands.length; i++) {
            List<Dim> dims = sizes.dims(node.input(i));
            for (int axis = 0; axis < Math.min(dims.size(), operands[i].length()); axis++) {
                labels.merge(operands[i].charAt(axis), sizes.dim(node.input(i), axis), Math::max);
            }
        }
        return labels.values().stream().reduce(1L, Sizes::times);
    }

    private static long attention(OnnxNode node, Sizes sizes) {
        String x = node.input(0);
        if (!node.domain().equals("com.microsoft")) {
            return scoresAndMix(node, sizes);
        }
        long rows = Sizes.times(sizes.dim(x, 0), sizes.dim(x, 1));
        long projections = Sizes.times(rows, sizes.elements(node.input(1)));
        long scores = Sizes.times(sizes.elements(node.output(0)), sizes.dim(x, 1));
        return Sizes.plus(projections, Sizes.times(2, scores));
    }

    /** Each query meets each key, and each result mixes a value for each key. */
    private static long scoresAndMix(OnnxNode node, Sizes sizes) {
        String keys = node.input(1);
        long length = sizes.dim(keys, sizes.dims(keys).size() == 4 ? -2 : 1);
        return Sizes.times(Sizes.plus(sizes.elements(node.input(0)), sizes.elements(node.output(0))), length);
    }

    private static long linear(OnnxNode node, Sizes sizes) {
        String weights = node.op().startsWith("SVM") ? "support_vectors" : "coefficients";
        long count = node.attributes().get(weights) instanceof OnnxAttribute.OfFloats floats
                ? floats.values().size()
                : 0;
        String x = node.input(0);
        return Sizes.times(sizes.dims(x).size() < 2 ? 1 : sizes.dim(x, 0), count);
    }
}
