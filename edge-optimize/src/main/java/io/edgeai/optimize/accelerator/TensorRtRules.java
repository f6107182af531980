package io.edgeai.optimize.accelerator;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.accelerator.RuleFinding.Severity;
import java.util.List;
import java.util.Set;

/**
 * TensorRT's rules for graphs with explicit quantization, from NVIDIA's developer guide ("Explicit Quantization", "Q/DQ
 * layer-placement recommendations") and the operator support matrix of the ONNX parser (onnx/onnx-tensorrt). Rules, by name:
 * <ul>
 *   <li>{@code zero-point}: symmetric only, every zero point is 0;
 *   <li>{@code int8}: bytes are signed (INT8; INT4 and FLOAT8 for weights), never UINT8 or 32-bit biases;
 *   <li>{@code scale}: stored, finite, above 0;
 *   <li>{@code activation-per-tensor}: one scale for an activation;
 *   <li>{@code weight-axis}: weights' scales along output channels (Conv 0, ConvTranspose 1);
 *   <li>{@code weighted-inputs}: both inputs of a weighted node are quantized, or none;
 *   <li>{@code bias-float}: biases stay float;
 *   <li>{@code residual}: the skipping input of an Add after a quantized convolution is quantized, or the two do not fuse;
 *   <li>{@code bytes-between}: Q and DQ come in pairs with nothing in between; {@code pair-scale} (warning): of one scale;
 *   <li>{@code fusion} (warning): no pair between a convolution and its Relu;
 *   <li>{@code opset}: 13 or newer where scales have an axis, at most 20 (warning);
 *   <li>{@code operator} (warning): operators the parser does not take run elsewhere and cut the engine in two;
 *   <li>{@code element-type} (warning): constants of DOUBLE or UINT8.
 * </ul>
 */
public final class TensorRtRules {
    private static final long WITH_AXIS = 13;
    private static final long NEWEST = 20;
    private static final Set<ElementType> BYTES = Set.of(ElementType.INT8, ElementType.INT4, ElementType.FLOAT8E4M3FN);
    private static final Set<String> REFUSED = Set.of(
            "BitShift",
            "BitwiseAnd",
            "BitwiseNot",
            "BitwiseOr",
            "BitwiseXor",
            "Bernoulli",
            "Col2Im",
            "Compress",
            "ConcatFromSequence",
            "ConvInteger",
            "DFT",
            "Det",
            "DynamicQuantizeLinear",
            "MatMulInteger",
            "MaxRoiPool",
            "MaxUnpool",
            "MelWeightMatrix",
            "Multinomial",
            "NegativeLogLikelihoodLoss",
            "Optional",
            "OptionalGetElement",
            "OptionalHasElement",
            "QLinearConv",
            "QLinearMatMul",
            "RandomNormal",
            "RandomNormalLike",
            "SequenceAt",
            "SequenceConstruct",
            "SequenceEmpty",
            "SequenceErase",
            "SequenceInsert",
            "SequenceLength",
            "SequenceMap",
            "SoftmaxCrossEntropyLoss",
            "SplitToSequence",
            "StringNormalizer",
            "TfIdfVectorizer",
            "Unique");

    private TensorRtRules() {}

    /** What a graph breaks; empty for one that TensorRT takes whole. */
    public static List<RuleFinding> check(OnnxGraph graph) {
        QdqGraph view = new QdqGraph(graph);
        QdqRules rules = new QdqRules("TensorRT", view);
        rules.scales();
        rules.axes();
        rules.weightedInputs();
        rules.pairs();
        rules.activationsFuse();
        for (OnnxNode node : graph.nodes()) {
            if (QdqGraph.quantizes(node) || QdqGraph.dequantizes(node)) {
                linear(node, view, rules);
            }
            if (QdqGraph.WEIGHTED.contains(node.op()) && view.dequantized(node.input(2))) {
                rules.error("bias-float", node, "its bias is quantized; TensorRT has no 32-bit dequantization");
            }
            if (node.op().equals("Add") && node.domain().isEmpty()) {
                residual(node, view, rules);
            }
            if (!node.domain().isEmpty() && !node.domain().equals("ai.onnx")) {
                rules.warning("operator", node, "domain (" + node.domain() + ") is not TensorRT's; it runs elsewhere");
            } else if (REFUSED.contains(node.op())) {
                rules.warning("operator", node, "the ONNX parser of TensorRT does not take it; it runs elsewhere");
            }
        }
        header(graph, rules);
        return List.copyOf(rules.findings());
    }

    /** Whether no finding is an error. */
    public static boolean passes(List<RuleFinding> findings) {
        return findings.stream().noneMatch(finding -> finding.severity() == Severity.ERROR);
    }

    private static void linear(OnnxNode node, QdqGraph view, QdqRules rules) {
        Boolean zero = view.zeroPointIsZero(node);
        if (zero == null || !zero) {
            rules.error(
                    "zero-point",
                    node,
                    zero == null
                            ? "its zero point is not constant"
                            : "its zero point is not 0; TensorRT is symmetric only");
        }
        ElementType levels = view.levels(node);
        if (!BYTES.contains(levels)) {
            rules.error("int8", node, "its levels are (" + levels + "), not INT8");
        }
    }

    /** An Add that a quantized convolution feeds: what skips past the convolution must be quantized to be fused. */
    private static void residual(OnnxNode add, QdqGraph view, QdqRules rules) {
        for (int i = 0; i < 2; i++) {
            OnnxNode conv = view.producer(add.input(i));
            boolean quantized = conv != null && conv.op().equals("Conv") && view.dequantized(conv.input(0));
            String other = add.input(1 - i);
            OnnxNode skipping = view.producer(other);
            boolean sibling = skipping != null && skipping.op().equals("Conv");
            if (quantized && view.constant(other) == null && !view.dequantized(other)) {
                rules.error(
                        "residual",
                        add,
                        "its input (" + other + ") is not quantized, so that it does not fuse with (" + conv + ")"
                                + (sibling ? "; of two convolutions one must be rounded" : ""));
                return;
            }
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
                    "operator set (" + opset + ") is newer than " + NEWEST + ", the newest that TensorRT 10 documents");
        }
        graph.initializers().forEach((name, tensor) -> element(name, tensor, rules));
    }

    private static void element(String name, OnnxTensor tensor, QdqRules rules) {
        if (tensor.type() == ElementType.DOUBLE || tensor.type() == ElementType.UINT8) {
            rules.warning("element-type", name, "a constant of (" + tensor.type() + ") is narrowed or refused");
        }
    }
}
