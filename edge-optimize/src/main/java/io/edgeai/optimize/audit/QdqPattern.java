package io.edgeai.optimize.audit;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pattern DequantizeLinear → node → QuantizeLinear that engines fuse, and what breaks it. */
final class QdqPattern {
    private static final Set<String> WEIGHTED = Set.of("Conv", "Gemm", "MatMul", "ConvTranspose");

    private final OnnxGraph graph;
    private final Map<String, OnnxNode> producers;
    private final Map<String, List<OnnxNode>> consumers;
    private final Set<String> outputs = new HashSet<>();

    QdqPattern(OnnxGraph graph) {
        this.graph = graph;
        this.producers = graph.producers();
        this.consumers = graph.consumers();
        graph.outputs().stream().map(OnnxValue::name).forEach(outputs::add);
    }

    /** Whether the first input, and for operators with weights the second too, comes out of DequantizeLinear. */
    boolean readsBytes(OnnxNode node) {
        return dequantize(node.input(0)) != null
                && (!WEIGHTED.contains(node.op()) || dequantize(node.input(1)) != null);
    }

    /** Why a node is not fused; never empty. */
    String obstacle(OnnxNode node) {
        if (WEIGHTED.contains(node.op()) && dequantize(node.input(0)) == null && dequantize(node.input(1)) == null) {
            return "its input (" + node.input(0) + ") and its weight are float: it is not meant to compute on bytes";
        }
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            input(node, i, reasons);
        }
        output(node, reasons);
        if (reasons.isEmpty()) {
            reasons.add(
                    "the pattern is complete: the engine has no integer kernel for it with these attributes or types");
        }
        return String.join("; ", reasons);
    }

    private void input(OnnxNode node, int index, List<String> reasons) {
        String value = node.input(index);
        boolean weighted = WEIGHTED.contains(node.op());
        String role = !weighted || index == 0 ? "input" : index == 1 ? "weight" : "bias";
        boolean parameter = !weighted && index > 0 && !node.op().equals("Concat") && graph.constant(value) != null;
        if (value.isEmpty() || parameter) {
            return;
        }
        OnnxNode dequantize = dequantize(value);
        if (dequantize == null) {
            OnnxNode maker = producers.get(value);
            reasons.add("its " + role + " (" + value + ") is float" + (maker == null ? "" : ", made by " + maker.op()));
            return;
        }
        if (index == 2 && weighted) {
            OnnxTensor bias = graph.constant(dequantize.input(0));
            if (bias == null || bias.type() != ElementType.INT32) {
                reasons.add("its bias (" + value + ") is not stored as 32-bit integers");
            }
        }
        if (index == 1 && weighted && graph.constant(dequantize.input(0)) == null) {
            reasons.add("its weight (" + value + ") is not a constant");
        }
    }

    private void output(OnnxNode node, List<String> reasons) {
        String value = node.output(0);
        if (outputs.contains(value)) {
            reasons.add("its output (" + value + ") is an output of the graph and must be float");
            return;
        }
        List<String> floatReaders = new ArrayList<>();
        int quantizers = 0;
        for (OnnxNode reader : consumers.getOrDefault(value, List.of())) {
            if (reader.op().equals("QuantizeLinear")) {
                quantizers++;
            } else {
                floatReaders.add(reader.op());
            }
        }
        if (!floatReaders.isEmpty()) {
            reasons.add("its output (" + value + ") is read as float by " + String.join(", ", floatReaders));
        } else if (quantizers != 1) {
            reasons.add("its output (" + value + ") is rounded (" + quantizers + ") times instead of once");
        }
    }

    private @Nullable OnnxNode dequantize(String value) {
        OnnxNode maker = producers.get(value);
        return maker != null && maker.op().equals("DequantizeLinear") ? maker : null;
    }
}
