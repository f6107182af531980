package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is tied to the channels of a convolution, against ties written out by hand. */
class ConvolutionTiesTest {
    private static final long[] SAME = {1, 1, 1, 1};

    private final GraphBuilder b = new GraphBuilder(13, 5).input("x", -1, 3, 6, 6);

    private OnnxGraph to(String last, int width) {
        b.conv("y", last, width, 2);
        return b.output("y").graph();
    }

    private static ChannelGroup only(OnnxGraph graph) {
        List<ChannelGroup> groups = ChannelMap.of(graph).groups();
        assertThat(groups).hasSize(1);
        return groups.get(0);
    }

    @Test
    void depthWiseFiltersGoWithTheirChannel() {
        b.conv("c", "x", 3, 6);
        b.weight("d_w", 0.4, 6, 1, 3, 3).weight("d_b", 0.1, 6);
        b.node("Conv", "d", "c", "d_w", "d_b").attribute("group", 6).attribute("pads", SAME);
        b.node("Relu", "r", "d");
        OnnxGraph graph = to("r", 6);
        ChannelGroup group = only(graph);
        assertThat(group.values()).containsExactlyInAnyOrder("c_w", "c_b", "c", "d_w", "d_b", "d", "r", "y_w");
        assertThat(group.width()).isEqualTo(6);
        assertThat(group.residual()).isFalse();
        Removal.isExact(graph);
    }

    @Test
    void aDepthWiseMultiplierGivesEachChannelTwoResults() {
        b.conv("c", "x", 3, 4);
        b.weight("d_w", 0.4, 8, 1, 3, 3);
        b.node("Conv", "d", "c", "d_w").attribute("group", 4).attribute("pads", SAME);
        OnnxGraph graph = to("d", 8);
        assertThat(Removal.pattern(ChannelMap.of(graph), "y_w", 1)).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
        Removal.isExact(graph);
    }

