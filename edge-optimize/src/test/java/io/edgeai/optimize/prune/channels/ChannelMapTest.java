package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.PrunableNets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelMapTest {
    @Test
    void residualSumTiesBothSides() {
        ChannelMap map = ChannelMap.of(GraphBuilder.residualNet(13, 1));
        assertThat(map.groups()).extracting(ChannelGroup::name).containsExactly("c1", "c2");
        assertThat(map.groups()).extracting(ChannelGroup::residual).containsExactly(true, false);
        assertThat(map.groups().get(0).values()).contains("c1_w", "c3_w", "c3_b", "sum", "fc_w", "c2_w");
        assertThat(map.pinned()).containsExactly(new PinnedChannels("y", 5, "it is the model's output (y)"));
    }

    @Test
    void macsAreThoseOfTheClosedForm() {
        ChannelMap map = ChannelMap.of(GraphBuilder.residualNet(13, 1));
        BitSet removed = new BitSet();
        map.groups().get(1).units().subList(0, 6).forEach(removed::set);
        map.groups().get(0).units().subList(0, 4).forEach(removed::set);
        long stream = 12;
        long inner = 10;
        long pixels = 64;
        assertThat(map.macs(removed))
                .isEqualTo(pixels * 9 * (3 * stream + stream * inner + inner * stream) + stream * 5);
        Widths widths = map.widths();
        removed.stream().forEach(widths::remove);
        assertThat(widths.macs(16)).isEqualTo(pixels * 9 * (3.0 * 16 + 2 * 16 * 16) + 16 * 5);
    }

    @Test
    void shapesShrinkAndTheOriginalIsLeftAlone() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        byte[] before = OnnxWriter.toBytes(graph);
        ChannelMap map = ChannelMap.of(graph);
        OnnxGraph pruned =
                map.without(ChannelMap.set(map.groups().get(1).units().subList(3, 8)));
        assertThat(pruned.initializers().get("c2_w").dims()).containsExactly(11, 16, 3, 3);
        assertThat(pruned.initializers().get("c3_w").dims()).containsExactly(16, 11, 3, 3);
        assertThat(pruned.initializers().get("c2_b").dims()).containsExactly(11);
        assertThat(pruned.initializers().get("c1_w").dims()).containsExactly(16, 3, 3, 3);
        assertThat(OnnxWriter.toBytes(graph)).isEqualTo(before);
    }

    @Test
    void anAxisIsNeverEmptied() {
        ChannelMap map = ChannelMap.of(GraphBuilder.residualNet(13, 1));
        BitSet all = ChannelMap.set(map.groups().get(0).units());
        assertThat(map.viable(all)).isFalse();
        assertThatThrownBy(() -> map.without(all))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("leaves an axis empty")
                .hasMessageContaining("Maybe");
    }

    @Test
    void aBranchGoesWholeAndLeavesItsBias() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(map.groups()).extracting(map::droppable).containsExactly(false, true);
        BitSet inner = ChannelMap.set(map.groups().get(1).units());
        OnnxGraph exact = map.without(inner);
        assertThat(exact.nodes())
                .extracting(OnnxNode::op)
                .containsExactly("Conv", "Relu", "Add", "Relu", "GlobalAveragePool", "Flatten", "Gemm");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 2, 3, 8, 8));
        assertThat(Ort.maxDifference(
                        Ort.run(exact, feed).get("y"),
                        Ort.run(Masks.masked(map, inner), feed).get("y")))
                .isLessThan(1e-5);
        OnnxGraph bypassed = map.without(inner, false);
        assertThat(bypassed.nodes())
                .extracting(OnnxNode::op)
                .containsExactly("Conv", "Relu", "GlobalAveragePool", "Flatten", "Gemm");
        graph.initializers().put("c3_b", OnnxTensor.ofFloats(new float[16], 16));
        assertThat(Ort.maxDifference(
                        Ort.run(bypassed, feed).get("y"),
                        Ort.run(Masks.masked(ChannelMap.of(graph), inner), feed).get("y")))
                .isLessThan(1e-5);
        assertThat(map.macs(inner)).isEqualTo(64L * 9 * 3 * 16 + 16 * 5);
    }

    @Test
    void aFeedForwardBranchOfATransformerGoesWhole() {
        OnnxGraph graph = PrunableNets.transformer(2, 1);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(map.groups()).allMatch(map::droppable);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 2, 6, 32));
        for (ChannelGroup group : map.groups()) {
            BitSet all = ChannelMap.set(group.units());
            assertThat(Ort.maxDifference(
                            Ort.run(map.without(all), feed).get("y"),
                            Ort.run(Masks.masked(map, all), feed).get("y")))
                    .as(group.name())
                    .isLessThan(1e-5);
            assertThat(map.without(all, false).nodes().size())
                    .isLessThan(map.without(all).nodes().size());
        }
    }

    @Test
    void flattenedChannelIsABlockOfFeatures() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, 4, 4);
        b.conv("c", "x", 3, 6);
        b.longs("shape", -1, 96);
        b.node("Reshape", "flat", "c", "shape");
        b.weight("w", 1, 96, 2);
        b.node("MatMul", "y", "flat", "w");
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        int[] features = map.units("w", 0);
        int[] channels = map.units("c", 1);
        for (int i = 0; i < 96; i++) {
            assertThat(features[i]).isEqualTo(channels[i / 16]);
        }
        OnnxGraph pruned = map.without(ChannelMap.set(List.of(channels[2])));
        assertThat(pruned.initializers().get("w").dims()).containsExactly(80, 2);
        assertThat(map.groups().get(0).indices()).isEqualTo(1);
    }

    @Test
    void headsGoWhole() {
        ChannelMap map = ChannelMap.of(PrunableNets.transformer(1, 1));
        ChannelGroup heads = map.groups().get(0);
        assertThat(heads.width()).isEqualTo(4);
        assertThat(heads.indices()).isEqualTo(8);
        assertThat(heads.values()).contains("l0q_w", "l0k_w", "l0v_w", "l0o_w");
        ChannelGroup hidden = map.groups().get(1);
        assertThat(hidden.width()).isEqualTo(64);
        assertThat(map.pinned()).extracting(PinnedChannels::name).contains("in", "l0o_p", "l0f2_p", "y");
        assertThat(map.pinned().get(0).reason()).contains("normalizes over its channels");
    }

    @Test
    void groupsOfAConvolutionGoWhole() {
        ChannelMap map = ChannelMap.of(PrunableNets.of(3, 8));
        ChannelGroup grouped = map.groups().stream()
                .filter(group -> group.values().stream().anyMatch(v -> v.equals("v4_w")))
                .findFirst()
                .orElseThrow();
        assertThat(grouped.width()).isEqualTo(4);
        OnnxGraph pruned = map.without(ChannelMap.set(grouped.units().subList(0, 1)));
        OnnxNode conv = pruned.producers().get("v4");
        assertThat(conv.intAttribute("group", 1)).isEqualTo(3);
        assertThat(pruned.initializers().get("v4_w").dims()).containsExactly(12, 2, 3, 3);
    }

    @Test
    void whatIsNotUnderstoodPinsAndSaysWhy() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, 4, 4);
        b.conv("c", "x", 3, 6);
        b.node("LRN", "n", "c").attribute("size", 3);
        b.conv("y", "n", 6, 2);
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        assertThat(map.groups()).isEmpty();
        assertThat(map.pinned().get(0)).isEqualTo(new PinnedChannels("c", 6, "operator LRN needs all of its channels"));
    }

    @Test
    void anOutputInTheMiddlePins() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        graph.outputs().add(new io.edgeai.core.onnx.OnnxValue("r2", null));
        ChannelMap map = ChannelMap.of(graph);
        assertThat(map.groups()).extracting(ChannelGroup::name).containsExactly("c1");
        assertThat(map.pinned()).contains(new PinnedChannels("c2", 16, "it is the model's output (r2)"));
    }

    @Test
    void aShapeThatIsAskedForPins() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, 4, 4);
        b.conv("c", "x", 3, 6);
        b.node("Shape", "s", "c");
        b.node("Cast", "f", "s").attribute("to", 1);
        b.conv("y", "c", 6, 2);
        ChannelMap map = ChannelMap.of(b.output("y").output("f").graph());
        assertThat(map.groups()).isEmpty();
        assertThat(map.pinned().get(0).reason()).contains("asks for its size");
    }

    @Test
    void generatedWeightsShrinkByTheirShape() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, 4, 4);
        b.longs("ws", 6, 3, 1, 1);
        b.node("ConstantOfShape", "w", "ws")
                .attribute("value", new io.edgeai.core.onnx.OnnxAttribute.OfTensor(OnnxTensor.scalar(0.5f)));
        b.node("Conv", "c", "x", "w");
        b.conv("y", "c", 6, 2);
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        OnnxGraph pruned =
                map.without(ChannelMap.set(map.groups().get(0).units().subList(0, 2)));
        assertThat(pruned.initializers().get("w_shape").longs()).containsExactly(4, 3, 1, 1);
        assertThat(pruned.initializers().get("y_w").dims()).containsExactly(2, 4, 3, 3);
    }
}
