package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels that move to another axis, or whose axis is merged, split, spread or dropped. */
class LayoutTiesTest {
    private final GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 3, 4, 4);

    private ChannelMap exact(OnnxGraph graph) {
        Removal.isExact(graph);
        return ChannelMap.of(graph);
    }

    private OnnxGraph product(String last, int width) {
        b.weight("y_w", 0.3, width, 2);
        b.node("MatMul", "y", last, "y_w");
        return b.output("y").graph();
    }

    private OnnxGraph conv(String last, int width) {
        b.conv("y", last, width, 2);
        return b.output("y").graph();
    }

    @Test
    void channelsLastAndAProduct() {
        b.conv("c", "x", 3, 5);
        b.node("Transpose", "t", "c").attribute("perm", new long[] {0, 2, 3, 1});
        ChannelMap map = exact(product("t", 5));
        assertThat(map.units("t", 3)).isEqualTo(map.units("c", 1));
        assertThat(map.units("y_w", 0)).isEqualTo(map.units("c_w", 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, -3})
    void flattenMakesEachChannelABlock(long axis) {
        b.conv("c", "x", 3, 4);
        b.node("Flatten", "f", "c").attribute("axis", axis);
        b.weight("y_w", 0.2, 2, 64).weight("y_b", 0.2, 2);
        b.node("Gemm", "y", "f", "y_w", "y_b").attribute("transB", 1);
        ChannelMap map = exact(b.output("y").graph());
        int[] features = map.units("y_w", 1);
        for (int i = 0; i < 64; i++) {
            assertThat(features[i]).as("feature " + i).isEqualTo(map.units("c", 1)[i / 16]);
        }
    }

    @Test
    void flattenedChannelsLastInterleave() {
        b.conv("c", "x", 3, 4);
        b.node("Transpose", "t", "c").attribute("perm", new long[] {0, 2, 3, 1});
        b.node("Flatten", "f", "t");
        ChannelMap map = exact(product("f", 64));
        int[] features = map.units("y_w", 0);
        for (int i = 0; i < 64; i++) {
            assertThat(features[i]).as("feature " + i).isEqualTo(map.units("c", 1)[i % 4]);
        }
    }

    @Test
    void anAxisSplitInTwoGoesByItsOuterPart() {
        b.node("Flatten", "flat", "x");
        b.weight("c_w", 0.2, 48, 12);
        b.node("MatMul", "c", "flat", "c_w");
        b.longs("two", -1, 3, 4);
        b.node("Reshape", "r", "c", "two");
        b.weight("m_w", 0.3, 4, 1);
        b.node("MatMul", "m", "r", "m_w");
        b.longs("back", -1, 3);
        b.node("Reshape", "again", "m", "back");
        ChannelMap map = exact(product("again", 3));
        assertThat(Removal.pattern(map, "c_w", 1)).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2);
        assertThat(Removal.pattern(map, "y_w", 0)).containsExactly(0, 1, 2);
    }

    @Test
    void twoAxesOfChannelsCannotBeMerged() {
        b.conv("c", "x", 3, 4);
        b.node("Transpose", "t", "c").attribute("perm", new long[] {0, 2, 1, 3});
        b.weight("m_w", 0.3, 4, 5);
        b.node("MatMul", "m", "t", "m_w");
        b.longs("flat", -1, 4, 20);
        b.node("Reshape", "f", "m", "flat");
        ChannelMap map = ChannelMap.of(product("f", 20));
        assertThat(map.groups()).extracting(ChannelGroup::name).containsExactly("m");
        assertThat(map.pinned()).contains(new PinnedChannels("c", 4, "Reshape(f) merges two axes of channels"));
        Removal.isExact(map.graph());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 13, 18})
    void resizingTheImageKeepsTheChannels(long opset) {
        GraphBuilder old = new GraphBuilder(opset, 3).input("x", -1, 3, 4, 4);
        old.conv("c", "x", 3, 5);
        old.constant("roi", OnnxTensor.ofFloats(new float[0], 0))
                .constant("scales", OnnxTensor.ofFloats(new float[] {1, 1, 2, 2}, 4));
        old.node("Resize", "r", "c", "roi", "scales").attribute("mode", "nearest");
        old.conv("y", "r", 5, 2);
        ChannelMap map = exact(old.output("y").graph());
        assertThat(map.units("r", 1)).isEqualTo(map.units("c", 1));
    }

    @Test
    void sizesOfAResizeAreCorrected() {
        GraphBuilder fixed = new GraphBuilder(13, 3).input("x", 2, 3, 4, 4);
        fixed.conv("c", "x", 3, 5);
        fixed.longs("sizes", 2, 5, 8, 6);
        fixed.node("Resize", "r", "c", "", "", "sizes").attribute("mode", "nearest");
        fixed.conv("y", "r", 5, 2);
        ChannelMap map = exact(fixed.output("y").graph());
        OnnxGraph less = map.without(ChannelMap.set(map.groups().get(0).units().subList(1, 3)));
        OnnxNode resize = less.producers().get("r");
        assertThat(less.initializers().get(resize.input(3)).longs()).containsExactly(2, 3, 8, 6);
        assertThat(map.graph().initializers().get("sizes").longs()).containsExactly(2, 5, 8, 6);
    }

    @Test
    void aSpreadKeepsTheChannelsThatHaveTheirSize() {
        b.conv("c", "x", 3, 5);
        b.node("GlobalAveragePool", "p", "c");
        b.longs("shape", 1, 5, 4, 4);
        b.node("Expand", "e", "p", "shape");
        b.node("Mul", "m", "c", "e");
        ChannelMap map = exact(conv("m", 5));
        assertThat(map.groups()).hasSize(1);
    }

    @Test
    void repeatedPositionsKeepTheChannels() {
        b.conv("c", "x", 3, 5);
        b.longs("repeats", 1, 1, 2, 3);
        b.node("Tile", "t", "c", "repeats");
        ChannelMap map = exact(conv("t", 5));
        assertThat(map.units("t", 1)).isEqualTo(map.units("c", 1));
    }

    @Test
    void pooledAxesDropAndComeBack() {
        b.conv("c", "x", 3, 5);
        b.node("GlobalAveragePool", "p", "c");
        b.longs("axes", 2, -1);
        b.node("Squeeze", "s", "p", "axes");
        b.node("Sigmoid", "g", "s");
        b.node("Unsqueeze", "u", "g", "axes");
        b.node("Mul", "m", "c", "u");
        ChannelMap map = exact(conv("m", 5));
        assertThat(map.units("s", 1)).isEqualTo(map.units("c", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReduceMean", "ReduceMax", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp"})
    void meansOverPositionsKeepTheChannels(String op) {
        b.conv("c", "x", 3, 5);
        b.node(op, "p", "c").attribute("axes", new long[] {-1, 2}).attribute("keepdims", 0);
        ChannelMap map = exact(product("p", 5));
        assertThat(map.units("p", 1)).isEqualTo(map.units("c", 1));
    }

    @Test
    void packedQueriesKeysAndValuesLoseHeadsTogether() {
        GraphBuilder t = new GraphBuilder(13, 9).input("x", -1, 6, 16);
        t.weight("qkv_w", 0.3, 16, 48).weight("qkv_b", 0.1, 48);
        t.node("MatMul", "p", "x", "qkv_w");
        t.node("Add", "qkv", "p", "qkv_b");
        t.node("Split", "part0", "qkv").attribute("axis", -1).outputs().addAll(List.of("part1", "part2"));
        t.longs("heads", 0, 6, 4, 4);
        for (int i = 0; i < 3; i++) {
            t.node("Reshape", "r" + i, "part" + i, "heads");
            t.node("Transpose", "h" + i, "r" + i).attribute("perm", new long[] {0, 2, 1, 3});
        }
        t.node("Transpose", "k", "h1").attribute("perm", new long[] {0, 1, 3, 2});
        t.node("MatMul", "s", "h0", "k");
        t.node("Softmax", "a", "s").attribute("axis", -1);
        t.node("MatMul", "m", "a", "h2");
        t.node("Transpose", "back", "m").attribute("perm", new long[] {0, 2, 1, 3});
        t.longs("merged", 0, 6, 16);
        t.node("Reshape", "c", "back", "merged");
        t.weight("y_w", 0.3, 16, 16);
        t.node("MatMul", "y", "c", "y_w");
        ChannelMap map = exact(t.output("y").graph());
        assertThat(map.groups()).extracting(ChannelGroup::width).containsExactly(4);
        int[] columns = map.units("qkv_w", 1);
        for (int i = 0; i < 48; i++) {
            assertThat(columns[i]).as("column " + i).isEqualTo(columns[i % 16 / 4 * 4]);
        }
    }
}
