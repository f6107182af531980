package io.edgeai.optimize.accelerator;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import java.util.List;
import java.util.Set;

/**
 * OpenVINO's rules for quantized graphs, from its documentation of low-precision transformations and of "Quantized models
 * compute and restrictions"; its ONNX reader makes FakeQuantize operations of the pairs. Rules, by name:
 * <ul>
 *   <li>{@code byte-type}: activations UINT8 or INT8, weights INT8 (UINT8 weights are a warning);
 *   <li>{@code weight-zero-point}: weights are symmetric; {@code signed-zero-point} (warning): signed activations too;
 *   <li>{@code scale}, {@code activation-per-tensor}, {@code weight-axis}, {@code weighted-inputs}, {@code bytes-between}:
 *       as for TensorRT;
 *   <li>{@code zero-point}: stored, of the type of the levels;
 *   <li>{@code fusion}, {@code pair-scale} (warnings): no pair between a convolution and its Relu;
 *   <li>{@code operator} (warning): operators of other domains, and integer operators that its reader does not lower;
 *   <li>{@code opset}: 13 or newer where scales have an axis, at most 21 (warning).
 * </ul>
 */
public final class OpenVinoRules {
    private static final long WITH_AXIS = 13;
    private static final long NEWEST = 21;
    private static final Set<String> REFUSED = Set.of(
            "ConvInteger",
            "MatMulInteger",
            "MaxUnpool",
            "OptionalGetElement",
            "OptionalHasElement",
            "SequenceMap",
            "StringNormalizer",
            "TfIdfVectorizer");

    private OpenVinoRules() {}

    /** What a graph breaks; empty for one that OpenVINO runs in low precision throughout. */
    public static List<RuleFinding> check(OnnxGraph graph) {
        QdqGraph view = new QdqGraph(graph);
        QdqRules rules = new QdqRules("OpenVINO", view);
        rules.scales();
        rules.axes();
        rules.weightedInputs();
        rules.pairs();
        rules.activationsFuse();
        for (OnnxNode node : graph.nodes()) {
            if (QdqGraph.quantizes(node) || QdqGraph.dequantizes(node)) {
                linear(node, view, rules);
            }
            if (!node.domain().isEmpty() && !node.domain().equals("ai.onnx")) {
                rules.warning(
                        "operator", node, "domain (" + node.domain() + ") may not be read; it runs elsewhere then");
            } else if (REFUSED.contains(node.op())) {
                rules.warning("operator", node, "OpenVINO's ONNX reader does not take it; it runs elsewhere");
            }
        }
        header(graph, rules);
        return List.copyOf(rules.findings());
    }

    private static void linear(OnnxNode node, QdqGraph view, QdqRules rules) {
        ElementType levels = view.levels(node);
        Boolean zero = view.zeroPointIsZero(node);
        boolean weights = view.onWeights(node);
        if (zero == null) {
            rules.error("zero-point", node, "its zero point is not constant");
            return;
        }
        if (view.onConstant(node) && QdqGraph.dequantizes(node) && levels == ElementType.INT32) {
            return; // a bias, folded to float when the model is read
        }
        if (levels != ElementType.INT8 && levels != ElementType.UINT8) {
            rules.error("byte-type", node, "its levels are (" + levels + "), not INT8 or UINT8");
        } else if (weights && levels == ElementType.UINT8) {
            rules.warning("byte-type", node, "weights of UINT8 need a shift at run time; INT8 does not");
        }
        if (weights && !zero) {
            rules.error("weight-zero-point", node, "weights must be symmetric: their zero point is not 0");
        } else if (!zero && levels == ElementType.INT8) {
            rules.warning("signed-zero-point", node, "signed activations with a zero point cost a shift");
        }
    }

    private static void header(OnnxGraph graph, QdqRules rules) {
        long opset = graph.info().opset();
        boolean axes = graph.nodes().stream()
                .anyMatch(
                        node -> QdqGraph.dequantizes(node) && node.attributes().containsKey("axis"));
        if (axes && opset < WITH_AXIS) {
            rules.error("opset", graph.name(), "operator set (" + opset + ") has no scales along an axis; 13 has");
        }
        if (opset > NEWEST) {
            rules.warning(
                    "opset",
                    graph.name(),
                    "operator set (" + opset + ") is newer than " + NEWEST + ", which OpenVINO's reader documents");
        }
    }
}
