package io.edgeai.optimize.correct;

import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.FreshNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cross-layer equalization (M. Nagel et al., Data-Free Quantization, ICCV 2019): where one convolution feeds another
 * through operators that let positive factors pass (Relu, pools), each channel between them is scaled so that its
 * weights are equally large on both sides. The network computes the same; a single scale for a whole weight then fits
 * all of its channels. Stateless and thread-safe.
 *
 * <p>Clips between 0 and a limit (ReLU6) let no factors pass. {@link Clips#BECOME_RELU} replaces those between two
 * layers by Relu first, which changes what the network computes wherever the limit is reached: compare accuracy.
 */
public final class Equalization {
    private static final int MOST_ROUNDS = 40;
    private static final double SETTLED = 1e-3;
    private static final double LARGEST_FACTOR = 1e4;

    /** What to do about clamps with an upper limit. */
    public enum Clips {
        /** Layers around them are left alone. */
        STAY,
        /** They lose their upper limit. */
        BECOME_RELU
    }

    /**
     * The scaled network.
     *
     * @param graph the new graph
     * @param pairs neighbours that were equalized
     * @param clips clamps that lost their limit
     */
    public record Equalized(OnnxGraph graph, int pairs, int clips) {}

    private record Pair(WeightedLayer first, WeightedLayer second, List<OnnxNode> between) {}

    private Equalization() {}

    /** Equalizes a copy of the graph until factors change by less than 0.1 %, in at most 40 rounds. */
    public static Equalized apply(OnnxGraph graph, Clips clips) {
        OnnxGraph copy = graph.copy();
        FreshNames names = new FreshNames(copy);
        int replaced = 0;
        List<Pair> pairs = new ArrayList<>();
        for (WeightedLayer first : WeightedLayer.of(copy)) {
            Pair pair = pair(copy, first, clips);
            if (pair != null) {
                pairs.add(pair);
                for (OnnxNode node : pair.between) {
                    if (node.op().equals("Clip")) {
                        node.op("Relu").attributes().clear();
                        node.inputs().subList(1, node.inputs().size()).clear();
                        replaced++;
                    }
                }
            }
        }
        scale(copy, names, pairs);
        return new Equalized(copy, pairs.size(), replaced);
    }

    private static @Nullable Pair pair(OnnxGraph graph, WeightedLayer first, Clips clips) {
        if (!first.conv() || first.bias(graph) == null || shared(graph, first)) {
            return null;
        }
        Set<String> outputs = new HashSet<>();
        graph.outputs().stream().map(OnnxValue::name).forEach(outputs::add);
        Map<String, List<OnnxNode>> consumers = graph.consumers();
        List<OnnxNode> between = new ArrayList<>();
        String value = first.name();
        while (true) {
            List<OnnxNode> readers = consumers.getOrDefault(value, List.of());
            if (readers.size() != 1
                    || outputs.contains(value)
                    || !readers.get(0).input(0).equals(value)) {
                return null;
            }
            OnnxNode next = readers.get(0);
            WeightedLayer second = WeightedLayer.of(graph, next);
            if (second != null) {
                boolean fits = second.conv()
                        && !shared(graph, second)
                        && second.weight().dim(1) * second.groups() == first.outputs();
                return fits ? new Pair(first, second, between) : null;
            }
            if (!homogeneous(graph, next, clips)) {
                return null;
            }
            between.add(next);
            value = next.output(0);
        }
    }

    private static boolean shared(OnnxGraph graph, WeightedLayer layer) {
        return graph.consumers().getOrDefault(layer.weightName(), List.of()).size() != 1;
    }

    /** Whether f(s·x) = s·f(x) for every s above 0, channel by channel. */
    private static boolean homogeneous(OnnxGraph graph, OnnxNode node, Clips clips) {
        if (!node.domain().isEmpty()) {
            return false;
        }
        return switch (node.op()) {
            case "Relu", "LeakyRelu", "GlobalAveragePool", "GlobalMaxPool", "AveragePool" -> true;
            case "MaxPool" -> node.output(1).isEmpty();
            case "Clip" -> clips == Clips.BECOME_RELU && startsAtZero(graph, node);
            default -> false;
        };
    }

    private static boolean startsAtZero(OnnxGraph graph, OnnxNode clip) {
        OnnxTensor low = clip.input(1).isEmpty() ? null : graph.constant(clip.input(1));
        return low != null && low.elements() == 1 && OnnxFloats.floats(low)[0] == 0;
    }

    private static void scale(OnnxGraph graph, FreshNames names, List<Pair> pairs) {
        List<ConvWeights> firsts = new ArrayList<>();
        List<ConvWeights> seconds = new ArrayList<>();
        IdentityHashMap<OnnxNode, ConvWeights> known = new IdentityHashMap<>();
        for (Pair pair : pairs) {
            firsts.add(known.computeIfAbsent(pair.first.node(), node -> new ConvWeights(graph, pair.first)));
            seconds.add(known.computeIfAbsent(pair.second.node(), node -> new ConvWeights(graph, pair.second)));
        }
        double change = Double.POSITIVE_INFINITY;
        for (int round = 0; change > SETTLED && round < MOST_ROUNDS; round++) {
            change = 0;
            for (int p = 0; p < pairs.size(); p++) {
                ConvWeights first = firsts.get(p);
                ConvWeights second = seconds.get(p);
                for (int c = 0; c < first.layer.outputs(); c++) {
                    double one = first.largestOut(c);
                    double two = second.largestIn(c);
                    double factor = one > 0 && two > 0 ? Math.sqrt(one / two) : 1;
                    factor = Math.max(1 / LARGEST_FACTOR, Math.min(LARGEST_FACTOR, factor));
                    first.scaleOut(c, 1 / factor);
                    second.scaleIn(c, factor);
                    change = Math.max(change, Math.abs(Math.log(factor)));
                }
            }
        }
        known.values().forEach(weights -> weights.store(graph, names));
    }

    /** Weights and bias of a convolution while they are scaled, in doubles. */
    private static final class ConvWeights {
        private final WeightedLayer layer;
        private final double[] weights;
        private final double[] bias;
        private final int inputs;
        private final int inner;

        ConvWeights(OnnxGraph graph, WeightedLayer layer) {
            this.layer = layer;
            this.weights = OnnxFloats.doubles(layer.weight());
            float[] stored = layer.bias(graph);
            this.bias = stored == null
                    ? new double[0]
                    : IntStream.range(0, stored.length)
                            .mapToDouble(m -> stored[m])
                            .toArray();
            this.inputs = (int) layer.weight().dim(1);
            this.inner = layer.depth() / inputs;
        }

        double largestOut(int channel) {
            double largest = 0;
            for (int d = 0; d < layer.depth(); d++) {
                largest = Math.max(largest, Math.abs(weights[channel * layer.depth() + d]));
            }
            return largest;
        }

        void scaleOut(int channel, double factor) {
            for (int d = 0; d < layer.depth(); d++) {
                weights[channel * layer.depth() + d] *= factor;
            }
            if (bias.length > 0) {
                bias[channel] *= factor;
            }
        }

        double largestIn(int channel) {
            double largest = 0;
            int rows = layer.outputs() / layer.groups();
            for (int m = channel / inputs * rows; m < (channel / inputs + 1) * rows; m++) {
                int at = m * layer.depth() + channel % inputs * inner;
                for (int i = 0; i < inner; i++) {
                    largest = Math.max(largest, Math.abs(weights[at + i]));
                }
            }
            return largest;
        }

        void scaleIn(int channel, double factor) {
            int rows = layer.outputs() / layer.groups();
            for (int m = channel / inputs * rows; m < (channel / inputs + 1) * rows; m++) {
                int at = m * layer.depth() + channel % inputs * inner;
                for (int i = 0; i < inner; i++) {
                    weights[at + i] *= factor;
                }
            }
        }

        void store(OnnxGraph graph, FreshNames names) {
            float[] values = new float[weights.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) weights[i];
            }
            graph.initializers()
                    .put(
                            layer.weightName(),
                            OnnxTensor.ofFloats(values, layer.weight().dims()));
            if (bias.length > 0) {
                float[] floats = new float[bias.length];
                for (int m = 0; m < floats.length; m++) {
                    floats[m] = (float) bias[m];
                }
                layer.setBias(graph, names, floats);
            }
        }
    }
}
