package io.edgeai.optimize.fuse;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code y[c] = factor[c]·x[c] + offset[c]}: what batch normalization and arithmetic with constants amount to. */
final class ChannelAffine {
    final double[] factor;
    final double[] offset;

    private ChannelAffine(double[] factor, double[] offset) {
        this.factor = factor;
        this.offset = offset;
    }

    /** Reads a node as an affine map of the channels of its input {@code x}; null where it is none. */
    static @Nullable ChannelAffine of(OnnxGraph graph, OnnxNode node, String x, int channels, int rank) {
        if (!node.domain().isEmpty()) {
            return null;
        }
        return switch (node.op()) {
            case "BatchNormalization" -> node.input(0).equals(x) ? ofBatchNorm(graph, node, channels) : null;
            case "Mul", "Add" -> ofArithmetic(graph, node, x, node.input(0).equals(x) ? 1 : 0, channels, rank);
            case "Sub", "Div" -> node.input(0).equals(x) ? ofArithmetic(graph, node, x, 1, channels, rank) : null;
            default -> null;
        };
    }

    private static @Nullable ChannelAffine ofBatchNorm(OnnxGraph graph, OnnxNode node, int channels) {
        boolean plain = node.intAttribute("training_mode", 0) == 0
                && node.intAttribute("spatial", 1) == 1
                && node.outputs().stream().skip(1).allMatch(String::isEmpty);
        double[][] parts = new double[4][];
        for (int i = 0; i < 4; i++) {
            OnnxTensor constant = graph.constant(node.input(i + 1));
            if (!plain || constant == null || constant.elements() != channels) {
                return null;
            }
            parts[i] = OnnxFloats.doubles(constant);
        }
        double epsilon = node.floatAttribute("epsilon", 1e-5f);
        double[] factor = new double[channels];
        double[] offset = new double[channels];
        for (int c = 0; c < channels; c++) {
            factor[c] = parts[0][c] / Math.sqrt(parts[3][c] + epsilon);
            offset[c] = parts[1][c] - parts[2][c] * factor[c];
        }
        return new ChannelAffine(factor, offset);
    }

    private static @Nullable ChannelAffine ofArithmetic(
            OnnxGraph graph, OnnxNode node, String x, int side, int channels, int rank) {
        OnnxTensor constant = node.input(1 - side).equals(x) ? graph.constant(node.input(side)) : null;
        if (constant == null || constant.type() != ElementType.FLOAT || !perChannel(constant, channels, rank)) {
            return null;
        }
        double[] values = OnnxFloats.doubles(constant);
        double[] factor = new double[channels];
        double[] offset = new double[channels];
        Arrays.fill(factor, 1);
        for (int c = 0; c < channels; c++) {
            double value = values.length == 1 ? values[0] : values[c];
            switch (node.op()) {
                case "Mul" -> factor[c] = value;
                case "Div" -> factor[c] = 1 / value;
                case "Add" -> offset[c] = value;
                default -> offset[c] = -value;
            }
        }
        return new ChannelAffine(factor, offset);
    }

    /** Whether a constant broadcasts along axis 1 of a tensor of the given rank and along nothing else. */
    private static boolean perChannel(OnnxTensor constant, int channels, int rank) {
        if (constant.elements() == 1) {
            return constant.rank() <= rank;
        }
        int axis = constant.rank() - (rank - 1);
        return constant.rank() <= rank
                && axis >= 0
                && constant.elements() == channels
                && constant.dim(axis) == channels;
    }
}
