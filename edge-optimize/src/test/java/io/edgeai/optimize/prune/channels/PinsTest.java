package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Channels that must stay, and the reason told. */
class PinsTest {
    /** What happens to a convolution's 6 channels "c" [N,6,4,4] before the last convolution, which reads "d". */
    private static Arguments reason(String words, Consumer<GraphBuilder> between) {
        return Arguments.of(words, between);
    }

    static Stream<Arguments> reasons() {
        return Stream.of(
                reason("normalizes over its channels", b -> b.node("Softmax", "d", "c")
                        .attribute("axis", 1)),
                reason("sums up its channels", b -> {
                    b.node("ReduceMean", "m", "c").attribute("axes", new long[] {1});
                    b.node("Sub", "d", "c", "m");
                }),
                reason("sums up its channels", b -> {
                    b.node("ReduceMax", "m", "c");
                    b.node("Sub", "d", "c", "m");
                }),
                reason("operator LRN needs all of its channels", b -> b.node("LRN", "d", "c")
                        .attribute("size", 3)),
                reason("operator DepthToSpace needs all", b -> b.node("DepthToSpace", "d", "c")
                        .attribute("blocksize", 1)),
                reason("takes some of its channels by steps", b -> {
                    b.longs("s", 5).longs("e", -7).longs("a", 1).longs("step", -1);
                    b.node("Slice", "d", "c", "s", "e", "a", "step");
                }),
                reason("pads with values taken from it", b -> {
                    b.longs("p", 0, -1, 0, 0, 0, 1, 0, 0);
                    b.node("Pad", "d", "c", "p");
                }),
                reason("repeats it", b -> {
                    b.longs("r", 1, 2, 1, 1);
                    b.node("Tile", "t", "c", "r");
                    b.longs("s", 0).longs("e", 6).longs("a", 1);
                    b.node("Slice", "d", "t", "s", "e", "a");
                }),
                reason("is not known here", b -> b.node("Relu", "d", "c").domain("my.company")),
                reason("joins it with a value whose size is fixed", b -> {
                    b.input("side", -1, 6, 4, 4);
                    b.node("Add", "d", "c", "side");
                }),
                reason("gives positions within all channels", b -> {
                    b.node("MaxPool", "d", "c")
                            .attribute("kernel_shape", new long[] {1, 1})
                            .outputs()
                            .add("where");
                    b.node("Identity", "places", "where");
                }),
                reason("nested graph", PinsTest::nested),
                reason("the model's output (c)", b -> {
                    b.node("Relu", "d", "c");
                    b.output("c");
                }));
    }

    private static void nested(GraphBuilder b) {
        b.constant("yes", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        OnnxGraph then = OnnxGraph.create("then", 13);
        then.add("Relu", "", List.of("c"), List.of("t"));
        then.outputs().add(new OnnxValue("t", null));
        OnnxGraph other = OnnxGraph.create("other", 13);
        other.add("Neg", "", List.of("c"), List.of("o"));
        other.outputs().add(new OnnxValue("o", null));
        b.node("If", "d", "yes")
                .attribute("then_branch", new OnnxAttribute.OfGraph(then))
                .attribute("else_branch", new OnnxAttribute.OfGraph(other));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasons")
    void channelsStayAndTheReasonIsTold(String words, Consumer<GraphBuilder> between) {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 3, 4, 4);
        b.conv("c", "x", 3, 6);
        between.accept(b);
        b.conv("y", "d", 6, 2);
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        assertThat(map.groups()).isEmpty();
        PinnedChannels pin = map.pinned().get(0);
        assertThat(pin.name()).isEqualTo("c");
        assertThat(pin.width()).isEqualTo(6);
        assertThat(pin.reason()).contains(words);
    }

    @Test
    void normalizingEachInstanceOverFeaturesPinsThem() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 3, 4);
        b.weight("w", 0.4, 4, 6).weight("y_w", 0.4, 6, 2);
        b.weight("scale", 1, 3).weight("offset", 1, 3);
        b.node("MatMul", "c", "x", "w");
        b.node("InstanceNormalization", "d", "c", "scale", "offset");
        b.node("MatMul", "y", "d", "y_w");
        ChannelMap map = ChannelMap.of(b.output("y").graph());
        assertThat(map.groups()).isEmpty();
        assertThat(map.pinned().get(0).reason()).contains("normalizes over");
    }

    @Test
    void instanceNormalizationOfImagesKeepsChannelsApart() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 3, 4, 4);
        b.conv("c", "x", 3, 6);
        b.weight("scale", 1, 6).weight("offset", 1, 6);
        b.node("InstanceNormalization", "d", "c", "scale", "offset");
        b.conv("y", "d", 6, 2);
        OnnxGraph graph = b.output("y").graph();
        assertThat(ChannelMap.of(graph).groups()).hasSize(1);
        Removal.isExact(graph);
    }

    /** The specification: without axes, or with none in the list, all axes are reduced. */
    @Test
    void anEmptyListOfAxesReducesThemAll() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 3, 4, 4);
        b.conv("c", "x", 3, 6);
        b.constant("none", OnnxTensor.ofLongs(new long[0], 0));
        b.node("ReduceSum", "m", "c", "none");
        b.node("Sub", "d", "c", "m");
        b.conv("y", "d", 6, 2);
        assertThat(ChannelMap.of(b.output("y").graph()).groups()).isEmpty();
    }

    @Test
    void onlyThePartThatIsAnOutputStays() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 3, 4, 4);
        b.conv("c", "x", 3, 6);
        b.longs("sizes", 2, 4);
        b.node("Split", "seen", "c", "sizes").attribute("axis", 1).outputs().add("inner");
        b.conv("y", "inner", 4, 2);
        OnnxGraph graph = b.output("y").output("seen").graph();
        ChannelMap map = ChannelMap.of(graph);
        assertThat(Removal.pattern(map, "c_w", 0)).containsExactly(-1, -1, 0, 1, 2, 3);
        assertThat(map.pinned()).contains(new PinnedChannels("c", 2, "it is the model's output (seen)"));
        Removal.isExact(graph);
    }
}
