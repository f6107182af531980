package io.edgeai.optimize.fuse;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.pass.GraphPass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folds batch normalization and per-channel Mul, Add, Sub and Div with constants into the Conv, ConvTranspose or Gemm
 * before them. Weights are computed in double precision and rounded once. Stateless.
 */
public final class AffineFolding implements GraphPass {
    @Override
    public int apply(OnnxGraph graph) {
        FreshNames names = new FreshNames(graph);
        int changed = 0;
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            while (foldNext(graph, node, names)) {
                changed++;
            }
        }
        return changed;
    }

    private static boolean foldNext(OnnxGraph graph, OnnxNode node, FreshNames names) {
        int axis = channelAxis(node);
        OnnxTensor weight = axis < 0 ? null : graph.constant(node.input(1));
        if (weight == null || weight.type() != ElementType.FLOAT) {
            return false;
        }
        Map<String, List<OnnxNode>> consumers = graph.consumers();
        String output = node.output(0);
        List<OnnxNode> readers = consumers.getOrDefault(output, List.of());
        Set<String> outputs = Cleanup.outputNames(graph);
        if (readers.size() != 1 || outputs.contains(output)) {
            return false;
        }
        OnnxNode next = readers.get(0);
        int channels = Math.toIntExact(weight.dim(axis));
        ChannelAffine affine = ChannelAffine.of(graph, next, output, channels, weight.rank());
        float[] bias = bias(graph, node, channels);
        if (affine == null || bias == null) {
            return false;
        }
        for (int c = 0; c < channels; c++) {
            bias[c] = (float) (bias[c] * affine.factor[c] + affine.offset[c]);
        }
        String newWeight = names.of(node.input(1) + "_folded");
        String newBias = names.of(newWeight + "_bias");
        graph.initializers().put(newWeight, scaled(weight, axis, affine.factor));
        graph.initializers().put(newBias, OnnxTensor.ofFloats(bias, channels));
        node.inputs().set(1, newWeight);
        if (node.inputs().size() > 2) {
            node.inputs().set(2, newBias);
        } else {
            node.inputs().add(newBias);
        }
        node.outputs().set(0, next.output(0));
        graph.nodes().remove(next);
        graph.valueInfo().remove(output);
        return true;
    }

    /** The weight's axis of output channels; -1 where the node is not one to fold into. */
    private static int channelAxis(OnnxNode node) {
        if (!node.domain().isEmpty()) {
            return -1;
        }
        return switch (node.op()) {
            case "Conv" -> 0;
            case "ConvTranspose" -> node.intAttribute("group", 1) == 1 ? 1 : -1;
            case "Gemm" ->
                node.floatAttribute("alpha", 1) == 1 && node.floatAttribute("beta", 1) == 1
                        ? (node.intAttribute("transB", 0) == 0 ? 1 : 0)
                        : -1;
            default -> -1;
        };
    }

    /** The bias, zeros where there is none, or null where it is not a constant vector of the channels. */
    private static float @Nullable [] bias(OnnxGraph graph, OnnxNode node, int channels) {
        if (node.input(2).isEmpty()) {
            return new float[channels];
        }
        OnnxTensor bias = graph.constant(node.input(2));
        return bias == null || bias.type() != ElementType.FLOAT || !perColumn(bias, channels) ? null : bias.floats();
    }

    /** A Gemm may also add one value a row, which has as many elements where the matrix is square. */
    private static boolean perColumn(OnnxTensor bias, int channels) {
        return bias.elements() == channels && (bias.rank() == 0 || bias.dim(bias.rank() - 1) == channels);
    }

    private static OnnxTensor scaled(OnnxTensor weight, int axis, double[] factor) {
        float[] values = weight.floats();
        long inner = 1;
        for (int i = axis + 1; i < weight.rank(); i++) {
            inner *= weight.dim(i);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * factor[(int) (i / inner % factor.length)]);
        }
        return OnnxTensor.ofFloats(values, weight.dims());
    }
}
