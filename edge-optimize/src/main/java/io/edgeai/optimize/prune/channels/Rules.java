package io.edgeai.optimize.prune.channels;

import io.edgeai.core.onnx.OnnxNode;
import java.util.Set;

/** Which rule an operator follows. */
final class Rules {
    private static final Set<String> UNARY = Set.of(
            "Abs",
            "Acos",
            "Acosh",
            "Asin",
            "Asinh",
            "Atan",
            "Atanh",
            "BitwiseNot",
            "Cast",
            "Ceil",
            "Celu",
            "Clip",
            "Cos",
            "Cosh",
            "Dropout",
            "Elu",
            "Erf",
            "Exp",
            "FastGelu",
            "Floor",
            "Gelu",
            "HardSigmoid",
            "HardSwish",
            "Identity",
            "IsInf",
            "IsNaN",
            "LeakyRelu",
            "Log",
            "Mish",
            "Neg",
            "Not",
            "QuickGelu",
            "Reciprocal",
            "Relu",
            "Round",
            "Selu",
            "Shrink",
            "Sigmoid",
            "Sign",
            "Sin",
            "Sinh",
            "Softplus",
            "Softsign",
            "Sqrt",
            "Swish",
            "Tan",
            "Tanh",
            "ThresholdedRelu");
    private static final Set<String> BROADCAST = Set.of(
            "Add",
            "And",
            "BitShift",
            "BitwiseAnd",
            "BitwiseOr",
            "BitwiseXor",
            "Div",
            "Equal",
            "Greater",
            "GreaterOrEqual",
            "Less",
            "LessOrEqual",
            "Max",
            "Mean",
            "Min",
            "Mod",
            "Mul",
            "Or",
            "PRelu",
            "Pow",
            "Sub",
            "Sum",
            "Where",
            "Xor");
    private static final Set<String> FOREIGN = Set.of("Gelu", "FastGelu", "QuickGelu");

    private Rules() {}

    static void apply(Walk walk, OnnxNode node) {
        String op = node.op();
        boolean known = node.domain().isEmpty()
                || node.domain().equals("ai.onnx")
                || node.domain().equals("com.microsoft")
                        && FOREIGN.contains(op)
                        && node.inputs().size() == 1;
        boolean ranked = node.inputs().stream().allMatch(input -> input.isEmpty() || walk.rank(input) >= 0)
                && !node.output(0).isEmpty()
                && walk.rank(node.output(0)) >= 0;
        if (!known || !ranked) {
            walk.opaque(node, known ? node + " has no known rank" : "operator " + op + " is not known here");
        } else if (UNARY.contains(op)) {
            ElementwiseRules.unary(walk, node);
        } else if (BROADCAST.contains(op)) {
            ElementwiseRules.broadcast(walk, node);
        } else {
            other(walk, node);
        }
    }

    private static void other(Walk walk, OnnxNode node) {
        switch (node.op()) {
            case "Conv" -> LayerRules.conv(walk, node);
            case "ConvTranspose" -> LayerRules.convTranspose(walk, node);
            case "Gemm" -> LayerRules.gemm(walk, node);
            case "MatMul" -> LayerRules.matMul(walk, node);
            case "BatchNormalization", "InstanceNormalization" -> ElementwiseRules.perChannel(walk, node);
            case "LayerNormalization" -> ElementwiseRules.layerNormalization(walk, node);
            case "Softmax", "LogSoftmax", "Hardmax" -> ElementwiseRules.softmax(walk, node);
            case "MaxPool", "AveragePool", "LpPool", "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool" ->
                ElementwiseRules.pool(walk, node);
            case "ReduceMean",
                    "ReduceSum",
                    "ReduceMax",
                    "ReduceMin",
                    "ReduceProd",
                    "ReduceL1",
                    "ReduceL2",
                    "ReduceLogSum",
                    "ReduceLogSumExp",
                    "ReduceSumSquare" -> ElementwiseRules.reduce(walk, node);
            case "Reshape" -> ReshapeRule.reshape(walk, node);
            case "Flatten" -> ReshapeRule.flatten(walk, node);
            case "Transpose" -> LayoutRules.transpose(walk, node);
            case "Squeeze" -> LayoutRules.squeeze(walk, node);
            case "Unsqueeze" -> LayoutRules.unsqueeze(walk, node);
            case "Resize", "Upsample" -> LayoutRules.resize(walk, node);
            case "Expand" -> LayoutRules.expand(walk, node);
            case "Tile" -> LayoutRules.tile(walk, node);
            case "Shape" -> LayoutRules.shape(walk, node);
            case "ConstantOfShape" -> LayoutRules.constantOfShape(walk, node);
            case "Concat" -> PartRules.concat(walk, node);
            case "Split" -> PartRules.split(walk, node);
            case "Slice" -> PartRules.slice(walk, node);
            case "Pad" -> PartRules.pad(walk, node);
            case "Gather" -> PartRules.gather(walk, node);
            default -> walk.opaque(node, "operator " + node.op() + " needs all of its channels");
        }
    }
}
