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
        return Set.copyOf(plan.measured());
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
            String op = node.op();
            if (plan.moving.contains(node)) {
                move(node);
            } else if (plan.stretches(node)) {
                String value = node.output(0);
                String level = Objects.requireNonNull(levels.get(plan.stretchedFrom(value)), value);
                emitted.add(linear("DequantizeLinear", level, value, value));
                levels.put(value, level);
            } else if (plan.computing.contains(node)) {
                layers.add(node.output(0));
                compute(node);
            } else if (plan.clamping.contains(node)) {
                quantizeInPlace(node, 0);
            } else {
                if (node.op().equals("ConvTranspose") && plan.mayStoreInBytes(node)) {
                    storeInBytes(node);
                }
                emitted.add(node);
                for (String output : node.outputs()) {
                    if (plan.quantized.contains(output)) {
                        quantizeBeside(output);
                    }
                }
            }
            if (plan.moving.contains(node) || plan.computing.contains(node) || plan.stretches(node)) {
                ops.merge(op, 1, Integer::sum);
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
            Float number = StaticRules.number(graph, node, value);
            node.inputs().set(i, number == null ? floats.getOrDefault(value, value) : number(value, number));
        }
        if (node.op().equals("HardSigmoid")) {
            gate(node.input(0), node.floatAttribute("alpha", 0.2f), node.floatAttribute("beta", 0.5f), node.output(0));
            return;
        }
        if (node.op().equals("HardSwish")) {
            String gate = names.of(node.output(0) + "_gate");
            gate(node.input(0), 1 / 6f, 0.5f, gate);
            node.op("Mul").inputs().add(gate);
        }
        if (plan.quantized.contains(node.output(0))) {
            quantizeInPlace(node, 0);
        } else {
            emitted.add(node);
        }
    }

    /** One number as a byte; its own range makes that exact up to rounding of the step. */
    private String number(String name, float number) {
        ActivationType type = settings.activationType();
        float scale = Math.max(Math.abs(number) / 255, Float.MIN_NORMAL);
        int zero = number < 0 ? type.high() : type.low();
        int level = number < 0 ? type.low() : number > 0 ? type.high() : type.low();
        String back = names.of(name + "_dq");
        String byteName =
                constant(names.of(name + "_level"), OnnxTensor.ofBytes(type.element(), new byte[] {(byte) level}));
        String scaleName = constant(names.of(name + "_scale"), OnnxTensor.scalar(scale));
        emitted.add(new OnnxNode("DequantizeLinear", "", List.of(byteName, scaleName, zeroAt(zero)), List.of(back)));
        return back;
    }

    /**
     * clamp(alpha·x + beta, 0, 1) on bytes: x + beta/alpha rounded to 256 levels from 0 to 1/alpha, which clamps; the same
     * levels then count from 0 to 1.
     */
    private void gate(String x, float alpha, float beta, String output) {
        String shifted = names.of(output + "_shifted");
        String level = names.of(output + "_q");
        int low = settings.activationType().low();
        String step = constant(names.of(output + "_step"), OnnxTensor.scalar(1 / (255 * alpha)));
        String scale = constant(names.of(output + "_scale"), OnnxTensor.scalar(1 / 255f));
        emitted.add(new OnnxNode("Add", "", List.of(x, number(output + "_shift", beta / alpha)), List.of(shifted)));
        emitted.add(new OnnxNode("QuantizeLinear", "", List.of(shifted, step, zeroAt(low)), List.of(level)));
        emitted.add(new OnnxNode("DequantizeLinear", "", List.of(level, scale, zeroAt(low)), List.of(output)));
        levels.put(output, level);
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
        ChannelWeights quantized =
                ready != null ? ready.atLeast(atLeast) : ChannelWeights.of(weight, axis, settings.top(), atLeast);
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

    /** Weights of a node that computes in float are stored in bytes all the same; the engine widens them when it loads. */
    private void storeInBytes(OnnxNode node) {
        String name = node.input(1);
        OnnxTensor weight = Objects.requireNonNull(graph.initializers().get(name), name);
        int axis = node.intAttribute("group", 1) == 1 ? 1 : 0;
        ChannelWeights quantized = ChannelWeights.of(weight, axis, settings.top());
        String level = constant(names.of(name + "_int8"), quantized.levelTensor());
        String scale = constant(names.of(level + "_scale"), quantized.broadcastScales());
        String wide = names.of(level + "_float");
        String back = names.of(name + "_back");
        emitted.add(new OnnxNode("Cast", "", List.of(level), List.of(wide))
                .attribute("to", weight.type().onnxCode()));
        emitted.add(new OnnxNode("Mul", "", List.of(wide, scale), List.of(back)));
        node.inputs().set(1, back);
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
        return zeroAt(param(value).zeroPoint());
    }

    private String zeroAt(int zero) {
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