    @Test
    void groupsOfAConvolutionGoWhole() {
        b.conv("c", "x", 3, 6);
        b.weight("g_w", 0.4, 9, 2, 3, 3).weight("g_b", 0.1, 9);
        b.node("Conv", "g", "c", "g_w", "g_b").attribute("group", 3).attribute("pads", SAME);
        OnnxGraph graph = to("g", 9);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(only(graph).indices()).isEqualTo(2);
        assertThat(Removal.pattern(map, "c_w", 0)).containsExactly(0, 0, 1, 1, 2, 2);
        assertThat(Removal.pattern(map, "g_b", 0)).containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2);
        assertThat(map.units("g_w", 1)).isEmpty();
        Removal.isExact(graph);
    }

    @Test
    void groupsOfTheModelsInputStay() {
        b.weight("g_w", 0.4, 6, 1, 3, 3);
        b.node("Conv", "g", "x", "g_w").attribute("group", 3).attribute("pads", SAME);
        ChannelMap map = ChannelMap.of(to("g", 6));
        assertThat(map.groups()).isEmpty();
        assertThat(map.pinned()).contains(new PinnedChannels("g", 6, "the size of (x) is fixed"));
    }

    @Test
    void squeezeAndExcitationHasTwoGroups() {
        b.conv("c", "x", 3, 6);
        b.node("GlobalAveragePool", "p", "c");
        b.weight("s_w", 0.5, 4, 6, 1, 1).weight("s_b", 0.1, 4);
        b.node("Conv", "s", "p", "s_w", "s_b");
        b.node("Relu", "sr", "s");
        b.weight("e_w", 0.5, 6, 4, 1, 1).weight("e_b", 0.1, 6);
        b.node("Conv", "e", "sr", "e_w", "e_b");
        b.node("HardSigmoid", "gate", "e");
        b.node("Mul", "m", "c", "gate");
        OnnxGraph graph = to("m", 6);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(map.groups()).hasSize(2);
        assertThat(map.groups().get(0).values())
                .containsExactlyInAnyOrder("c_w", "c_b", "c", "p", "s_w", "e_w", "e_b", "e", "gate", "m", "y_w");
        assertThat(map.groups().get(1).values()).containsExactlyInAnyOrder("s_w", "s_b", "s", "sr", "e_w");
        Removal.isExact(graph);
    }

    @Test
    void batchNormalizationLosesFourNumbersForEachChannel() {
        b.conv("c", "x", 3, 5);
        b.weight("n_s", 0.5, 5).weight("n_o", 0.3, 5).weight("n_m", 0.3, 5);
        b.constant("n_v", OnnxTensor.ofFloats(new float[] {0.5f, 1, 2, 3, 0.1f}, 5));
        b.node("BatchNormalization", "n", "c", "n_s", "n_o", "n_m", "n_v");
        OnnxGraph graph = to("n", 5);
        assertThat(only(graph).values())
                .contains("n_s", "n_o", "n_m", "n_v", "n")
                .hasSize(9);
        Removal.isExact(graph);
    }

    @Test
    void slopesForEachChannelGoAndOneForAllStays() {
        b.conv("c", "x", 3, 5);
        b.weight("each", 0.3, 5, 1, 1).weight("all", 0.3, 1);
        b.node("PRelu", "p", "c", "each");
        b.node("PRelu", "q", "p", "all");
        OnnxGraph graph = to("q", 5);
        assertThat(only(graph).values()).contains("each", "p", "q").doesNotContain("all");
        Removal.isExact(graph);
    }

    @Test
    void transposedConvolutionsReadAlongTheFirstAxis() {
        b.conv("c", "x", 3, 4);
        b.weight("t_w", 0.3, 4, 6, 2, 2).weight("t_b", 0.1, 6);
        b.node("ConvTranspose", "t", "c", "t_w", "t_b").attribute("strides", new long[] {2, 2});
        OnnxGraph graph = to("t", 6);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(map.groups().get(0).values()).containsExactlyInAnyOrder("c_w", "c_b", "c", "t_w");
        assertThat(map.groups().get(1).values()).containsExactlyInAnyOrder("t_w", "t_b", "t", "y_w");
        Removal.isExact(graph);
    }

    @Test
    void groupsOfATransposedConvolutionGoWhole() {
        b.conv("c", "x", 3, 6);
        b.weight("t_w", 0.3, 6, 4, 2, 2);
        b.node("ConvTranspose", "t", "c", "t_w").attribute("group", 3).attribute("strides", new long[] {2, 2});
        OnnxGraph graph = to("t", 12);
        assertThat(only(graph).width()).isEqualTo(3);
        assertThat(Removal.pattern(ChannelMap.of(graph), "y_w", 1)).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
        Removal.isExact(graph);
    }

    @Test
    void aWeightUsedTwiceInARowTiesItsInputsToItsOutputs() {
        b.conv("c", "x", 3, 5);
        b.weight("w", 0.2, 5, 5, 3, 3);
        b.node("Conv", "once", "c", "w").attribute("pads", SAME);
        b.node("Conv", "twice", "once", "w").attribute("pads", SAME);
        OnnxGraph graph = to("twice", 5);
        assertThat(only(graph).values()).containsExactlyInAnyOrder("c_w", "c_b", "c", "w", "once", "twice", "y_w");
        assertThat(ChannelMap.of(graph).units("w", 0))
                .isEqualTo(ChannelMap.of(graph).units("w", 1));
        Removal.isExact(graph);
    }

    @Test
    void volumesAndSignalsAsWellAsImages() {
        for (int rank = 1; rank <= 3; rank++) {
            GraphBuilder d = new GraphBuilder(13, rank);
            d.input(
                    "x",
                    rank == 1
                            ? new long[] {-1, 3, 6}
                            : rank == 2 ? new long[] {-1, 3, 6, 6} : new long[] {-1, 3, 6, 6, 6});
            long[] kernel =
                    rank == 1 ? new long[] {6, 3, 2} : rank == 2 ? new long[] {6, 3, 2, 2} : new long[] {6, 3, 2, 2, 2};
            long[] next = kernel.clone();
            next[0] = 2;
            next[1] = 6;
            d.weight("c_w", 0.3, kernel).weight("y_w", 0.3, next);
            d.node("Conv", "c", "x", "c_w");
            d.node("Conv", "y", "c", "y_w");
            OnnxGraph graph = d.output("y").graph();
            assertThat(only(graph).values()).containsExactlyInAnyOrder("c_w", "c", "y_w");
            Removal.isExact(graph);
        }
    }
}
