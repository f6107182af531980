package io.edgeai.optimize.quantize;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fuse.Compaction;
import io.edgeai.optimize.fuse.FewValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Static INT8 with QuantizeLinear/DequantizeLinear pairs: by default unsigned asymmetric activations, signed per-channel
 * weights, 32-bit biases, clamps absorbed into ranges, moves done on bytes. Needs operator set 13 or newer. One
 * quantizer serves one graph: ask {@link #values()}, find their ranges, call {@link #quantize}. Not thread-safe.
 */
public final class StaticQuantizer {
    private static final double LARGEST_BIAS = 1 << 30;
    /** From here on a node that multiplies is shorter than the products. */
    private static final int LEAST_COMPUTED_SCALES = 12;

    private final StaticPlan plan;
    private final QuantizeSettings settings;
    private final OnnxGraph graph;
    private final FreshNames names;
    private final Map<String, String> levels = new HashMap<>();
    private final Map<String, String> scales = new HashMap<>();
    private final Map<String, String> zeros = new HashMap<>();
    private final Map<String, String> floats = new HashMap<>();
    private final List<OnnxNode> emitted = new ArrayList<>();
    private final Map<String, ChannelWeights> chosen = new HashMap<>();
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

    /**
     * Levels to store instead of rounding to nearest, by the name of the weight in the graph given. Their axis must be
     * the one the quantizer would choose: output channels, or one scale for all.
     */
    public StaticQuantizer weights(Map<String, ChannelWeights> levelsByWeight) {
        chosen.putAll(levelsByWeight);
        return this;
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
            } else if (plan.clamping.contains(node)) {
                quantizeInPlace(node, 0);
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
        new FewValues().apply(graph);
        new Compaction(layers).apply(graph);
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
        int axis = settings.perChannel() ? StaticRules.weightAxis(node) : ChannelWeights.PER_TENSOR;
        String name = node.input(1);
        OnnxTensor weight = Objects.requireNonNull(graph.initializers().get(name), name);
        float inputScale = param(input).scale();
        String biasName = node.op().equals("MatMul") ? "" : node.input(2);
        float[] values = biasName.isEmpty() || !settings.quantizeBias()
                ? new float[0]
                : Objects.requireNonNull(graph.initializers().get(biasName), biasName)
                        .floats();
        float[] atLeast = new float[values.length];
        for (int c = 0; c < values.length; c++) {
            atLeast[c] = (float) (Math.abs(values[c]) / (inputScale * LARGEST_BIAS));
        }
        ChannelWeights ready = chosen.get(name);
        ChannelWeights quantized = ready != null ? ready : ChannelWeights.of(weight, axis, settings.top(), atLeast);
        String prefix = names.of(name + "_int8");
        String back = names.of(name + "_dq");
        String scaleName = constant(names.of(prefix + "_scale"), quantized.scaleTensor());
        OnnxNode dequantize = dequantize(constant(prefix, quantized.levelTensor()), scaleName, back, axis);
        emitted.add(dequantize);
        node.inputs().set(1, back);
        OnnxNode bias = values.length == 0 ? null : bias(biasName, values, quantized, input, scaleName);
        if (bias != null) {
            emitted.add(bias);
            node.inputs().set(2, bias.output(0));
        }
        if (!node.op().equals("Conv")) {
            dequantize.inputs().add(zeros(quantized.zeroTensor()));
            if (bias != null) {
                boolean one = !settings.perChannel();
                bias.inputs()
                        .add(zeros(
                                one
                                        ? OnnxTensor.ofInts(new int[1])
                                        : OnnxTensor.ofInts(new int[values.length], values.length)));
            }
        }
    }

    /** Its scale is the product of the other two; a long one is left to the engine, which computes it when it loads. */
    private OnnxNode bias(String name, float[] bias, ChannelWeights weights, String input, String weightScale) {
        int[] levelValues = new int[bias.length];
        float[] scale = new float[weights.channels()];
        for (int c = 0; c < bias.length; c++) {
            float step = param(input).scale() * weights.scale(c);
            scale[Math.min(c, scale.length - 1)] = step;
            levelValues[c] = (int) Math.rint(bias[c] / (double) step);
        }
        boolean one = !settings.perChannel();
        String prefix = names.of(name + "_int32");
        String back = names.of(name + "_dq");
        String product = names.of(prefix + "_scale");
        if (scale.length < LEAST_COMPUTED_SCALES) {
            constant(product, one ? OnnxTensor.ofFloats(scale) : OnnxTensor.ofFloats(scale, scale.length));
        } else {
            emitted.add(new OnnxNode("Mul", "", List.of(scale(input), weightScale), List.of(product)));
        }
        return dequantize(
                constant(prefix, OnnxTensor.ofInts(levelValues, bias.length)),
                product,
                back,
                one ? ChannelWeights.PER_TENSOR : 0);
    }

    private OnnxNode linear(String op, String input, String value, String output) {
        return new OnnxNode(op, "", List.of(input, scale(value), zero(value)), List.of(output));
    }

    /** Without a zero point, which signed levels do not need. ONNX Runtime fuses that for Conv, but not for Gemm. */
    private static OnnxNode dequantize(String level, String scale, String output, int axis) {
        OnnxNode node = new OnnxNode("DequantizeLinear", "", List.of(level, scale), List.of(output));
        return axis == ChannelWeights.PER_TENSOR ? node : node.attribute("axis", axis);
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
                        names.of("zero_" + zero),
                        OnnxTensor.ofBytes(settings.activationType().element(), new byte[] {(byte) zero})));
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
