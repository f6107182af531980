package io.edgeai.optimize.prune;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.channels.Layer;
import io.edgeai.optimize.prune.solve.Elimination;
import io.edgeai.optimize.prune.solve.Magnitude;
import io.edgeai.optimize.prune.solve.Ranking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Ranks the channels of every group by an {@link Importance}. */
final class Rankings {
    private final ChannelMap map;
    private final Map<Integer, Double> scores = new HashMap<>();

    private Rankings(ChannelMap map) {
        this.map = map;
    }

    static List<Ranking> of(
            Importance importance,
            ChannelMap map,
            List<ChannelGroup> groups,
            InferenceRuntime runtime,
            List<Map<String, Tensor>> feeds,
            long seed,
            Progress progress) {
        if (importance.needsSamples()) {
            return new Elimination(runtime, map, importance instanceof Importance.Activation)
                    .rank(groups, feeds, seed, progress);
        }
        Rankings rankings = new Rankings(map);
        if (importance instanceof Importance.Magnitude magnitude) {
            rankings.magnitude(magnitude.norm());
        } else if (importance instanceof Importance.BatchNormScale) {
            rankings.batchNorm();
        } else if (importance instanceof Importance.Taylor taylor) {
            rankings.taylor(taylor.gradients());
        } else if (importance instanceof Importance.ByChance chance) {
            Random random = new Random(chance.seed());
            for (int unit = 0; unit < map.units(); unit++) {
                rankings.scores.put(unit, random.nextDouble());
            }
        }
        return groups.stream().map(rankings::ranking).toList();
    }

    private void add(String constant, int axis, double[] sums) {
        int[] units = map.units(constant, axis);
        for (int i = 0; i < Math.min(units.length, sums.length); i++) {
            if (units[i] >= 0) {
                scores.merge(units[i], sums[i], Double::sum);
            }
        }
    }

    private void magnitude(int norm) {
        for (Layer layer : map.layers()) {
            add(
                    layer.weight(),
                    layer.weightOut(),
                    Magnitude.sums(map, layer.weight(), layer.weightOut(), v -> norm == 1 ? Math.abs(v) : v * v));
        }
    }

    private void batchNorm() {
        for (OnnxNode node : map.graph().nodes()) {
            if (node.op().equals("BatchNormalization")) {
                add(node.input(1), 0, Magnitude.sums(map, node.input(1), 0, Math::abs));
            }
        }
        if (scores.isEmpty()) {
            magnitude(2);
        }
    }

    private void taylor(Map<String, OnnxTensor> gradients) {
        Map<String, OnnxTensor> constants = map.graph().initializers();
        gradients.forEach((name, gradient) -> {
            OnnxTensor weight = constants.get(name);
            if (weight == null || weight.type() != ElementType.FLOAT || weight.elements() != gradient.elements()) {
                return;
            }
            float[] w = weight.floats();
            float[] g = gradient.floats();
            for (int axis = 0; axis < weight.rank(); axis++) {
                int[] units = map.units(name, axis);
                int inner = 1;
                for (int i = axis + 1; i < weight.rank(); i++) {
                    inner *= (int) weight.dim(i);
                }
                for (int i = 0; units.length > 0 && i < w.length; i++) {
                    int unit = units[i / inner % units.length];
                    if (unit >= 0) {
                        scores.merge(unit, Math.abs((double) w[i] * g[i]), Double::sum);
                    }
                }
            }
        });
    }

    /** Shares of the group's sum, so that groups compare. */
    private Ranking ranking(ChannelGroup group) {
        List<Integer> order = new ArrayList<>(group.units());
        order.sort(Comparator.comparingDouble(unit -> scores.getOrDefault(unit, 0.0)));
        double total = order.stream()
                .mapToDouble(unit -> scores.getOrDefault(unit, 0.0))
                .sum();
        List<Double> damage = new ArrayList<>(Collections.singletonList(0.0));
        double sum = 0;
        for (int unit : order) {
            sum += total > 0 ? scores.getOrDefault(unit, 0.0) / total : 1.0 / order.size();
            damage.add(sum);
        }
        return new Ranking(group, order, damage);
    }
}
