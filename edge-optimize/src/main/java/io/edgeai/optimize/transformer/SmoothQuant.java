package io.edgeai.optimize.transformer;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.runtime.InferenceRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves outliers of activations into the weights that read them: {@code x·w = (x/s)·(s·w)} for factors s of the channels
 * (Xiao et al., "SmoothQuant", 2022). Where a normalization computes x and only products read it, its scale and bias
 * absorb 1/s; elsewhere a Mul is put in front of the products, if that brings enough. Factors are powers of two, so that
 * the float model answers bit for bit the same; what follows is quantization, dynamic or static. Stateless and
 * thread-safe.
 */
public final class SmoothQuant {
    private static final int LEAST_WEIGHTS = 256;
    /** An absorbed factor costs nothing: any gain is taken. */
    private static final double FREE_GAIN = 0.98;
    /** A Mul costs time: the squared error must fall to a half. */
    private static final double MUL_GAIN = 0.5;

    private final OnnxGraph graph;
    private final int top;
    private final FreshNames names;
    private final Map<String, OnnxNode> producers;
    private final Map<String, List<OnnxNode>> consumers;
    private final List<Layer> layers = new ArrayList<>();

    private SmoothQuant(OnnxGraph copy, int top) {
        this.graph = copy;
        this.top = top;
        this.names = new FreshNames(copy);
        this.producers = copy.producers();
        this.consumers = copy.consumers();
    }

    /**
     * One value that was smoothed.
     *
     * @param value its name in the graph given
     * @param alpha strength, 0.35 to 0.85: how much of the outliers moved into the weights
     * @param errorBefore squared error of the 8-bit products that read it, relative to their square, on sample rows
     * @param errorAfter the same after smoothing
     * @param absorbed whether a normalization took the factors; otherwise a Mul was added
     */
    public record Layer(String value, double alpha, double errorBefore, double errorAfter, boolean absorbed) {}

    /**
     * A graph that answers the same and quantizes better.
     *
     * @param graph a new graph
     * @param layers what was smoothed; empty where nothing is gained
     */
    public record Smoothed(OnnxGraph graph, List<Layer> layers) {
        public Smoothed {
            layers = List.copyOf(layers);
        }
    }

    /**
     * Smooths a copy of the graph for weights of 8 bits.
     *
     * @param simplified constants are initializers ({@code GraphPasses.simplified}); {@link TransformerFusion} may come
     *     before
     * @param feeds 16 typical inputs are enough, one map a run
     * @param keepFloat first outputs of nodes that will not be quantized
     * @throws io.edgeai.core.error.InvalidInputException for no samples, or naming a value that becomes NaN or infinite
     * @throws io.edgeai.core.error.OperationCancelledException where the progress listener says so
     */
    public static Smoothed apply(
            OnnxGraph simplified,
            InferenceRuntime runtime,
            List<Map<String, Tensor>> feeds,
            Set<String> keepFloat,
            Progress progress) {
        SmoothQuant smoothing = new SmoothQuant(simplified.copy(), 127);
        Map<String, List<OnnxNode>> readers = smoothing.readers(keepFloat);
        if (!readers.isEmpty()) {
            Map<String, Integer> channels = new LinkedHashMap<>();
            readers.forEach((value, nodes) -> channels.put(value, smoothing.channels(nodes.get(0))));
            Map<String, ActivationSample> samples =
                    ActivationSample.collect(simplified, channels, runtime, feeds, progress);
            readers.forEach((value, nodes) ->
                    smoothing.smooth(value, nodes, Objects.requireNonNull(samples.get(value), value)));
            Cleanup.deadCode(smoothing.graph);
        }
        return new Smoothed(smoothing.graph, smoothing.layers);
    }

    /** Products with constant matrices, by the value they read. */
    private Map<String, List<OnnxNode>> readers(Set<String> keepFloat) {
        Map<String, List<OnnxNode>> readers = new LinkedHashMap<>();
        for (OnnxNode node : graph.nodes()) {
            OnnxTensor weight = weight(node);
            if (weight != null && !keepFloat.contains(node.output(0))) {
                readers.computeIfAbsent(node.input(0), value -> new ArrayList<>())
                        .add(node);
            }
        }
        readers.values()
                .removeIf(nodes ->
                        nodes.stream().mapToInt(this::channels).distinct().count() > 1);
        return readers;
    }

    private @Nullable OnnxTensor weight(OnnxNode node) {
        boolean product = node.domain().isEmpty()
                ? node.op().equals("MatMul")
                        || (node.op().equals("Gemm")
                                && node.intAttribute("transA", 0) == 0
                                && node.floatAttribute("alpha", 1) == 1)
                : node.domain().equals(TransformerFusion.DOMAIN) && node.op().equals("Attention");
        OnnxTensor weight = product ? graph.initializers().get(node.input(1)) : null;
        return weight != null
                        && weight.type() == ElementType.FLOAT
                        && weight.rank() == 2
                        && weight.elements() >= LEAST_WEIGHTS
                        && !graph.initializers().containsKey(node.input(0))
                ? weight
                : null;
    }

