package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.PrunableNets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Solved weights answer closer to the original than cut ones, on inputs they were not solved on. */
class ReconstructionTest {
    private static List<Map<String, Tensor>> feeds(int count, long seed, long... shape) {
        Random random = new Random(seed);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            feeds.add(Map.of("x", Ort.tensor(random, shape)));
        }
        return feeds;
    }

    private static double error(OnnxGraph a, OnnxGraph b, List<Map<String, Tensor>> feeds) {
        double sum = 0;
        double scale = 0;
        for (Map<String, Tensor> feed : feeds) {
            float[] x = Ort.run(a, feed).get("y").floats();
            float[] y = Ort.run(b, feed).get("y").floats();
            for (int i = 0; i < x.length; i++) {
                sum += (x[i] - y[i]) * (x[i] - y[i]);
                scale += x[i] * x[i];
            }
        }
        return sum / scale;
    }

    private static BitSet someOf(ChannelMap map, long seed) {
        Random random = new Random(seed);
        BitSet removed = new BitSet();
        for (ChannelGroup group : map.groups()) {
            for (int i = 0; i < group.width() / 4; i++) {
                removed.set(group.units().get(random.nextInt(group.width())));
            }
        }
        return removed;
    }

    @Test
    void convolutionalNetsOfEveryKind() {
        double cut = 0;
        double solved = 0;
        for (long seed = 0; seed < 6; seed++) {
            OnnxGraph graph = PrunableNets.convolutional(seed);
            ChannelMap map = ChannelMap.of(graph);
            BitSet removed = someOf(map, seed);
            OnnxGraph pruned = map.without(removed);
            List<Map<String, Tensor>> fresh = feeds(4, 99, 2, 3, 8, 8);
            double before = error(graph, pruned, fresh);
            int layers = new Reconstruction(Ort.runtime())
                    .solve(map, removed, pruned, feeds(48, seed, 1, 3, 8, 8), seed, Progress.NONE);
            double after = error(graph, pruned, fresh);
            assertThat(layers).as("seed " + seed).isPositive();
            assertThat(after).as("seed " + seed).isLessThan(before);
            cut += before;
            solved += after;
        }
        assertThat(solved).isLessThan(0.5 * cut);
    }

    @Test
    void transformers() {
        OnnxGraph graph = PrunableNets.transformer(4, 1);
        ChannelMap map = ChannelMap.of(graph);
        BitSet removed = someOf(map, 1);
        OnnxGraph pruned = map.without(removed);
        List<Map<String, Tensor>> fresh = feeds(8, 99, 2, 6, 32);
        double before = error(graph, pruned, fresh);
        new Reconstruction(Ort.runtime()).solve(map, removed, pruned, feeds(96, 1, 4, 6, 32), 1, Progress.NONE);
        assertThat(error(graph, pruned, fresh)).isLessThan(0.8 * before);
    }

    @Test
    void aBranchThatIsGoneIsMadeUpForByTheLayersAfterIt() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 6);
        float[] weak = graph.initializers().get("c3_w").floats();
        for (int i = 0; i < weak.length; i++) {
            weak[i] *= 0.2f;
        }
        graph.initializers().put("c3_w", io.edgeai.core.onnx.OnnxTensor.ofFloats(weak, 16, 16, 3, 3));
        ChannelMap map = ChannelMap.of(graph);
        BitSet inner = ChannelMap.set(map.groups().get(1).units());
        OnnxGraph pruned = map.without(inner, false);
        List<Map<String, Tensor>> fresh = feeds(8, 99, 2, 3, 8, 8);
        double before = error(graph, pruned, fresh);
        new Reconstruction(Ort.runtime()).solve(map, inner, pruned, feeds(128, 3, 1, 3, 8, 8), 1, Progress.NONE);
        assertThat(pruned.nodes()).hasSize(5);
        assertThat(error(graph, pruned, fresh)).isLessThan(before);
    }

    @Test
    void nothingRemovedChangesNothing() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 6);
        ChannelMap map = ChannelMap.of(graph);
        OnnxGraph pruned = map.without(new BitSet());
        assertThat(new Reconstruction(Ort.runtime())
                        .solve(map, new BitSet(), pruned, feeds(4, 3, 1, 3, 8, 8), 1, Progress.NONE))
                .isZero();
        assertThat(error(graph, pruned, feeds(2, 1, 1, 3, 8, 8))).isLessThan(1e-12);
    }
}
