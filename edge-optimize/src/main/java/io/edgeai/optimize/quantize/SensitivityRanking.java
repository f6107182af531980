package io.edgeai.optimize.quantize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fidelity.AnswerNoise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Layers with weights in the order in which they suffer from quantization, each measured alone: its weights, its input
 * and its output are rounded, everything else stays float. From it follows which few layers to leave float. Immutable;
 * thread-safe.
 */
public final class SensitivityRanking {
    private static final double MOST_DB = 200;

    private final List<LayerSensitivity> layers;

    SensitivityRanking(List<LayerSensitivity> measured) {
        List<LayerSensitivity> sorted = new ArrayList<>(measured);
        sorted.sort(Comparator.comparingDouble(LayerSensitivity::sqnrDb));
        this.layers = List.copyOf(sorted);
    }

    /**
     * Runs the samples through the network once for each layer and once as it is.
     *
     * @param simplified what {@link StaticQuantizer} is given
     * @param ranges of the values it asks for
     * @param feeds samples, at least one; 8 to 16 suffice
     * @throws OperationCancelledException where the progress listener says so, between layers
     */
    public static SensitivityRanking measure(
            InferenceRuntime runtime,
            OnnxGraph simplified,
            Map<String, ValueRange> ranges,
            QuantizeSettings settings,
            List<Map<String, Tensor>> feeds,
            Progress progress) {
        if (feeds.isEmpty()) {
            throw new InvalidInputException(
                    "A ranking needs at least one sample, not (0). Maybe pass 8 typical inputs.");
        }
        StaticPlan plan = new StaticPlan(simplified, settings);
        Map<String, QuantParams> params = plan.params(ranges);
        List<OnnxNode> weighted = plan.graph.nodes().stream()
                .filter(node -> plan.computing.contains(node) && hasWeights(node))
                .toList();
        AnswerNoise answers = new AnswerNoise(runtime, simplified, feeds);
        List<LayerSensitivity> measured = new ArrayList<>();
        for (OnnxNode layer : weighted) {
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Ranking was cancelled after (" + measured.size() + ") of " + weighted.size() + " layers.");
            }
            OnnxGraph alone = alone(simplified, layer, params, settings);
            double sqnr = -10 * Math.log10(answers.of(alone));
            OnnxTensor weight = plan.graph.initializers().get(layer.input(1));
            long weights = weight == null ? 0 : weight.elements();
            measured.add(new LayerSensitivity(
                    layer.output(0), layer.op(), weights, Math.max(-MOST_DB, Math.min(MOST_DB, sqnr))));
            progress.update("rank", measured.size(), weighted.size());
        }
        return new SensitivityRanking(measured);
    }

    /** Most sensitive first. */
    public List<LayerSensitivity> layers() {
        return layers;
    }

    /** The outputs of the so many most sensitive layers, as {@link QuantizeSettings#keepFloat(Set)} takes them. */
    public Set<String> mostSensitive(int count) {
        Set<String> outputs = new LinkedHashSet<>();
        layers.subList(0, Math.min(count, layers.size())).forEach(layer -> outputs.add(layer.output()));
        return outputs;
    }

    /**
     * The fewest layers off the top of the ranking that have to stay float, by bisection: a test is asked about
     * ⌈log2(layers + 1)⌉ + 1 times at most. Supposes that more float layers never do harm; what is returned has passed the
     * test in any case.
     *
     * @param meetsFloor whether the network is good enough with these layers float
     * @return the set, empty where nothing has to stay; nothing where not even all of them help
     */
    public Optional<Set<String>> fewestFloat(Predicate<Set<String>> meetsFloor) {
        if (meetsFloor.test(Set.of())) {
            return Optional.of(Set.of());
        }
        int failing = 0;
        int passing = layers.size() + 1;
        while (passing - failing > 1) {
            int middle = (failing + passing) >>> 1;
            if (meetsFloor.test(mostSensitive(middle))) {
                passing = middle;
            } else {
                failing = middle;
            }
        }
        return passing > layers.size() ? Optional.empty() : Optional.of(mostSensitive(passing));
    }

    private static boolean hasWeights(OnnxNode node) {
        return node.op().equals("Conv") || node.op().equals("Gemm") || node.op().equals("MatMul");
    }

    /** The float network with one layer's weights, input and output rounded. */
    private static OnnxGraph alone(
            OnnxGraph base, OnnxNode planned, Map<String, QuantParams> params, QuantizeSettings settings) {
        OnnxGraph copy = base.copy();
        FreshNames names = new FreshNames(copy);
        OnnxNode layer = copy.nodes().stream()
                .filter(node -> node.op().equals(planned.op()) && node.inputs().equals(planned.inputs()))
                .findFirst()
                .orElseThrow();
        OnnxTensor weight = copy.initializers().get(layer.input(1));
        if (weight != null) {
            int axis = settings.perChannel() ? StaticRules.weightAxis(layer) : ChannelWeights.PER_TENSOR;
            String rounded = names.of(layer.input(1) + "_rounded");
            copy.initializers()
                    .put(
                            rounded,
                            ChannelWeights.of(weight, axis, settings.top()).dequantized());
            layer.inputs().set(1, rounded);
        }
        QuantParams in = params.get(layer.input(0));
        if (in != null) {
            int at = copy.nodes().indexOf(layer);
            layer.inputs().set(0, round(copy, names, layer.input(0), in, at));
        }
        String output = planned.output(0);
        QuantParams out = params.get(output);
        OnnxNode maker = copy.producers().get(output);
        boolean inside = copy.outputs().stream().noneMatch(value -> value.name().equals(output));
        if (out != null && maker != null && inside) {
            String raw = names.of(output + "_raw");
            maker.outputs().replaceAll(name -> name.equals(output) ? raw : name);
            round(copy, names, raw, out, copy.nodes().indexOf(maker) + 1);
            copy.nodes().get(copy.nodes().indexOf(maker) + 2).outputs().set(0, output);
        }
        return copy;
    }

    /** Puts QuantizeLinear and DequantizeLinear at a place and returns the rounded value's name. */
    private static String round(OnnxGraph graph, FreshNames names, String value, QuantParams params, int place) {
        String scale = names.of(value + "_scale");
        String zero = names.of(value + "_zero");
        String level = names.of(value + "_level");
        String rounded = names.of(value + "_rounded");
        graph.initializers().put(scale, OnnxTensor.scalar(params.scale()));
        byte[] point = {(byte) params.zeroPoint()};
        graph.initializers().put(zero, OnnxTensor.ofBytes(params.type().element(), point));
        graph.nodes()
                .addAll(
                        place,
                        List.of(
                                new OnnxNode("QuantizeLinear", "", List.of(value, scale, zero), List.of(level)),
                                new OnnxNode("DequantizeLinear", "", List.of(level, scale, zero), List.of(rounded))));
        return rounded;
    }
}
