package io.edgeai.optimize.correct;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.optimize.quantize.HalfWeights;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Rounds weights to what 16-bit floats hold so that each layer's output on samples changes least: one weight after the
 * other, what rounding it adds to the output taken back by those to come (E. Frantar et al., GPTQ, 2022). Each becomes
 * one of the two 16-bit floats around it, so that inputs unlike the samples are no worse off. The bias goes first, as
 * the weight of an input that is always 1, then weights from the largest to the smallest: small ones have the finest
 * steps. Stateless and thread-safe.
 */
public final class HalfRounding {
    /** Up to this many weights each output has its own order; beyond, all outputs of a group share one. */
    private static final int OWN_ORDER = 200;

    private static final double DAMPING = 0.01;
    private static final float LARGEST = 65504;

    private HalfRounding() {}

    /**
     * A copy whose layers have weights and biases that {@link HalfWeights} stores without loss. Layers whose covariance
     * the moments lack, whose weights other nodes read too or do not fit the range stay as they are.
     *
     * @throws OperationCancelledException where the progress listener says so, between layers
     */
    public static OnnxGraph apply(OnnxGraph graph, InputMoments moments, Progress progress) {
        return apply(graph, moments, Set.of(), progress);
    }

    /**
     * As {@link #apply(OnnxGraph, InputMoments, Progress)}, without constants that stay in 32 bits: layers with such
     * weights stay as they are; such a bias takes in what the weights leave, so that the mean output is exact.
     *
     * @param kept names of those constants; biases too short to be stored in 16 bits are kept anyway
     */
    public static OnnxGraph apply(OnnxGraph graph, InputMoments moments, Set<String> kept, Progress progress) {
        OnnxGraph copy = graph.copy();
        FreshNames names = new FreshNames(copy);
        Map<String, Integer> readers = new HashMap<>();
        copy.nodes().forEach(node -> node.reads().forEach(name -> readers.merge(name, 1, Integer::sum)));
        List<WeightedLayer> layers = WeightedLayer.of(copy);
        int done = 0;
        for (WeightedLayer layer : layers) {
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Rounding was cancelled after (" + done + ") of " + layers.size() + " layers.");
            }
            LayerMoments found = moments.of(layer.name());
            boolean own = readers.getOrDefault(layer.weightName(), 0) == 1;
            if (found != null && found.hasProducts() && own && !kept.contains(layer.weightName())) {
                String bias = layer.node().input(2);
                boolean keptBias = kept.contains(bias) && readers.getOrDefault(bias, 0) == 1;
                round(copy, names, layer, found, keptBias);
            }
            progress.update("round to 16 bits", ++done, layers.size());
        }
        Cleanup.deadCode(copy);
        return copy;
    }

    private static void round(
            OnnxGraph graph, FreshNames names, WeightedLayer layer, LayerMoments moments, boolean keptBias) {
        float[] weights = layer.weight().floats();
        float[] bias = layer.node().input(2).isEmpty() ? null : layer.bias(graph);
        if (!fits(weights) || (bias != null && !fits(bias))) {
            return;
        }
        int depth = layer.depth();
        int size = bias == null ? depth : depth + 1;
        int rows = layer.outputs() / layer.groups();
        for (int group = 0; group < layer.groups(); group++) {
            double[] h = products(moments, group, depth, size);
            double[][] values = new double[rows][size];
            for (int r = 0; r < rows; r++) {
                for (int d = 0; d < depth; d++) {
                    values[r][d] = weights[layer.index(group * rows + r, d)];
                }
                if (bias != null) {
                    values[r][depth] = bias[group * rows + r];
                }
            }
            round(values, h, depth, keptBias || (bias != null && bias.length < HalfWeights.LEAST_ELEMENTS));
            for (int r = 0; r < rows; r++) {
                for (int d = 0; d < depth; d++) {
                    weights[layer.index(group * rows + r, d)] = (float) values[r][d];
                }
                if (bias != null) {
                    bias[group * rows + r] = (float) values[r][depth];
                }
            }
        }
        graph.initializers()
                .put(
                        layer.weightName(),
                        OnnxTensor.ofFloats(weights, layer.weight().dims()));
        if (bias != null && keptBias) {
            graph.initializers().put(layer.node().input(2), OnnxTensor.ofFloats(bias, bias.length));
        } else if (bias != null) {
            layer.setBias(graph, names, bias);
        }
    }

    private static boolean fits(float[] values) {
        for (float value : values) {
            if (!(Math.abs(value) < LARGEST)) {
                return false;
            }
        }
        return true;
    }

    /** E[v·vᵀ] of the input v, with a last element 1 where {@code size} is {@code depth} + 1. */
    private static double[] products(LayerMoments moments, int group, int depth, int size) {
        double[] given = moments.products(group);
        double[] mean = moments.mean(group);
        double trace = 0;
        for (int i = 0; i < depth; i++) {
            trace += given[i * depth + i];
        }
        double[] h = new double[size * size];
        for (int i = 0; i < depth; i++) {
            System.arraycopy(given, i * depth, h, i * size, depth);
            h[i * size + i] += DAMPING * trace / depth + Double.MIN_NORMAL;
            if (size > depth) {
                h[i * size + depth] = mean[i];
                h[depth * size + i] = mean[i];
            }
        }
        if (size > depth) {
            h[depth * size + depth] = 1;
        }
        return h;
    }

    /**
     * Rounds each row.
     *
     * @param depth index of the bias, where the rows have one
     * @param exact whether the bias is no 16-bit float; it then comes last instead of first
     */
    private static void round(double[][] rows, double[] h, int depth, boolean exact) {
        int size = rows[0].length;
        int[] order = {};
        double[] factor = {};
        for (double[] row : rows) {
            if (order.length == 0 || size <= OWN_ORDER) {
                order = order(size <= OWN_ORDER ? new double[][] {row} : rows, depth, exact);
                factor = SymmetricMatrix.inverseCholesky(permuted(h, order), size);
            }
            double[] given = row.clone();
            for (int i = 0; i < size; i++) {
                double wanted = row[order[i]];
                float kept = exact && order[i] == depth ? (float) wanted : neighbour(given[order[i]], wanted);
                double error = (wanted - kept) / factor[i * size + i];
                row[order[i]] = kept;
                for (int j = i + 1; j < size; j++) {
                    row[order[j]] -= error * factor[i * size + j];
                }
            }
        }
    }

    /** The one of the two 16-bit floats around {@code given} that is nearer to {@code wanted}. */
    private static float neighbour(double given, double wanted) {
        short bits = HalfWeights.half((float) given);
        float near = OnnxFloats.half(bits);
        if (near == given) {
            return near;
        }
        boolean outward = Math.abs(near) < Math.abs(given);
        float other = OnnxFloats.half((short) (bits + (outward ? 1 : -1)));
        boolean better = Math.abs(other - wanted) < Math.abs(near - wanted) && !Float.isInfinite(other);
        return better ? other : near;
    }

    private static int[] order(double[][] rows, int depth, boolean exact) {
        double[] size = new double[rows[0].length];
        double ofBias = exact ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        for (double[] row : rows) {
            for (int i = 0; i < size.length; i++) {
                size[i] += i == depth ? ofBias : Math.abs(row[i]);
            }
        }
        return IntStream.range(0, size.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -size[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    private static double[] permuted(double[] h, int[] order) {
        int size = order.length;
        double[] permuted = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                permuted[i * size + j] = h[order[i] * size + order[j]];
            }
        }
        return permuted;
    }
}
