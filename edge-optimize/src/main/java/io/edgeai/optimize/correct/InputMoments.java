package io.edgeai.optimize.correct;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Mean and covariance of what each layer multiplies its weights with, over samples: all that a layer's squared output
 * error depends on. Windows of convolutions are drawn at random positions, several thousand a layer. Immutable;
 * thread-safe.
 */
public final class InputMoments {
    /** Layers of more weights an output than this get their mean only: the covariance would take their square. */
    private static final int LARGEST_DEPTH = 1280;

    private static final int LEAST_ROWS = 2048;
    private static final int MOST_ROWS = 8192;

    private final Map<String, LayerMoments> layers;

    private InputMoments(Map<String, LayerMoments> layers) {
        this.layers = layers;
    }

    /**
     * Runs samples through a graph.
     *
     * @param feeds samples, at least one
     * @param covariance whether the covariance is wanted too: rounding needs it, the correction of biases does not
     * @param seed of the positions drawn
     * @throws OperationCancelledException where the progress listener says so, between samples
     */
    public static InputMoments measure(
            InferenceRuntime runtime,
            OnnxGraph graph,
            List<Map<String, Tensor>> feeds,
            boolean covariance,
            long seed,
            Progress progress) {
        if (feeds.isEmpty()) {
            throw new InvalidInputException("Moments need at least one sample, not (0). Maybe pass 64 typical inputs.");
        }
        List<WeightedLayer> layers = WeightedLayer.of(graph);
        Map<String, Accumulator> sums = new LinkedHashMap<>();
        Set<String> wanted = new TreeSet<>();
        for (WeightedLayer layer : layers) {
            wanted.add(layer.node().input(0));
            sums.put(layer.name(), new Accumulator(layer, covariance && layer.depth() <= LARGEST_DEPTH));
        }
        Random random = new Random(seed);
        try (InferenceSession session = session(runtime, graph, wanted)) {
            for (int sample = 0; sample < feeds.size(); sample++) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException(
                            "Measuring moments was cancelled after (" + sample + ") of " + feeds.size() + " samples.");
                }
                Map<String, Tensor> values = new HashMap<>(feeds.get(sample));
                values.putAll(session.run(feeds.get(sample)));
                for (WeightedLayer layer : layers) {
                    Tensor input = values.get(layer.node().input(0));
                    Accumulator sum = sums.get(layer.name());
                    if (input != null && sum != null) {
                        sum.add(input, feeds.size(), random);
                    }
                }
                progress.update("moments", sample + 1, feeds.size());
            }
        }
        Map<String, LayerMoments> found = new HashMap<>();
        sums.forEach((name, sum) -> {
            if (sum.rows > 0) {
                found.put(name, sum.result());
            }
        });
        return new InputMoments(found);
    }

    private static InferenceSession session(InferenceRuntime runtime, OnnxGraph graph, Set<String> wanted) {
        OnnxGraph copy = graph.copy();
        Set<String> present = new TreeSet<>();
        copy.outputs().forEach(output -> present.add(output.name()));
        copy.inputs().forEach(input -> present.add(input.name()));
        for (String value : wanted) {
            if (present.add(value)) {
                copy.outputs().add(new io.edgeai.core.onnx.OnnxValue(value, null));
            }
        }
        return runtime.open(OnnxWriter.toBytes(copy), SessionOptions.defaults().slots(1));
    }

    /** Moments of the layer whose first output has that name; null where none were taken. */
    @Nullable
    LayerMoments of(String output) {
        return layers.get(output);
    }

    /** Layers with moments, by their first outputs. */
    public Set<String> layers() {
        return Set.copyOf(layers.keySet());
    }

    private static final class Accumulator {
        private final WeightedLayer layer;
        private final double[][] sum;
        private final double[][] products;
        private final List<double[]> buffers = new ArrayList<>();
        private int rows;

        Accumulator(WeightedLayer layer, boolean covariance) {
            this.layer = layer;
            this.sum = new double[layer.groups()][layer.depth()];
            this.products = covariance ? new double[layer.groups()][layer.depth() * layer.depth()] : new double[0][];
            buffers.add(new double[layer.depth()]);
        }

        void add(Tensor input, int samples, Random random) {
            Patches patches = Patches.of(layer, input);
            if (patches == null) {
                return;
            }
            int wanted = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, 8 * layer.depth()));
            int here = Math.min(patches.positions(), (wanted + samples - 1) / samples);
            boolean all = here == patches.positions();
            double[] row = buffers.get(0);
            for (int i = 0; i < here; i++) {
                int position = all ? i : patches.randomPosition(random);
                for (int group = 0; group < layer.groups(); group++) {
                    patches.read(position, group, row);
                    add(row, group);
                }
            }
            rows += here;
        }

        private void add(double[] row, int group) {
            int depth = row.length;
            double[] means = sum[group];
            for (int i = 0; i < depth; i++) {
                means[i] += row[i];
            }
            if (products.length == 0) {
                return;
            }
            double[] square = products[group];
            for (int i = 0; i < depth; i++) {
                double v = row[i];
                if (v != 0) {
                    int at = i * depth;
                    for (int j = 0; j <= i; j++) {
                        square[at + j] += v * row[j];
                    }
                }
            }
        }

        LayerMoments result() {
            for (double[] means : sum) {
                for (int i = 0; i < means.length; i++) {
                    means[i] /= rows;
                }
            }
            int depth = layer.depth();
            for (double[] square : products) {
                for (int i = 0; i < depth; i++) {
                    for (int j = 0; j <= i; j++) {
                        square[i * depth + j] /= rows;
                        square[j * depth + i] = square[i * depth + j];
                    }
                }
            }
            return new LayerMoments(rows, sum, products);
        }
    }
}
