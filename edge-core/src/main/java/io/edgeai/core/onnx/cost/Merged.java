package io.edgeai.core.onnx.cost;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxValue;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes of a graph engines merge into a node they run: normalisations and activations after a convolution or a
 * product, sums of a constant or of another branch there, the parts of GELU and of layer normalisation, and dequantized
 * inputs of a product with the quantization of its result. The graph must not change meanwhile.
 */
final class Merged {
    private static final Set<String> HOSTS =
            Set.of("Conv", "Gemm", "MatMul", "ConvTranspose", "FusedConv", "FusedGemm", "QLinearConv");
    private static final Set<String> AFTER =
            Set.of("Relu", "Clip", "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid", "QuantizeLinear");
    private static final Set<String> FOLDED = Set.of("BatchNormalization", "Add", "Mul");

    private final Map<String, OnnxNode> producers;
    private final Map<String, List<OnnxNode>> consumers;
    private final Set<String> outputs = new HashSet<>();
    private final Set<String> constants;
    private final IdentityHashMap<OnnxNode, Boolean> merged = new IdentityHashMap<>();
    private final Set<OnnxNode> quotients = Collections.newSetFromMap(new IdentityHashMap<>());

    /** @param constants values that are the same in every run */
    Merged(OnnxGraph graph, Set<String> constants) {
        this.producers = graph.producers();
        this.consumers = graph.consumers();
        this.constants = constants;
        graph.outputs().stream().map(OnnxValue::name).forEach(outputs::add);
        for (OnnxNode node : graph.topologicalOrder()) {
            switch (node.op()) {
                case "Erf" -> mergeGelu(node);
                case "Sqrt" -> mergeLayerNorm(node);
                default -> merged.putIfAbsent(node, after(node));
            }
        }
    }

    boolean merged(OnnxNode node) {
        return merged.getOrDefault(node, false);
    }

    /** Whether the node, a division, stands for a whole layer normalisation. */
    boolean layerNorm(OnnxNode node) {
        return quotients.contains(node);
    }

    /** Whether a product works on 8-bit numbers in the form of quantize and dequantize nodes. */
    boolean integer(OnnxNode product) {
        return dequantized(product.input(0)) && dequantized(product.input(1));
    }

    private boolean dequantized(String value) {
        OnnxNode producer = producers.get(value);
        return producer != null && producer.op().equals("DequantizeLinear");
    }

    private boolean after(OnnxNode node) {
        String op = node.op();
        return switch (op) {
            case "Identity", "Dropout" -> true;
            case "DequantizeLinear" ->
                consumers.getOrDefault(node.output(0), List.of()).stream()
                        .allMatch(reader -> HOSTS.contains(reader.op()) && integer(reader));
            case "BatchNormalization" -> folded(node.input(0));
            case "Add", "Mul" -> joined(node);
            default -> AFTER.contains(op) && activated(node.input(0));
        };
    }

    /** A constant added to a product or folded into a convolution, or a branch added to a convolution. */
    private boolean joined(OnnxNode node) {
        boolean constant = constants.contains(node.input(0)) || constants.contains(node.input(1));
        for (String input : node.inputs()) {
            OnnxNode producer = producers.get(input);
            boolean product = producer != null && producer.op().equals("MatMul") && sole(input);
            if (node.op().equals("Add") ? folded(input) || (constant && product) : constant && folded(input)) {
                return true;
            }
        }
        return false;
    }

    /** Whether only this reads the value, and a convolution makes it, or what is folded into one. */
    private boolean folded(String value) {
        OnnxNode producer = producers.get(value);
        return producer != null
                && sole(value)
                && (producer.op().equals("Conv")
                        || (merged(producer)
                                && FOLDED.contains(producer.op())
                                && producer.inputs().stream().anyMatch(this::folded)));
    }

    /** Whether only this reads the value, and a product makes it that has no activation yet. */
    private boolean activated(String value) {
        OnnxNode producer = producers.get(value);
        return producer != null
                && sole(value)
                && (HOSTS.contains(producer.op()) || (merged(producer) && FOLDED.contains(producer.op())));
    }

    private boolean sole(String value) {
        return !outputs.contains(value)
                && consumers.getOrDefault(value, List.of()).size() == 1;
    }

    /** {@code x / √2 → Erf → + 1 → · x → · 0.5}. */
    private void mergeGelu(OnnxNode erf) {
        merge(producer(erf.input(0), "Div", "Mul"));
        OnnxNode sum = merge(reader(erf, "Add"));
        OnnxNode product = sum == null ? null : merge(reader(sum, "Mul"));
        OnnxNode half = product == null ? null : reader(product, "Mul");
        if (half != null && (constants.contains(half.input(0)) || constants.contains(half.input(1)))) {
            merge(half);
        }
    }

    /** {@code x − mean → squared → mean → + ε → √ → divided → · weight → + bias}: the division stands for all of it. */
    private void mergeLayerNorm(OnnxNode root) {
        OnnxNode epsilon = producer(root.input(0), "Add");
        OnnxNode mean = epsilon == null
                ? null
                : producer(constants.contains(epsilon.input(0)) ? epsilon.input(1) : epsilon.input(0), "ReduceMean");
        OnnxNode square = mean == null ? null : producer(mean.input(0), "Pow", "Mul");
        OnnxNode centred = square == null ? null : producer(square.input(0), "Sub");
        OnnxNode quotient = reader(root, "Div");
        if (epsilon == null || mean == null || square == null || centred == null || quotient == null) {
            return;
        }
        for (OnnxNode part : List.of(root, epsilon, mean, square, centred)) {
            merge(part);
        }
        quotients.add(quotient);
        merged.put(quotient, false);
        merge(producer(centred.input(1), "ReduceMean"));
        OnnxNode weight = merge(reader(quotient, "Mul"));
        if (weight != null) {
            merge(reader(weight, "Add"));
        }
    }

    private @Nullable OnnxNode merge(@Nullable OnnxNode node) {
        if (node != null) {
            merged.put(node, true);
        }
        return node;
    }

    private @Nullable OnnxNode producer(String value, String... ops) {
        OnnxNode producer = producers.get(value);
        return producer != null && List.of(ops).contains(producer.op()) ? producer : null;
    }

    private @Nullable OnnxNode reader(OnnxNode node, String op) {
        List<OnnxNode> readers = consumers.getOrDefault(node.output(0), List.of());
        return readers.size() == 1 && readers.get(0).op().equals(op) ? readers.get(0) : null;
    }
}
