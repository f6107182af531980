package io.edgeai.optimize.prune.solve;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.channels.Layer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ranks channels by what their loss costs the layers that read them, after least squares has made up for it, measured
 * on samples: a greedy backward elimination. Harm is the share of variance lost, summed over the layers, times the
 * group's weight: how much the model's answers move for it, tried with a quarter of the group gone. Layers of more than {@link #MOST_FEATURES} features count each feature for itself. Stateless.
 */
public final class Elimination {
    /** Features up to which a layer's whole covariance is used. */
    static final int MOST_FEATURES = 1536;

    private static final double RIDGE = 1e-3;
    private static final int VALUES_AT_ONCE = 24;
    private static final int TRIALS = 32;

    private final InferenceRuntime runtime;
    private final ChannelMap map;
    private final boolean independent;

    /** @param independent whether features are taken as independent of each other, as variance times squared weight */
    public Elimination(InferenceRuntime runtime, ChannelMap map, boolean independent) {
        this.runtime = runtime;
        this.map = map;
        this.independent = independent;
    }

    /** What is known of a layer. */
    private record Known(
            Layer layer, Features features, Target target, @Nullable OnnxTensor bias, Moments moments, Moments sum) {}

    /**
     * The groups' rankings.
     *
     * @throws OperationCancelledException where the listener says so, between samples and groups
     */
    public List<Ranking> rank(
            List<ChannelGroup> groups, List<Map<String, Tensor>> feeds, long seed, Progress progress) {
        Map<Layer, Known> known = observe(feeds, seed, progress);
        List<Ranking> rankings = new ArrayList<>();
        Trial trial = new Trial(runtime, map.graph(), feeds.subList(0, Math.min(TRIALS, feeds.size())));
        for (ChannelGroup group : groups) {
            stop(progress, "ranking channels");
            rankings.add(rank(group, known, trial));
            progress.update("rank channels", rankings.size(), groups.size());
        }
        return rankings;
    }

    private Map<Layer, Known> observe(List<Map<String, Tensor>> feeds, long seed, Progress progress) {
        Shapes shapes = ShapeInference.infer(map.graph());
        Map<String, List<OnnxNode>> consumers = map.graph().consumers();
        Map<Layer, Known> known = new LinkedHashMap<>();
        for (Layer layer : map.layers()) {
            Features features = Features.of(layer, map.graph());
            boolean reads =
                    Arrays.stream(map.units(layer.weight(), layer.weightIn())).anyMatch(unit -> unit >= 0);
            if (features != null && reads) {
                Target target = Target.of(layer, map.graph(), shapes, consumers);
                int size = diagonal(features) ? 0 : features.size();
                known.put(
                        layer,
                        new Known(
                                layer,
                                features,
                                target,
                                map.graph().initializers().get(target.bias()),
                                new Moments(size, diagonal(features) ? features.size() : 0),
                                new Moments(0, features.outputs())));
            }
        }
        List<Known> all = List.copyOf(known.values());
        int done = 0;
        for (int from = 0; from < all.size(); from += VALUES_AT_ONCE) {
            List<Known> part = all.subList(from, Math.min(all.size(), from + VALUES_AT_ONCE));
            Set<String> values = new LinkedHashSet<>();
            part.forEach(each -> values.addAll(List.of(each.layer.input(), each.target.value())));
            try (Gram gram = new Gram(runtime);
                    Taps taps = new Taps(runtime, map.graph(), values)) {
                for (int sample = 0; sample < feeds.size(); sample++) {
                    stop(progress, "observing activations");
                    Map<String, Tensor> run = taps.run(feeds.get(sample));
                    for (Known each : part) {
                        see(gram, each, run, sample, feeds.size(), seed);
                    }
                }
                part.forEach(each -> each.moments.flush(gram));
            }
            done += part.size();
            progress.update("observe layers", done, all.size());
        }
        return known;
    }

    private boolean diagonal(Features features) {
        return independent || features.size() > MOST_FEATURES;
    }

    private void see(Gram gram, Known known, Map<String, Tensor> run, int sample, int samples, long seed) {
        Tensor x = Taps.get(run, known.layer.input());
        Tensor y = Taps.get(run, known.target.value());
        if (x.type() != ElementType.FLOAT) {
            return;
        }
        Features features = known.features;
        long[] rows = Rows.forFeatures(features.size(), samples, seed).of(sample, features.positions(x.shape()));
        FloatBuffer in = x.buffer().asFloatBuffer();
        FloatBuffer out = y.buffer().asFloatBuffer();
        float[] read = new float[rows.length * features.size()];
        float[] results = new float[rows.length * features.outputs()];
        for (int r = 0; r < rows.length; r++) {
            features.read(in, x.shape(), rows[r], read, r * features.size());
            features.results(out, y.shape(), rows[r], results, r * features.outputs());
        }
        known.sum.addSquares(results, rows.length);
        if (diagonal(features)) {
            known.moments.addSquares(read, rows.length);
        } else {
            known.moments.add(gram, read, new float[0], rows.length);
        }
    }

    private Ranking rank(ChannelGroup group, Map<Layer, Known> known, Trial trial) {
        Map<Integer, Integer> place = new HashMap<>();
        for (int i = 0; i < group.width(); i++) {
            place.put(group.units().get(i), i);
        }
        Map<Known, Reader> readers = new LinkedHashMap<>();
        double[] flat = new double[group.width()];
        for (Layer layer : map.layers()) {
            int[] units = map.units(layer.weight(), layer.weightIn());
            if (Arrays.stream(units).noneMatch(place::containsKey)) {
                continue;
            }
            Known seen = known.get(layer);
            if (seen == null || seen.sum.rows == 0) {
                Magnitude.add(map, layer.weight(), layer.weightIn(), place, flat);
            } else if (diagonal(seen.features)) {
                independent(seen, units, place, flat);
            } else {
                readers.put(seen, reader(seen, units, place));
            }
        }
        return eliminate(group, readers, flat, trial);
    }

    private static Reader reader(Known seen, int[] units, Map<Integer, Integer> place) {
        int n = seen.features.size();
        double[] covariance = seen.moments.covariance(true);
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += covariance[i * n + i];
        }
        for (int i = 0; i < n; i++) {
            covariance[i * n + i] += Math.max(RIDGE * trace / n, 1e-12);
        }
        List<List<Integer>> rows = new ArrayList<>();
        place.forEach((unit, at) -> rows.add(new ArrayList<>()));
        int block = seen.features.block();
        for (int c = 0; c < units.length; c++) {
            Integer at = place.get(units[c]);
            for (int i = 0; at != null && i < block; i++) {
                rows.get(at).add(c * block + i);
            }
        }
        int[][] ofUnit = rows.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        return new Reader(covariance, seen.features.matrix(), seen.features.outputs(), seen.sum.spread(), ofUnit);
    }

    private static void independent(Known seen, int[] units, Map<Integer, Integer> place, double[] flat) {
        double[] weights = seen.features.matrix();
        int block = seen.features.block();
        int outputs = seen.features.outputs();
        double scale = 1 / Math.max(seen.sum.spread(), 1e-12);
        for (int c = 0; c < units.length; c++) {
            Integer at = place.get(units[c]);
            for (int i = 0; at != null && i < block; i++) {
                int row = c * block + i;
                double squares = 0;
                for (int o = 0; o < outputs; o++) {
                    squares += weights[row * outputs + o] * weights[row * outputs + o];
                }
                flat[at] += squares * seen.moments.spread(row) * scale;
            }
        }
    }

    private static Ranking eliminate(ChannelGroup group, Map<Known, Reader> readers, double[] flat, Trial trial) {
        int width = group.width();
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            left.add(i);
        }
        List<Integer> order = new ArrayList<>();
        List<Double> damage = new ArrayList<>(List.of(0.0));
        int tried = Math.max(1, width / 4);
        double weight = 1;
        while (!left.isEmpty()) {
            int best = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int unit : left) {
                double cost = flat[unit];
                for (Reader reader : readers.values()) {
                    cost += reader.cost(unit);
                }
                if (cost < least || best < 0) {
                    least = cost;
                    best = unit;
                }
            }
            int gone = best;
            left.remove(Integer.valueOf(gone));
            if (!left.isEmpty()) {
                readers.values().forEach(reader -> reader.remove(gone));
            }
            order.add(group.units().get(gone));
            damage.add(damage.get(damage.size() - 1) + least);
            double harm = damage.get(damage.size() - 1);
            if (order.size() == tried && !readers.isEmpty() && harm > 1e-9) {
                weight = trial.harm(constants(readers)) / harm;
            }
        }
        double factor = weight;
        return new Ranking(
                group, order, damage.stream().map(harm -> harm * factor).toList());
    }

    /** Weights and biases of the readers as they are now. */
    private static Map<String, OnnxTensor> constants(Map<Known, Reader> readers) {
        Map<String, OnnxTensor> constants = new LinkedHashMap<>();
        readers.forEach((known, reader) -> {
            double[] now = reader.weights();
            double[] before = known.features.matrix();
            constants.put(known.layer.weight(), known.features.stored(now));
            OnnxTensor bias = known.bias;
            if (bias != null) {
                int outputs = known.features.outputs();
                float[] shifted = spread(bias.floats(), outputs);
                for (int i = 0; i < now.length; i++) {
                    shifted[i % outputs] += (float) (known.moments.meanX(i / outputs) * (before[i] - now[i]));
                }
                constants.put(known.target.bias(), OnnxTensor.ofFloats(shifted, outputs));
            }
        });
        return constants;
    }

    /** A bias of one number counts for every result. */
    private static float[] spread(float[] bias, int outputs) {
        float[] each = new float[outputs];
        for (int o = 0; o < outputs; o++) {
            each[o] = bias[bias.length == 1 ? 0 : o];
        }
        return each;
    }

    private static void stop(Progress progress, String what) {
        if (progress.cancelled()) {
            throw new OperationCancelledException("Pruning was cancelled while " + what + ".");
        }
    }
}
