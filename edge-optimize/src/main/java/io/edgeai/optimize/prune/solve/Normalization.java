package io.edgeai.optimize.prune.solve;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.runtime.InferenceRuntime;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts batch normalization back after the convolutions of a model whose normalization was folded away. The model answers
 * as before, but can be trained at usual rates: without normalization a deep network's loss is so steep that it diverges.
 * Stateless.
 */
public final class Normalization {
    private static final float EPSILON = 1e-5f;
    private static final double LENGTH = 2;

    private Normalization() {}

    /**
     * A copy in which every Conv that no normalization follows is normalized by the mean and variance it has on samples;
     * its filters get length 2, as training with weight decay leaves them, which sets how far a step turns them. The graph given is left as it is.
     *
     * @throws InvalidInputException where there are no samples
     */
    public static OnnxGraph inserted(OnnxGraph graph, InferenceRuntime runtime, List<Map<String, Tensor>> feeds) {
        if (feeds.isEmpty()) {
            throw new InvalidInputException("Normalization needs samples, not (0). Maybe pass 64 typical inputs.");
        }
        Map<String, List<OnnxNode>> consumers = graph.consumers();
        Map<OnnxNode, double[][]> known = new LinkedHashMap<>();
        for (OnnxNode node : graph.nodes()) {
            OnnxTensor weight = graph.initializers().get(node.input(1));
            boolean fits = node.op().equals("Conv")
                    && weight != null
                    && weight.type() == ElementType.FLOAT
                    && consumers.getOrDefault(node.input(1), List.of()).size() == 1
                    && (node.input(2).isEmpty() || graph.initializers().containsKey(node.input(2)))
                    && consumers.getOrDefault(node.output(0), List.of()).stream()
                            .noneMatch(reader -> reader.op().equals("BatchNormalization"))
                    && graph.outputs().stream().noneMatch(out -> out.name().equals(node.output(0)));
            if (weight != null && fits) {
                known.put(node, new double[2][(int) weight.dim(0)]);
            }
        }
        measure(graph, runtime, feeds, known);
        OnnxGraph result = graph.copy();
        FreshNames names = new FreshNames(result);
        Map<String, OnnxNode> producers = result.producers();
        known.forEach((node, moments) -> insert(result, names, producers.getOrDefault(node.output(0), node), moments));
        return result;
    }

    /** Means and variances of the convolutions' results, channel by channel. */
    private static void measure(
            OnnxGraph graph,
            InferenceRuntime runtime,
            List<Map<String, Tensor>> feeds,
            Map<OnnxNode, double[][]> known) {
        Map<OnnxNode, Long> counts = new LinkedHashMap<>();
        List<String> values = new ArrayList<>();
        known.keySet().forEach(node -> values.add(node.output(0)));
        try (Taps taps = new Taps(runtime, graph, values)) {
            for (Map<String, Tensor> feed : feeds) {
                Map<String, Tensor> run = taps.run(feed);
                known.forEach((node, sums) -> {
                    Tensor y = Taps.get(run, node.output(0));
                    FloatBuffer data = y.buffer().asFloatBuffer();
                    int channels = sums[0].length;
                    int plane = (int) (y.elements() / y.shape()[0] / channels);
                    for (int i = 0; i < y.elements(); i++) {
                        double value = data.get(i);
                        int c = i / plane % channels;
                        sums[0][c] += value;
                        sums[1][c] += value * value;
                    }
                    counts.merge(node, y.elements() / channels, Long::sum);
                });
            }
        }
        known.forEach((node, sums) -> {
            double count = counts.getOrDefault(node, 1L);
            for (int c = 0; c < sums[0].length; c++) {
                sums[0][c] /= count;
                sums[1][c] = Math.max(0, sums[1][c] / count - sums[0][c] * sums[0][c]);
            }
        });
    }

    private static void insert(OnnxGraph graph, FreshNames names, OnnxNode conv, double[][] moments) {
        OnnxTensor weight = graph.initializers().get(conv.input(1));
        OnnxTensor given = graph.initializers().get(conv.input(2));
        if (weight == null) {
            return;
        }
        int channels = moments[0].length;
        float[] filters = weight.floats();
        float[] bias = given == null ? new float[channels] : given.floats();
        int slice = filters.length / channels;
        float[][] parts = new float[4][channels];
        for (int c = 0; c < channels; c++) {
            double length = 0;
            for (int i = c * slice; i < (c + 1) * slice; i++) {
                length += (double) filters[i] * filters[i];
            }
            length = Math.max(1e-6, Math.sqrt(length)) / LENGTH;
            for (int i = c * slice; i < (c + 1) * slice; i++) {
                filters[i] = (float) (filters[i] / length);
            }
            double variance = moments[1][c] / length / length;
            parts[0][c] = (float) (Math.sqrt(variance + EPSILON) * length);
            parts[1][c] = (float) moments[0][c];
            parts[2][c] = (float) ((moments[0][c] - bias[c]) / length);
            parts[3][c] = (float) variance;
        }
        graph.initializers().put(conv.input(1), OnnxTensor.ofFloats(filters, weight.dims()));
        while (conv.inputs().size() > 2) {
            conv.inputs().remove(2);
        }
        String result = conv.output(0);
        String raw = names.of(result + "_raw");
        conv.outputs().set(0, raw);
        List<String> inputs = new ArrayList<>(List.of(raw));
        for (String part : List.of("scale", "offset", "mean", "variance")) {
            String name = names.of(result + "_" + part);
            inputs.add(name);
            graph.initializers().put(name, OnnxTensor.ofFloats(parts[inputs.size() - 2], channels));
        }
        OnnxNode normalize =
                new OnnxNode("BatchNormalization", "", inputs, Arrays.asList(result)).attribute("epsilon", EPSILON);
        graph.nodes().add(graph.nodes().indexOf(conv) + 1, normalize);
    }
}
