package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Branches that lose all of their channels: where that is possible, and what is left then. */
class BranchesTest {
    private final GraphBuilder b = new GraphBuilder(13, 4).input("x", -1, 3, 4, 4);

    private static BitSet all(ChannelMap map, String name) {
        return ChannelMap.set(group(map, name).units());
    }

    private static ChannelGroup group(ChannelMap map, String name) {
        return map.groups().stream()
                .filter(group -> group.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double difference(ChannelMap map, BitSet removed, boolean exact, Map<String, Tensor> feed) {
        return Ort.maxDifference(
                Ort.run(map.without(removed, exact), feed).get("y"),
                Ort.run(Masks.masked(map, removed), feed).get("y"));
    }

    private static Map<String, Tensor> images() {
        return Map.of("x", Ort.tensor(new Random(2), 2, 3, 4, 4));
    }

    /** A stream of 4 channels and one branch of 6. */
    private void stream(String join) {
        b.conv("stream", "x", 3, 4);
        b.conv("inner", "stream", 4, 6);
        b.node("Relu", "r", "inner");
        b.conv("back", "r", 6, 4);
        b.node(join, "joined", "stream", "back");
    }

    private ChannelMap map() {
        b.conv("y", "joined", 4, 2);
        return ChannelMap.of(b.output("y").graph());
    }

    @Test
    void theInsideOfASumMayGoAndTheStreamMayNot() {
        stream("Add");
        ChannelMap map = map();
        assertThat(map.droppable(group(map, "inner"))).isTrue();
        assertThat(map.droppable(group(map, "stream"))).isFalse();
        BitSet gone = all(map, "inner");
        assertThat(difference(map, gone, true, images())).isLessThan(1e-5);
        assertThat(map.without(gone).initializers()).doesNotContainKeys("inner_w", "back_w", "inner_b");
        assertThat(map.without(gone, false).nodes()).extracting(OnnxNode::op).containsExactly("Conv", "Conv");
    }

    @Test
    void aFactorIsNotASum() {
        stream("Mul");
        ChannelMap map = map();
        assertThat(map.droppable(group(map, "inner"))).isFalse();
        assertThatThrownBy(() -> map.without(all(map, "inner")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("leaves an axis empty");
    }

    @Test
    void aBranchThatIsReadElsewhereStays() {
        stream("Add");
        b.node("Add", "twice", "joined", "back");
        b.node("Mul", "square", "back", "back");
        b.node("Add", "end", "twice", "square");
        b.conv("y", "end", 4, 2);
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        assertThat(map.droppable(group(map, "inner"))).isFalse();
    }

    @Test
    void aSumThatOnlySpreadsTheOtherSideStays() {
        b.conv("stream", "x", 3, 4);
        b.node("GlobalAveragePool", "small", "stream");
        b.conv("inner", "stream", 4, 6);
        b.conv("back", "inner", 6, 4);
        b.node("Add", "joined", "small", "back");
        ChannelMap map = map();
        assertThat(map.droppable(group(map, "inner"))).isFalse();
    }

    @Test
    void aBranchInsideABranchGoesFirst() {
        b.conv("stream", "x", 3, 4);
        b.conv("outer", "stream", 4, 5);
        b.conv("deep", "outer", 5, 6);
        b.conv("rise", "deep", 6, 5);
        b.node("Add", "mid", "outer", "rise");
        b.conv("back", "mid", 5, 4);
        b.node("Add", "joined", "stream", "back");
        ChannelMap map = map();
        assertThat(map.droppable(group(map, "deep"))).isTrue();
        assertThat(difference(map, all(map, "deep"), true, images())).isLessThan(1e-5);
        assertThat(map.without(all(map, "deep"), false).nodes())
                .hasSize(map.graph().nodes().size() - 3);
    }

    @Test
    void twoBranchesOfOneSumGoTogether() {
        b.conv("stream", "x", 3, 4);
        for (String side : new String[] {"left", "right"}) {
            b.conv(side, "stream", 4, 3);
            b.node("Relu", side + "_r", side);
            b.conv(side + "_back", side + "_r", 3, 4);
        }
        b.node("Add", "half", "stream", "left_back");
        b.node("Add", "joined", "half", "right_back");
        ChannelMap map = map();
        BitSet both = all(map, "left");
        both.or(all(map, "right"));
        assertThat(difference(map, both, true, images())).isLessThan(1e-5);
        assertThat(map.without(both, false).nodes()).hasSize(2);
    }

    @Test
    void aBiasAddedAfterAProductStays() {
        GraphBuilder t = new GraphBuilder(13, 4).input("x", -1, 5, 8);
        t.weight("up_w", 0.3, 8, 12).weight("down_w", 0.3, 12, 8).weight("down_b", 0.3, 8);
        t.node("MatMul", "up", "x", "up_w");
        t.node("Tanh", "act", "up");
        t.node("MatMul", "down", "act", "down_w");
        t.node("Add", "biased", "down", "down_b");
        t.node("Add", "y", "x", "biased");
        ChannelMap map = ChannelMap.of(t.output("y").graph());
        BitSet gone = all(map, "up");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(3), 2, 5, 8));
        assertThat(map.droppable(map.groups().get(0))).isTrue();
        assertThat(difference(map, gone, true, feed)).isLessThan(1e-6);
        OnnxGraph left = map.without(gone);
        assertThat(left.nodes()).allMatch(node -> node.op().equals("Add"));
    }

    @Test
    void aBranchThatIsTheModelsOutputStays() {
        stream("Add");
        b.output("back");
        ChannelMap map = map();
        assertThat(map.droppable(group(map, "inner"))).isFalse();
    }

    /** Two inputs of unknown batch need not be equally long: one may be spread over the other. */
    @Test
    void aSumOfTwoInputsOfUnknownBatchIsNotLeftWithOneOfThem() {
        b.input("z", -1, 3, 4, 4);
        b.conv("inner", "x", 3, 6);
        b.conv("back", "inner", 6, 4);
        b.conv("other", "z", 3, 4);
        b.node("Add", "joined", "back", "other");
        ChannelMap map = map();
        Random random = new Random(7);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(random, 2, 3, 4, 4), "z", Ort.tensor(random, 1, 3, 4, 4));
        BitSet removed = new BitSet();
        for (int unit : group(map, "inner").units()) {
            removed.set(unit);
            if (!map.viable(removed)) {
                removed.clear(unit);
            }
        }
        assertThat(Ort.run(map.without(removed), feed).get("y").shape()).containsExactly(2, 2, 4, 4);
        assertThat(difference(map, removed, true, feed)).isLessThan(1e-5);
    }
}
