package io.edgeai.samples.inference;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the multiplications and additions of Conv, Gemm and MatMul for one sample, where the file states the shapes
 * these need: 2 for each multiply-accumulate; all other operators count nothing.
 */
final class FlopCount {
    private FlopCount() {}

    /** Empty where the shape of some counted operator is not stated in the file. */
    static OptionalLong of(OnnxGraph graph) {
        long sum = 0;
        for (OnnxNode node : graph.nodes()) {
            long one =
                    switch (node.op()) {
                        case "Conv" -> conv(graph, node);
                        case "Gemm" -> gemm(graph, node);
                        case "MatMul" -> matMul(graph, node);
                        case "Loop", "Scan", "If", "LSTM", "GRU", "RNN", "ConvTranspose", "Attention" -> -1;
                        default -> 0;
                    };
            if (one < 0) {
                return OptionalLong.empty();
            }
            sum += one;
        }
        return OptionalLong.of(sum);
    }

    private static long conv(OnnxGraph graph, OnnxNode node) {
        OnnxTensor weights = graph.constant(node.input(1));
        long outputs = elements(graph, node.output(0));
        if (weights == null || weights.rank() < 3 || outputs < 0) {
            return -1;
        }
        return 2 * outputs * (weights.elements() / Math.max(1, weights.dim(0)));
    }

    private static long gemm(OnnxGraph graph, OnnxNode node) {
        OnnxTensor weights = graph.constant(node.input(1));
        return weights == null ? -1 : 2 * weights.elements();
    }

    private static long matMul(OnnxGraph graph, OnnxNode node) {
        OnnxTensor weights = graph.constant(node.input(1));
        long inputs = elements(graph, node.input(0));
        if (weights == null || weights.rank() != 2 || inputs < 0) {
            return -1;
        }
        return 2 * inputs * weights.dim(1);
    }

    /** Elements of a value for one sample: a leading unknown dimension counts 1, another one gives -1. */
    private static long elements(OnnxGraph graph, String name) {
        List<Dim> shape = shape(graph, name);
        if (shape == null) {
            return -1;
        }
        long product = 1;
        for (int d = 0; d < shape.size(); d++) {
            Dim dim = shape.get(d);
            if (!dim.known() && d > 0) {
                return -1;
            }
            product *= dim.known() ? dim.size() : 1;
        }
        return product;
    }

    private static @Nullable List<Dim> shape(OnnxGraph graph, String name) {
        OnnxValue value = graph.valueInfo().get(name);
        for (OnnxValue candidate : graph.inputs()) {
            value = candidate.name().equals(name) ? candidate : value;
        }
        for (OnnxValue candidate : graph.outputs()) {
            value = candidate.name().equals(name) ? candidate : value;
        }
        return value != null && value.type() instanceof OnnxType.OfTensor tensor ? tensor.shape() : null;
    }
}
