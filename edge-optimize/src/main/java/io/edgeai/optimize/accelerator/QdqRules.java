package io.edgeai.optimize.accelerator;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.accelerator.RuleFinding.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Rules on quantization that TensorRT and OpenVINO share, each a walk over the graph. */
final class QdqRules {
    private final String engine;
    private final QdqGraph graph;
    private final List<RuleFinding> findings = new ArrayList<>();

    QdqRules(String engine, QdqGraph graph) {
        this.engine = engine;
        this.graph = graph;
    }

    List<RuleFinding> findings() {
        return findings;
    }

    void error(String rule, Object node, String message) {
        findings.add(new RuleFinding(rule, Severity.ERROR, node.toString(), message));
    }

    void warning(String rule, Object node, String message) {
        findings.add(new RuleFinding(rule, Severity.WARNING, node.toString(), message));
    }

    /** Scales are stored, of type FLOAT, finite and above 0. */
    void scales() {
        for (OnnxNode node : graph.nodes()) {
            if (!QdqGraph.quantizes(node) && !QdqGraph.dequantizes(node)) {
                continue;
            }
            OnnxTensor scale = graph.constant(node.input(1));
            if (scale == null || scale.type() != ElementType.FLOAT) {
                error(
                        "scale",
                        node,
                        "its scale (" + node.input(1) + ") is not a FLOAT constant; " + engine
                                + " needs it when it builds the engine");
                continue;
            }
            for (float value : scale.floats()) {
                if (!(value > 0) || Float.isInfinite(value)) {
                    error("scale", node, "its scale is (" + value + "), not finite and above 0");
                    break;
                }
            }
        }
    }

    /** Activations have one scale; weights one, or one for each output channel along the right axis. */
    void axes() {
        for (OnnxNode node : graph.nodes()) {
            boolean linear = QdqGraph.quantizes(node) || QdqGraph.dequantizes(node);
            OnnxTensor scale = linear ? graph.constant(node.input(1)) : null;
            if (scale != null && scale.elements() > 1 && !graph.onConstant(node)) {
                error(
                        "activation-per-tensor",
                        node,
                        "an activation has (" + scale.elements() + ") scales; " + engine + " takes one");
            }
        }
        for (OnnxNode node : graph.nodes()) {
            OnnxNode from = QdqGraph.WEIGHTED.contains(node.op()) ? graph.producer(node.input(1)) : null;
            if (from == null || !QdqGraph.dequantizes(from) || !graph.onConstant(from)) {
                continue;
            }
            OnnxTensor scale = graph.constant(from.input(1));
            OnnxTensor stored = stored(from);
            if (scale == null || stored == null || scale.elements() <= 1) {
                continue;
            }
            int rank = stored.rank();
            long axis = from.intAttribute("axis", 1);
            long counted = axis < 0 ? axis + rank : axis;
            long right = QdqGraph.channelAxis(node, rank);
            if (counted != right || counted >= rank || stored.dim((int) counted) != scale.elements()) {
                error(
                        "weight-axis",
                        node,
                        "its weights " + Arrays.toString(stored.dims()) + " have (" + scale.elements()
                                + ") scales along axis " + axis + "; output channels are axis " + right);
            }
        }
    }

    private OnnxTensor stored(OnnxNode dequantize) {
        OnnxTensor tensor = graph.constant(dequantize.input(0));
        if (tensor != null) {
            return tensor;
        }
        OnnxNode before = Objects.requireNonNull(graph.producer(dequantize.input(0)));
        return Objects.requireNonNull(graph.constant(before.input(0)));
    }

    /** Weighted nodes have both their inputs quantized, or neither. */
    void weightedInputs() {
        for (OnnxNode node : graph.nodes()) {
            if (QdqGraph.WEIGHTED.contains(node.op()) && node.domain().isEmpty()) {
                boolean data = graph.dequantized(node.input(0));
                boolean weights = graph.dequantized(node.input(1));
                if (weights && !data) {
                    error("weighted-inputs", node, "its weights are quantized, its input is not");
                } else if (data && !weights) {
                    warning("weighted-inputs", node, "its input is quantized, its weights are not; it runs in float");
                }
            }
        }
    }

    /** What a QuantizeLinear makes is read by DequantizeLinear nodes of the same scale only. */
    void pairs() {
        for (OnnxNode node : graph.nodes()) {
            if (!QdqGraph.quantizes(node)) {
                continue;
            }
            for (OnnxNode reader : graph.readers(node.output(0))) {
                if (!QdqGraph.dequantizes(reader)) {
                    error(
                            "bytes-between",
                            reader,
                            "it works on the bytes of (" + node.output(0) + "); only DequantizeLinear may read them");
                } else if (!sameFloats(node.input(1), reader.input(1))) {
                    warning(
                            "pair-scale",
                            reader,
                            "its scale differs from that of the QuantizeLinear before it: the pair also multiplies,"
                                    + " which may not fuse");
                }
            }
        }
        for (OnnxNode node : graph.nodes()) {
            if (QdqGraph.dequantizes(node)
                    && graph.constant(node.input(0)) == null
                    && !QdqGraph.quantizes(graph.producer(node.input(0)))) {
                error(
                        "bytes-between",
                        node,
                        "its bytes (" + node.input(0) + ") come from no QuantizeLinear and no constant");
            }
        }
    }

    private boolean sameFloats(String one, String other) {
        OnnxTensor a = graph.constant(one);
        OnnxTensor b = graph.constant(other);
        return one.equals(other) || (a != null && b != null && a.data().equals(b.data()));
    }

    /** Between a convolution or sum and the Relu that alone reads it, there is no pair. */
    void activationsFuse() {
        for (OnnxNode node : graph.nodes()) {
            if (!List.of("Relu", "Clip").contains(node.op())) {
                continue;
            }
            OnnxNode back = graph.producer(node.input(0));
            OnnxNode to = QdqGraph.dequantizes(back) && back != null ? graph.producer(back.input(0)) : null;
            OnnxNode made = QdqGraph.quantizes(to) && to != null ? graph.producer(to.input(0)) : null;
            if (made != null
                    && back != null
                    && QdqGraph.WEIGHTED.contains(made.op())
                    && graph.onlyReader(back.output(0)) == node) {
                warning("fusion", node, "a pair between it and (" + made + ") keeps " + engine + " from fusing them");
            }
        }
    }
}