    private int channels(OnnxNode node) {
        OnnxTensor weight = Objects.requireNonNull(weight(node), node.input(1));
        return Math.toIntExact(weight.dim(transposed(node) ? 1 : 0));
    }

    private static boolean transposed(OnnxNode node) {
        return node.intAttribute("transB", 0) != 0;
    }

    private void smooth(String value, List<OnnxNode> nodes, ActivationSample sample) {
        List<float[]> weights = nodes.stream().map(this::byChannel).toList();
        SmoothingSearch.Choice choice = SmoothingSearch.search(sample, weights, top);
        OnnxNode norm = producers.get(value);
        boolean absorbs = absorbs(norm, value, nodes);
        float[] factors = choice.factors();
        if (choice.alpha == 0 || choice.after > choice.before * (absorbs ? FREE_GAIN : MUL_GAIN)) {
            return;
        }
        if (norm != null && absorbs) {
            norm.inputs().set(scaleInput(norm), divided(norm.input(scaleInput(norm)), factors));
            if (!norm.input(scaleInput(norm) + 1).isEmpty()) {
                norm.inputs().set(scaleInput(norm) + 1, divided(norm.input(scaleInput(norm) + 1), factors));
            }
        } else {
            float[] inverse = new float[factors.length];
            for (int c = 0; c < inverse.length; c++) {
                inverse[c] = 1 / factors[c];
            }
            String factor = names.of(value + "_smoothing");
            String smooth = names.of(value + "_smooth");
            graph.initializers().put(factor, OnnxTensor.ofFloats(inverse, inverse.length));
            OnnxNode mul = new OnnxNode("Mul", "", List.of(value, factor), List.of(smooth));
            graph.nodes().add(firstOf(nodes), mul);
            nodes.forEach(node -> node.inputs().set(0, smooth));
        }
        Map<String, String> made = new HashMap<>();
        for (OnnxNode node : nodes) {
            String key = node.input(1) + "/" + transposed(node);
            node.inputs().set(1, made.computeIfAbsent(key, k -> multiplied(node, factors)));
        }
        layers.add(new Layer(value, choice.alpha, choice.before, choice.after, absorbs));
    }

    private int firstOf(List<OnnxNode> nodes) {
        return nodes.stream().mapToInt(graph.nodes()::indexOf).min().orElse(0);
    }

    /** The weight as [channels, columns]. */
    private float[] byChannel(OnnxNode node) {
        OnnxTensor weight = Objects.requireNonNull(weight(node), node.input(1));
        float[] values = weight.floats();
        if (!transposed(node)) {
            return values;
        }
        int columns = Math.toIntExact(weight.dim(0));
        int channels = Math.toIntExact(weight.dim(1));
        float[] turned = new float[values.length];
        for (int n = 0; n < columns; n++) {
            for (int c = 0; c < channels; c++) {
                turned[c * columns + n] = values[n * channels + c];
            }
        }
        return turned;
    }

    private String multiplied(OnnxNode node, float[] factors) {
        OnnxTensor weight = Objects.requireNonNull(weight(node), node.input(1));
        float[] values = weight.floats();
        int columns = values.length / factors.length;
        for (int i = 0; i < values.length; i++) {
            values[i] *= factors[transposed(node) ? i % factors.length : i / columns];
        }
        String name = names.of(node.input(1) + "_smooth");
        graph.initializers().put(name, OnnxTensor.ofFloats(values, weight.dims()));
        return name;
    }

    private String divided(String name, float[] factors) {
        float[] values =
                Objects.requireNonNull(graph.initializers().get(name), name).floats();
        for (int c = 0; c < values.length; c++) {
            values[c] /= factors[c];
        }
        String made = names.of(name + "_smooth");
        graph.initializers().put(made, OnnxTensor.ofFloats(values, values.length));
        return made;
    }

    /** Whether a node is a normalization with constant scale and bias whose result nobody else reads. */
    private boolean absorbs(@Nullable OnnxNode node, String value, List<OnnxNode> nodes) {
        if (node == null) {
            return false;
        }
        boolean norm = (node.op().equals("LayerNormalization") && node.domain().isEmpty())
                || (node.op().equals("SkipLayerNormalization") && node.domain().equals(TransformerFusion.DOMAIN));
        boolean output = graph.outputs().stream().anyMatch(out -> out.name().equals(value));
        if (!norm || output || !node.output(0).equals(value)) {
            return false;
        }
        int channels = channels(nodes.get(0));
        for (int i = scaleInput(node); i < scaleInput(node) + 2; i++) {
            OnnxTensor constant = graph.initializers().get(node.input(i));
            boolean vector = constant != null
                    && constant.type() == ElementType.FLOAT
                    && Arrays.equals(constant.dims(), new long[] {channels});
            if (!vector && !(node.input(i).isEmpty() && i > scaleInput(node))) {
                return false;
            }
        }
        List<OnnxNode> all = consumers.getOrDefault(value, List.of());
        return all.size() == nodes.size()
                && nodes.containsAll(all)
                && nodes.stream()
                        .allMatch(reader ->
                                reader.inputs().stream().filter(value::equals).count() == 1);
    }

    private static int scaleInput(OnnxNode norm) {
        return norm.op().equals("LayerNormalization") ? 1 : 2;
    }
}
