package io.edgeai.optimize.quantize;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.optimize.calibration.ValueRange;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rounds a float graph where {@link StaticQuantizer} will round it, so that weights can be trained for their levels:
 * each activation and each weight goes through QuantizeLinear and DequantizeLinear, and all else stays float. After
 * training {@link #levels} gives the weights' levels for the real quantization. One fake quantizer serves one graph; not
 * thread-safe.
 */
public final class FakeQuantizer {
    private final StaticPlan plan;
    private final QuantizeSettings settings;
    private final Map<String, OnnxNode> layers = new LinkedHashMap<>();
    private final Map<String, float[]> steps = new HashMap<>();

    /** @param simplified the graph that will be quantized */
    public FakeQuantizer(OnnxGraph simplified, QuantizeSettings settings) {
        this.plan = new StaticPlan(simplified, settings);
        this.settings = settings;
        for (OnnxNode node : plan.computing) {
            if (Set.of("Conv", "Gemm", "MatMul").contains(node.op())) {
                layers.put(node.input(1), node);
            }
        }
    }

    /** Values whose ranges are needed, by their names in the graph given. */
    public Set<String> values() {
        return Set.copyOf(plan.measured());
    }

    /**
     * A copy of a graph with fake quantization.
     *
     * @param trainee the graph given to the constructor, or the same with batch normalization put back: values and
     *     weights have the same names
     */
    public OnnxGraph apply(OnnxGraph trainee, Map<String, ValueRange> ranges) {
        OnnxGraph graph = trainee.copy();
        FreshNames names = new FreshNames(graph);
        for (Map.Entry<String, OnnxNode> layer : layers.entrySet()) {
            OnnxTensor weight = graph.initializers().get(layer.getKey());
            List<OnnxNode> readers = graph.consumers().getOrDefault(layer.getKey(), List.of());
            if (weight != null && weight.type() == ElementType.FLOAT && readers.size() == 1) {
                roundWeight(graph, names, layer.getKey(), axis(layer.getValue()), readers.get(0));
            }
        }
        Set<String> moved = new HashSet<>();
        plan.moving.forEach(node -> moved.addAll(node.outputs()));
        Set<String> inputs = new HashSet<>();
        graph.inputs().forEach(input -> inputs.add(input.name()));
        plan.params(ranges).forEach((value, params) -> {
            OnnxNode producer = graph.producers().get(value);
            if (moved.contains(value) || stretched(value)) {
                return;
            }
            if (producer != null) {
                roundResult(graph, names, producer, value, params);
            } else if (inputs.contains(value)) {
                roundInput(graph, names, value, params);
            }
        });
        graph.valueInfo().clear();
        return graph;
    }

    /** Weights that {@link #apply} has rounded, by name: what to train even where it is not plain that they are weights. */
    public Set<String> weights() {
        return Set.copyOf(steps.keySet());
    }

    private boolean stretched(String value) {
        OnnxNode producer = plan.graph.producers().get(value);
        return producer != null && plan.stretches(producer);
    }

    private int axis(OnnxNode layer) {
        return settings.perChannel() ? StaticRules.weightAxis(layer) : ChannelWeights.PER_TENSOR;
    }

    private void roundWeight(OnnxGraph graph, FreshNames names, String name, int axis, OnnxNode reader) {
        OnnxTensor weight = Objects.requireNonNull(graph.initializers().get(name), name);
        ChannelWeights levels = ChannelWeights.of(weight, axis, settings.top());
        steps.put(name, levels.scales());
        String scale = constant(graph, names.of(name + "_step"), levels.scaleTensor());
        String zero = constant(graph, names.of(name + "_zero"), levels.zeroTensor());
        String level = names.of(name + "_level");
        String back = names.of(name + "_rounded");
        String clamped = settings.top() == ChannelWeights.FULL ? name : clamped(graph, names, name, levels, reader);
        OnnxNode quantize = new OnnxNode("QuantizeLinear", "", List.of(clamped, scale, zero), List.of(level));
        OnnxNode dequantize = new OnnxNode("DequantizeLinear", "", List.of(level, scale, zero), List.of(back));
        if (axis != ChannelWeights.PER_TENSOR) {
            quantize.attribute("axis", axis);
            dequantize.attribute("axis", axis);
        }
        reader.inputs().set(1, back);
        graph.nodes().addAll(graph.nodes().indexOf(reader), List.of(quantize, dequantize));
    }

    /** Fewer levels than a byte has, which QuantizeLinear would not stop at. */
    private String clamped(OnnxGraph graph, FreshNames names, String name, ChannelWeights levels, OnnxNode reader) {
        String below = names.of(name + "_below");
        String within = names.of(name + "_within");
        OnnxTensor step = levels.broadcastScales();
        float[] low = step.floats();
        float[] high = step.floats();
        for (int c = 0; c < high.length; c++) {
            high[c] *= settings.top();
            low[c] *= -settings.top();
        }
        String highest = constant(graph, names.of(name + "_high"), OnnxTensor.ofFloats(high, step.dims()));
        String lowest = constant(graph, names.of(name + "_low"), OnnxTensor.ofFloats(low, step.dims()));
        graph.nodes()
                .addAll(
                        graph.nodes().indexOf(reader),
                        List.of(
                                new OnnxNode("Min", "", List.of(name, highest), List.of(below)),
                                new OnnxNode("Max", "", List.of(below, lowest), List.of(within))));
        return within;
    }

    /** The rounded value takes over the name. */
    private static void roundResult(
            OnnxGraph graph, FreshNames names, OnnxNode producer, String value, QuantParams params) {
        String raw = names.of(value + "_exact");
        producer.outputs().replaceAll(output -> output.equals(value) ? raw : output);
        graph.nodes().addAll(graph.nodes().indexOf(producer) + 1, pair(graph, names, raw, value, params));
    }

    private static void roundInput(OnnxGraph graph, FreshNames names, String value, QuantParams params) {
        String rounded = names.of(value + "_rounded");
        graph.nodes().forEach(node -> node.inputs().replaceAll(input -> input.equals(value) ? rounded : input));
        graph.nodes().addAll(0, pair(graph, names, value, rounded, params));
    }

    private static List<OnnxNode> pair(OnnxGraph graph, FreshNames names, String from, String to, QuantParams params) {
        String scale = constant(graph, names.of(to + "_step"), OnnxTensor.scalar(params.scale()));
        String zero = constant(
                graph,
                names.of(to + "_zero"),
                OnnxTensor.ofBytes(params.type().element(), new byte[] {(byte) params.zeroPoint()}));
        String level = names.of(to + "_level");
        return List.of(
                new OnnxNode("QuantizeLinear", "", List.of(from, scale, zero), List.of(level)),
                new OnnxNode("DequantizeLinear", "", List.of(level, scale, zero), List.of(to)));
    }

    private static String constant(OnnxGraph graph, String name, OnnxTensor tensor) {
        graph.initializers().put(name, tensor);
        return name;
    }

    /**
     * The levels that trained weights have taken, by weight of the graph to quantize, for
     * {@link StaticQuantizer#weights}.
     *
     * @param trained the trainee with its new weights
     * @param folded the same with its normalization folded, which stretches each channel's weights and levels alike
     */
    public Map<String, ChannelWeights> levels(OnnxGraph trained, OnnxGraph folded) {
        Map<String, ChannelWeights> levels = new HashMap<>();
        Map<String, OnnxNode> producers = folded.producers();
        steps.forEach((name, scale) -> {
            OnnxNode layer = Objects.requireNonNull(layers.get(name), name);
            OnnxNode into = producer(producers, layer);
            OnnxTensor weight = trained.initializers().get(name);
            OnnxTensor result = into == null ? null : folded.initializers().get(into.input(1));
            if (into != null && weight != null && result != null && result.elements() == weight.elements()) {
                levels.put(into.input(1), ChannelWeights.stretched(weight, result, scale, axis(layer), settings.top()));
            }
        });
        return levels;
    }

    /** The layer of the folded graph: the plan has taken the clamp after it in, whose value bears the name. */
    private static @Nullable OnnxNode producer(Map<String, OnnxNode> producers, OnnxNode layer) {
        OnnxNode found = producers.get(layer.output(0));
        return found != null && !found.op().equals(layer.op()) ? producers.get(found.input(0)) : found;
    }
}
