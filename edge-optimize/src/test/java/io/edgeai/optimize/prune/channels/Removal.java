package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Removes random channels of a graph and compares with the graph whose channels are at zero. */
final class Removal {
    private Removal() {}

    /** Random units of every group, as many as leave every axis an index. */
    static BitSet random(ChannelMap map, Random random) {
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
        return removed;
    }

    /** Checks 12 random removals: answers, their shapes, the count of multiplications. */
    static void isExact(OnnxGraph graph) {
        ChannelMap map = ChannelMap.of(graph);
        int most = 0;
        for (long seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            BitSet removed = random(map, random);
            Map<String, Tensor> feed = new LinkedHashMap<>();
            for (OnnxValue input : graph.inputs()) {
                feed.put(input.name(), Ort.tensor(random, sizes(input)));
            }
            OnnxGraph pruned = map.without(removed);
            Map<String, Tensor> expected = Ort.run(Masks.masked(map, removed), feed);
            Map<String, Tensor> actual = Ort.run(pruned, feed);
            String of = "seed " + seed + ", without " + removed;
            expected.forEach((name, tensor) -> {
                assertThat(actual.get(name).shape()).as(of).isEqualTo(tensor.shape());
                assertThat(Ort.maxDifference(actual.get(name), tensor)).as(of).isLessThan(2e-5);
            });
            assertThat(map.macs(removed)).as(of).isEqualTo(CostModel.of(pruned).macs());
            most = Math.max(most, removed.cardinality());
        }
        assertThat(most).as("channels that went").isPositive();
    }

    private static long[] sizes(OnnxValue input) {
        io.edgeai.core.onnx.OnnxType.OfTensor type = (io.edgeai.core.onnx.OnnxType.OfTensor) input.type();
        return type.shape().stream()
                .mapToLong(dim -> dim.known() ? dim.size() : 2)
                .toArray();
    }

    /** Units of an axis with the first occurrence of each counted from 0, so that ties can be written by hand. */
    static List<Integer> pattern(ChannelMap map, String value, int axis) {
        Map<Integer, Integer> seen = new LinkedHashMap<>();
        return Arrays.stream(map.units(value, axis))
                .mapToObj(unit -> unit < 0 ? -1 : seen.computeIfAbsent(unit, key -> seen.size()))
                .toList();
    }
}
