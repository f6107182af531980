package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.optimize.calibration.ValueRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Static INT8 with QuantizeLinear/DequantizeLinear pairs: unsigned asymmetric activations, signed per-channel weights,
 * 32-bit biases, clamps absorbed into ranges, moves done on bytes. Needs operator set 13 or newer. One quantizer serves
 * one graph: ask {@link #values()}, find their ranges, call {@link #quantize}. Not thread-safe.
 */
public final class StaticQuantizer {
    private static final double LARGEST_BIAS = 1 << 30;

    private final StaticPlan plan;
    private final QuantizeSettings settings;
    private final OnnxGraph graph;
    private final FreshNames names;
    private final Map<String, String> levels = new HashMap<>();
    private final Map<String, String> scales = new HashMap<>();
    private final Map<String, String> zeros = new HashMap<>();
    private final Map<String, String> floats = new HashMap<>();
    private final List<OnnxNode> emitted = new ArrayList<>();
    private Map<String, QuantParams> params = Map.of();

    public StaticQuantizer(OnnxGraph simplified, QuantizeSettings settings) {
        this.plan = new StaticPlan(simplified, settings);
        this.settings = settings;
        this.graph = plan.graph;
        this.names = new FreshNames(graph);
    }

    /** Values whose ranges are needed, by their names in the graph given. */
    public Set<String> values() {
        return Set.copyOf(plan.quantized);
    }

    /** Nodes that stay float, with the reason. */
    public List<FloatNode> left() {
        return List.copyOf(plan.left);
    }

    /** Writes the graph. To be called once. */
    public Quantized quantize(Map<String, ValueRange> ranges) {
        params = plan.params(ranges);
        Map<String, Integer> ops = new HashMap<>();
        List<String> layers = new ArrayList<>();
        for (OnnxValue input : List.copyOf(graph.inputs())) {
            if (plan.quantized.contains(input.name())) {
                quantizeBeside(input.name());
            }
        }
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            if (plan.moving.contains(node)) {
                move(node);
            } else if (plan.computing.contains(node)) {
                layers.add(node.output(0));
                compute(node);
            } else {
                emitted.add(node);
                for (String output : node.outputs()) {
                    if (plan.quantized.contains(output)) {
                        quantizeBeside(output);
                    }
                }
            }
            if (plan.moving.contains(node) || plan.computing.contains(node)) {
                ops.merge(node.op(), 1, Integer::sum);
            }
        }
        graph.nodes().clear();
        graph.nodes().addAll(emitted);
        graph.valueInfo().clear();
        Cleanup.deadCode(graph);
        return new Quantized(graph, ops, plan.left, layers);
    }

    /** A value made by a float node or fed by the caller: float readers keep the exact value. */
    private void quantizeBeside(String value) {
        String level = names.of(value + "_q");
        String back = names.of(value + "_dq");
        emitted.add(linear("QuantizeLinear", value, value, level));
        emitted.add(linear("DequantizeLinear", level, value, back));
        levels.put(value, level);
        floats.put(value, back);
    }

    /** A value made by a quantized node: everybody reads the rounded value, which takes over its name. */
    private void quantizeInPlace(OnnxNode node, int output) {
        String value = node.output(output);
        String raw = names.of(value + "_raw");
        String level = names.of(value + "_q");
        node.outputs().set(output, raw);
        emitted.add(node);
        emitted.add(linear("QuantizeLinear", raw, value, level));
        emitted.add(linear("DequantizeLinear", level, value, value));
        levels.put(value, level);
    }

    private void move(OnnxNode node) {
        String input = node.input(0);
        if (node.op().equals("Pad")) {
            while (node.inputs().size() < 3) {
                node.inputs().add("");
            }
            node.inputs().set(2, zero(input));
        }
        node.inputs().set(0, Objects.requireNonNull(levels.get(input), input));
        emitted.add(node);
        for (int i = 0; i < node.outputs().size(); i++) {
            String value = node.output(i);
            String level = names.of(value + "_q");
            node.outputs().set(i, level);
            levels.put(value, level);
            emitted.add(linear("DequantizeLinear", level, value, value));
        }
    }

    private void compute(OnnxNode node) {
        String input = node.input(0);
        int activations = StaticRules.activations(node).size();
        switch (node.op()) {
            case "Conv", "Gemm", "MatMul" -> weights(node, input);
            default -> {}
        }
        for (int i = 0; i < activations; i++) {
            String value = node.input(i);
            node.inputs().set(i, floats.getOrDefault(value, value));
        }
        if (plan.quantized.contains(node.output(0))) {
            quantizeInPlace(node, 0);
        } else {
            emitted.add(node);
        }
    }

    private void weights(OnnxNode node, String input) {
        int axis = StaticRules.weightAxis(node);
        String name = node.input(1);
        OnnxTensor weight = Objects.requireNonNull(graph.initializers().get(name), name);
        float inputScale = param(input).scale();
        String biasName = node.op().equals("MatMul") ? "" : node.input(2);
        float[] bias = biasName.isEmpty()
                ? new float[0]
                : Objects.requireNonNull(graph.initializers().get(biasName), biasName)
                        .floats();
        float[] atLeast = new float[bias.length];
        for (int c = 0; c < bias.length; c++) {
            atLeast[c] = (float) (Math.abs(bias[c]) / (inputScale * LARGEST_BIAS));
        }
        ChannelWeights quantized = ChannelWeights.of(weight, axis, settings.top(), atLeast);
        String prefix = names.of(name + "_int8");
        String back = names.of(name + "_dq");
        emitted.add(dequantize(
                constant(prefix, quantized.levelTensor()),
                constant(names.of(prefix + "_scale"), quantized.scaleTensor()),
                zeros(quantized.zeroTensor()),
                back,
                axis));
        node.inputs().set(1, back);
        if (bias.length > 0) {
            node.inputs().set(2, bias(biasName, bias, quantized.scales(), inputScale));
        }
    }

    private String bias(String name, float[] bias, float[] weightScales, float inputScale) {
        int[] levelValues = new int[bias.length];
        float[] scale = new float[bias.length];
        for (int c = 0; c < bias.length; c++) {
            scale[c] = inputScale * weightScales[c];
            levelValues[c] = (int) Math.rint(bias[c] / (double) scale[c]);
        }
        String prefix = names.of(name + "_int32");
        String back = names.of(name + "_dq");
        emitted.add(dequantize(
                constant(prefix, OnnxTensor.ofInts(levelValues, bias.length)),
                constant(names.of(prefix + "_scale"), OnnxTensor.ofFloats(scale, bias.length)),
                zeros(OnnxTensor.ofInts(new int[bias.length], bias.length)),
                back,
                0));
        return back;
    }

    private OnnxNode linear(String op, String input, String value, String output) {
        return new OnnxNode(op, "", List.of(input, scale(value), zero(value)), List.of(output));
    }

    private static OnnxNode dequantize(String level, String scale, String zero, String output, int axis) {
        return new OnnxNode("DequantizeLinear", "", List.of(level, scale, zero), List.of(output))
                .attribute("axis", axis);
    }

    private String scale(String value) {
        float scale = param(value).scale();
        return scales.computeIfAbsent(
                Float.toString(scale), key -> constant(names.of(value + "_scale"), OnnxTensor.scalar(scale)));
    }

    private String zero(String value) {
        int zero = param(value).zeroPoint();
        return zeros.computeIfAbsent(
                Integer.toString(zero),
                key -> constant(
                        names.of("zero_" + zero), OnnxTensor.ofBytes(ElementType.UINT8, new byte[] {(byte) zero})));
    }

    /** Zero points of weights and biases, shared by all of one type and length. */
    private String zeros(OnnxTensor tensor) {
        return zeros.computeIfAbsent(
                tensor.toString(),
                key -> constant(names.of("zeros_" + tensor.type() + "_" + tensor.elements()), tensor));
    }

    private QuantParams param(String value) {
        return Objects.requireNonNull(params.get(value), value);
    }

    private String constant(String name, OnnxTensor tensor) {
        graph.initializers().put(name, tensor);
        return name;
    }
}
