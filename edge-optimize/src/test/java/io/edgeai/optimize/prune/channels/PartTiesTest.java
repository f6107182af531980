package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Channels put side by side and taken apart again, against ties written out by hand. */
class PartTiesTest {
    private final GraphBuilder b = new GraphBuilder(13, 7).input("x", -1, 3, 5, 5);

    private OnnxGraph to(String last, int width) {
        b.conv("y", last, width, 2);
        return b.output("y").graph();
    }

    private String concat(String name, String... parts) {
        b.node("Concat", name, parts).attribute("axis", 1);
        return name;
    }

    private String slice(String name, String from, long start, long end) {
        b.longs(name + "_s", start).longs(name + "_e", end).longs(name + "_a", 1);
        b.node("Slice", name, from, name + "_s", name + "_e", name + "_a");
        return name;
    }

    @Test
    void aTreeOfConcatenationsKeepsTheOrder() {
        b.conv("a", "x", 3, 2);
        b.conv("c", "x", 3, 3);
        OnnxGraph graph = to(concat("outer", concat("inner", "a", "c"), "a"), 7);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(map.groups()).extracting(ChannelGroup::name).containsExactly("a", "c");
        assertThat(Removal.pattern(map, "y_w", 1)).containsExactly(0, 1, 2, 3, 4, 0, 1);
        Removal.isExact(graph);
    }

    @Test
    void theModelsInputBesideOwnChannelsStays() {
        b.conv("a", "x", 3, 3);
        OnnxGraph graph = to(concat("j", "x", "a"), 6);
        assertThat(Removal.pattern(ChannelMap.of(graph), "y_w", 1)).containsExactly(-1, -1, -1, 0, 1, 2);
        Removal.isExact(graph);
    }

    @Test
    void valuesJoinedAlongAnotherAxisShareTheirChannels() {
        b.conv("a", "x", 3, 4);
        b.conv("c", "x", 3, 4);
        b.node("Concat", "tall", "a", "c").attribute("axis", -2);
        OnnxGraph graph = to("tall", 4);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(map.groups()).hasSize(1);
        assertThat(map.units("a_w", 0)).isEqualTo(map.units("c_w", 0));
        Removal.isExact(graph);
    }

    @Test
    void partsReadByDifferentLayersAreGroupsOfTheirOwn() {
        b.conv("c", "x", 3, 6);
        OnnxNode split = b.node("Split", "left", "c", "sizes").attribute("axis", 1);
        b.longs("sizes", 2, 4);
        split.outputs().add("right");
        b.conv("l", "left", 2, 3);
        b.conv("r", "right", 4, 3);
        b.node("Add", "sum", "l", "r");
        OnnxGraph graph = to("sum", 3);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(map.groups()).extracting(ChannelGroup::width).containsExactly(2, 4, 3);
        assertThat(map.groups().get(0).values()).contains("l_w").doesNotContain("r_w");
        assertThat(map.groups().get(1).values()).contains("r_w").doesNotContain("l_w");
        assertThat(map.groups().get(2).residual()).isTrue();
        Removal.isExact(graph);
    }

    @Test
    void summedPartsAreTiedPlaceByPlace() {
        b.conv("c", "x", 3, 6);
        b.node("Split", "left", "c").attribute("axis", 1).outputs().add("right");
        b.node("Mul", "gated", "left", "right");
        OnnxGraph graph = to("gated", 3);
        assertThat(Removal.pattern(ChannelMap.of(graph), "c_w", 0)).containsExactly(0, 1, 2, 0, 1, 2);
        Removal.isExact(graph);
    }

    @Test
    void overlappingSlicesTieEveryOtherChannel() {
        b.conv("c", "x", 3, 6);
        b.node("Add", "sum", slice("first", "c", 0, 4), slice("last", "c", -4, Long.MAX_VALUE));
        OnnxGraph graph = to("sum", 4);
        assertThat(Removal.pattern(ChannelMap.of(graph), "c_w", 0)).containsExactly(0, 1, 0, 1, 0, 1);
        Removal.isExact(graph);
    }

    @ParameterizedTest
    @CsvSource({"0,3,3", "2,5,3", "-3,6,3", "-100,100,6", "1,-1,4", "4,4611686018427387904,2"})
    void aSliceMovesWithWhatIsRemovedBeforeIt(long start, long end, int width) {
        b.conv("c", "x", 3, 6);
        b.node("Sigmoid", "used", "c");
        OnnxGraph graph = to(concat("j", slice("s", "used", start, end), "c"), width + 6);
        Removal.isExact(graph);
        assertThat(ChannelMap.of(graph).units("s", 1)).hasSize(width);
    }

    @Test
    void aMirroredSumTiesTheEnds() {
        b.conv("c", "x", 3, 6);
        b.longs("back", -1, -2, 3, 2, 1, 0);
        b.node("Gather", "mirror", "c", "back").attribute("axis", 1);
        b.node("Add", "sum", "c", "mirror");
        OnnxGraph graph = to("sum", 6);
        assertThat(Removal.pattern(ChannelMap.of(graph), "c_w", 0)).containsExactly(0, 1, 2, 2, 1, 0);
        Removal.isExact(graph);
    }

    @Test
    void channelsPickedTwiceShrinkTwice() {
        b.conv("c", "x", 3, 4);
        b.longs("picks", 3, 3, 0);
        b.node("Gather", "picked", "c", "picks").attribute("axis", 1);
        OnnxGraph graph = to(concat("j", "picked", "c"), 7);
        ChannelMap map = ChannelMap.of(graph);
        assertThat(Removal.pattern(map, "y_w", 1)).containsExactly(0, 0, 1, 1, 2, 3, 0);
        int third = map.units("c", 1)[3];
        assertThat(map.without(ChannelMap.set(List.of(third)))
                        .initializers()
                        .get("y_w")
                        .dims())
                .containsExactly(2, 4, 3, 3);
        Removal.isExact(graph);
    }

    @Test
    void paddedChannelsAreTiedToTheOnesTheyAreAddedTo() {
        b.conv("c", "x", 3, 2);
        b.conv("wide", "x", 3, 5);
        b.longs("pads", 0, 2, 0, 0, 0, 1, 0, 0);
        b.node("Pad", "p", "c", "pads");
        b.node("Add", "sum", "wide", "p");
        OnnxGraph graph = to("sum", 5);
        ChannelMap map = ChannelMap.of(graph);
        int[] wide = map.units("wide", 1);
        assertThat(map.units("c", 1)).containsExactly(wide[2], wide[3]);
        assertThat(map.groups()).extracting(ChannelGroup::width).containsExactly(2, 3);
        Removal.isExact(graph);
    }
}
