package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.PackedAttention;
import io.edgeai.optimize.testing.PackedAttention.Layout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads of attention whose queries, keys and values come from one product, however they are taken apart. */
class PackedHeadsTest {
    private static final int HEADS = PackedAttention.HEADS;
    private static final int SIZE = PackedAttention.SIZE;

    static Stream<Arguments> layouts() {
        return Arrays.stream(Layout.values())
                .flatMap(layout -> Stream.of(-2L, -1L, 1L, 2L).map(batch -> Arguments.of(layout, batch)));
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @MethodSource("layouts")
    void headsGoAsIfTheirPartOfTheSumWereZero(Layout layout, long batch) {
        OnnxGraph graph = PackedAttention.of(layout, batch, 7);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(map.groups()).extracting(ChannelGroup::width).containsExactly(HEADS);
        int[] rows = map.units("out_w", 0);
        Tensor x = Ort.tensor(new Random(3), batch > 0 ? batch : 3, 5, 8);
        for (int first = 0; first < HEADS; first++) {
            List<Integer> gone = List.of(first, (first + 2) % HEADS);
            BitSet removed = new BitSet();
            gone.forEach(head -> removed.set(rows[head * SIZE]));
            OnnxGraph pruned = map.without(removed);
            assertThat(pruned.initializers().get("out_w").dims()).containsExactly(2 * SIZE, 8);
            long packed = graph.initializers().get("qkv_w").dim(1);
            assertThat(pruned.initializers().get("qkv_w").dims()).containsExactly(8, packed / 2);
            Tensor expected = Ort.run(silenced(graph, gone), Map.of("x", x)).get("y");
            Tensor whole = Ort.run(graph, Map.of("x", x)).get("y");
            Tensor actual = Ort.run(pruned, Map.of("x", x)).get("y");
            assertThat(actual.shape()).isEqualTo(expected.shape());
            assertThat(Ort.maxDifference(actual, expected))
                    .as("without " + gone)
                    .isLessThan(1e-5);
            assertThat(Ort.maxDifference(actual, whole))
                    .as("they said something")
                    .isGreaterThan(0.01);
        }
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @MethodSource("layouts")
    void anyRemovalIsExactAndCounted(Layout layout, long batch) {
        Removal.isExact(PackedAttention.of(layout, batch, 11));
    }

    /** The original with the rows that read some heads at zero. */
    private static OnnxGraph silenced(OnnxGraph graph, List<Integer> heads) {
        OnnxGraph silent = graph.copy();
        OnnxTensor out = silent.initializers().get("out_w");
        float[] values = out.floats();
        int columns = (int) out.dim(1);
        for (int head : heads) {
            Arrays.fill(values, head * SIZE * columns, (head + 1) * SIZE * columns, 0);
        }
        silent.initializers().put("out_w", OnnxTensor.ofFloats(values, out.dims()));
        return silent;
    }

    /** One head merged with a batch of unknown size is at many places: no range of these is a range of heads. */
    @Test
    void placesTakenFromHeadsMergedWithTheBatchKeepThem() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -2, 12);
        b.weight("w", 0.4, 12, 12).weight("y_w", 0.4, 3, 2);
        b.node("MatMul", "c", "x", "w");
        b.longs("merged", -1, 3).longs("from", 0).longs("to", 2).longs("axis", 0);
        b.node("Reshape", "m", "c", "merged");
        b.node("Slice", "s", "m", "from", "to", "axis");
        b.node("MatMul", "y", "s", "y_w");
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        assertThat(Removal.pattern(map, "w", 1)).doesNotContain(3);
        Removal.isExact(map.graph());
    }

    /** Where each of three parts is needed and no part inside of them tells heads apart, the layer stays. */
    @Test
    void nothingGoesWhereNoPartOfASplitMay() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -2, 6);
        b.weight("w", 0.4, 6, 6);
        b.node("MatMul", "c", "x", "w");
        b.longs("parts", 0, 2, 3);
        b.node("Reshape", "y", "c", "parts");
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        assertThat(map.groups()).isEmpty();
        assertThat(map.pinned().get(0).reason()).contains("the model's output");
    }
}
