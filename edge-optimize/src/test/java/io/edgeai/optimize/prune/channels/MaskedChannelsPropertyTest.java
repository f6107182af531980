package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.PrunableNets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Removing channels gives what zeroing all their weights in the original gives, up to rounding. */
class MaskedChannelsPropertyTest {
    @Test
    void randomConvolutionalNets() {
        for (long seed = 0; seed < 60; seed++) {
            OnnxGraph graph = PrunableNets.convolutional(seed);
            check(graph, seed, Ort.tensor(new Random(seed), 2, 3, 8, 8));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13})
    void everyKindOfTieAlone(int kind) {
        for (long seed = 100; seed < 104; seed++) {
            OnnxGraph graph = PrunableNets.of(seed, kind, 0);
            assertThat(check(graph, seed, Ort.tensor(new Random(seed), 2, 3, 8, 8)))
                    .as("channels of kind " + kind + " can go")
                    .isPositive();
        }
    }

    @Test
    void transformersLoseHeadsAndHiddenUnits() {
        for (long seed = 0; seed < 6; seed++) {
            check(PrunableNets.transformer(seed, 2), seed, Ort.tensor(new Random(seed), 2, 6, 32));
        }
    }

    private static int check(OnnxGraph graph, long seed, Tensor x) {
        ChannelMap map = ChannelMap.of(graph);
        Random random = new Random(seed);
        BitSet removed = new BitSet();
        for (ChannelGroup group : map.groups()) {
            List<Integer> units = new ArrayList<>(group.units());
            Collections.shuffle(units, random);
            for (int unit : units.subList(0, random.nextInt(1 + units.size()))) {
                removed.set(unit);
                if (!map.viable(removed)) {
                    removed.clear(unit);
                }
            }
        }
        OnnxGraph pruned = map.without(removed);
        Tensor expected = Ort.run(Masks.masked(map, removed), Map.of("x", x)).get("y");
        Tensor actual = Ort.run(pruned, Map.of("x", x)).get("y");
        assertThat(actual.shape()).as("seed " + seed).isEqualTo(expected.shape());
        assertThat(Ort.maxDifference(actual, expected)).as("seed " + seed).isLessThan(2e-5);
        assertThat(map.macs(removed))
                .as("MACs, seed " + seed)
                .isEqualTo(CostModel.of(pruned).macs());
        assertThat(CostModel.of(pruned).parameters())
                .as("parameters, seed " + seed)
                .isLessThanOrEqualTo(CostModel.of(graph).parameters());
        return map.units();
    }
}
