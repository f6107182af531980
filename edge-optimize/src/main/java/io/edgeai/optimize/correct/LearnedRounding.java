package io.edgeai.optimize.correct;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.quantize.ChannelWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses scales and levels of weights by what they do to each layer's output on samples, instead of rounding to
 * nearest. Worth its time for weights of 4 bits and for one scale a weight; at 8 bits with a scale a channel there is
 * little left to win. Where a layer has a bias the mean error counts for nothing: let {@link BiasCorrection} take it
 * back afterwards. Layers with more than 1280 weights an output, and those the moments lack, get the scale with least
 * squared error and are rounded to nearest. Stateless and thread-safe.
 */
public final class LearnedRounding {
    /** Scales tried: the largest weight at the largest level, times 1 down to this in steps of 1/40. */
    private static final double SMALLEST_SCALE = 0.4;

    private static final int STEPS = 40;

    private LearnedRounding() {}

    /**
     * Levels for the weights of every Conv, Gemm and MatMul, by the weights' names, as {@code StaticQuantizer.weights}
     * takes them. A layer kept float by the settings gets none, nor does a weight that layers read in two layouts: each
     * of them wants its own scales.
     */
    public static Map<String, ChannelWeights> of(
            OnnxGraph graph, InputMoments moments, QuantizeSettings settings, Progress progress) {
        Map<String, List<WeightedLayer>> readers = new LinkedHashMap<>();
        for (WeightedLayer layer : WeightedLayer.of(graph)) {
            if (!settings.keepFloat().contains(layer.name())) {
                readers.computeIfAbsent(layer.weightName(), key -> new ArrayList<>())
                        .add(layer);
            }
        }
        readers.values()
                .removeIf(layers -> layers.stream()
                                .map(layer -> List.of(layer.depth(), layer.axis()))
                                .distinct()
                                .count()
                        > 1);
        Map<String, ChannelWeights> levels = new LinkedHashMap<>();
        readers.forEach((name, layers) -> {
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Rounding was cancelled after (" + levels.size() + ") of " + readers.size() + " weights.");
            }
            levels.put(name, one(graph, layers, moments, settings));
            progress.update("round", levels.size(), readers.size());
        });
        return levels;
    }

    private static ChannelWeights one(
            OnnxGraph graph, List<WeightedLayer> readers, InputMoments moments, QuantizeSettings settings) {
        WeightedLayer layer = readers.get(0);
        int depth = layer.depth();
        Rounding[] roundings = new Rounding[layer.groups()];
        for (int group = 0; group < layer.groups(); group++) {
            double[] h = second(graph, readers, moments, group);
            roundings[group] = h == null ? null : new Rounding(h, depth);
        }
        float[] stored = layer.weight().floats();
        int top = settings.top();
        double[][] rows = new double[layer.outputs()][depth];
        double[] scales = new double[layer.outputs()];
        for (int m = 0; m < rows.length; m++) {
            for (int d = 0; d < depth; d++) {
                rows[m][d] = stored[layer.index(m, d)];
            }
        }
        if (settings.perChannel()) {
            for (int m = 0; m < rows.length; m++) {
                scales[m] = scale(new double[][] {rows[m]}, new Rounding[] {roundings[layer.group(m)]}, top);
            }
        } else {
            Rounding[] each = new Rounding[rows.length];
            for (int m = 0; m < each.length; m++) {
                each[m] = roundings[layer.group(m)];
            }
            java.util.Arrays.fill(scales, scale(rows, each, top));
        }
        byte[] levels = new byte[stored.length];
        for (int m = 0; m < rows.length; m++) {
            float scale = (float) scales[m];
            Rounding rounding = roundings[layer.group(m)];
            int[] row = rounding == null ? nearest(rows[m], scale, top) : rounding.levels(rows[m], scale, top);
            for (int d = 0; d < depth; d++) {
                levels[layer.index(m, d)] = (byte) row[d];
            }
        }
        int axis = settings.perChannel() ? layer.axis() : ChannelWeights.PER_TENSOR;
        float[] stepSizes = new float[settings.perChannel() ? scales.length : 1];
        for (int m = 0; m < stepSizes.length; m++) {
            stepSizes[m] = (float) scales[m];
        }
        return ChannelWeights.ofLevels(levels, stepSizes, layer.weight().dims(), axis);
    }

    /** Sum over all layers that read the weight; null where moments lack. */
    private static double @Nullable [] second(
            OnnxGraph graph, List<WeightedLayer> readers, InputMoments moments, int group) {
        double[] sum = null;
        for (WeightedLayer reader : readers) {
            LayerMoments found = moments.of(reader.name());
            if (found == null || !found.hasProducts() || reader.groups() <= group) {
                return null;
            }
            double[] here = shrunk(
                    reader.bias(graph) == null ? found.products(group) : found.covariance(group),
                    reader.depth(),
                    found.rows());
            if (sum == null) {
                sum = here;
            } else {
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += here[i];
                }
            }
        }
        return sum;
    }

    /** Of few rows only the diagonal can be trusted: what stands beside it counts by rows / (rows + depth). */
    private static double[] shrunk(double[] square, int depth, int rows) {
        double trust = rows / (double) (rows + depth);
        double[] shrunk = new double[square.length];
        for (int i = 0; i < depth; i++) {
            for (int j = 0; j < depth; j++) {
                shrunk[i * depth + j] = square[i * depth + j] * (i == j ? 1 : trust);
            }
        }
        return shrunk;
    }

    /** The scale with least error of rounding to nearest, each weight counted by its importance. */
    private static double scale(double[][] rows, @Nullable Rounding[] roundings, int top) {
        double largest = 0;
        for (double[] row : rows) {
            for (double weight : row) {
                largest = Math.max(largest, Math.abs(weight));
            }
        }
        double whole = largest / top;
        if (!((float) whole >= Float.MIN_NORMAL)) {
            return 1;
        }
        double best = whole;
        double least = Double.POSITIVE_INFINITY;
        for (int step = STEPS; step >= SMALLEST_SCALE * STEPS; step--) {
            double scale = (float) (whole * step / STEPS);
            double cost = 0;
            for (int m = 0; m < rows.length; m++) {
                Rounding rounding = roundings[m];
                for (int d = 0; d < rows[m].length; d++) {
                    double level = Math.max(-top, Math.min(top, Math.rint(rows[m][d] / scale)));
                    double error = rows[m][d] - scale * level;
                    cost += error * error * (rounding == null ? 1 : rounding.importance(d));
                }
            }
            if (cost < least) {
                least = cost;
                best = scale;
            }
        }
        return best;
    }

    private static int[] nearest(double[] row, double scale, int top) {
        int[] levels = new int[row.length];
        for (int d = 0; d < levels.length; d++) {
            levels[d] = (int) Math.max(-top, Math.min(top, Math.rint(row[d] / scale)));
        }
        return levels;
    }
}
