package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.testing.GraphBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators that move elements against central differences in doubles. */
class GradientLayoutTest {
    private static final boolean[] BOTH = {false, true};

    @Test
    void reshapes() {
        for (boolean free : BOTH) {
            GradientCheck check = new GradientCheck(1, free);
            check.b.longs("flat", -1, 12).longs("cube", 0, 2, 6).longs("one", 1).longs("two", 1, 2);
            check.b.node("Reshape", "a", check.value("x", 3, 4, 3), "flat");
            check.b.node("Reshape", "b", "a", "cube");
            check.b.node("Unsqueeze", "c", "b", "two");
            check.b.node("Squeeze", "d", "c", "one");
            check.b.node("Flatten", "e", "d").attribute("axis", 2);
            check.b.node("Tanh", "y", "e");
            check.verify("y");
        }
    }

    @Test
    void shapesComputedFromTheBatch() {
        GradientCheck check = new GradientCheck(2, true);
        String x = check.value("x", 3, 4, 3);
        check.b.longs("zero", 0).longs("rest", 12);
        check.b.node("Shape", "shape", x);
        check.b.node("Gather", "batch", "shape", "zero");
        check.b.node("Concat", "target", "batch", "rest").attribute("axis", 0);
        check.b.node("Reshape", "r", x, "target");
        check.b.node("Sin", "y", "r");
        check.verify("y");
    }

    @Test
    void transposes() {
        for (boolean free : BOTH) {
            GradientCheck check = new GradientCheck(3, free);
            String x = check.value("x", 2, 3, 4);
            check.b.node("Transpose", "t", x).attribute("perm", new long[] {1, 2, 0});
            check.b.node("Transpose", "u", "t");
            check.b.node("Sin", "y", "u");
            check.verify("y");
        }
    }

    @Test
    void expands() {
        GradientCheck check = new GradientCheck(4, false);
        check.b.longs("shape", 2, 3, 4);
        check.b.node("Expand", "e", check.weight("x", 3, 1), "shape");
        check.b.node("Sin", "y", "e");
        check.verify("y");
    }

    @Test
    void concatenatesAndSplits() {
        for (boolean free : BOTH) {
            GradientCheck check = new GradientCheck(5, free);
            String a = check.value("a", 3, 2, 4);
            check.b.node("Concat", "c", a, check.value("b", 3, 5, 4), a).attribute("axis", 1);
            check.b.longs("sizes", 4, 2, 3);
            check.b
                    .graph()
                    .add("Split", "", List.of("c", "sizes"), List.of("p", "q", "r"))
                    .attribute("axis", 1);
            check.b.longs("axis", 1);
            check.b.node("ReduceSum", "s", "r", "axis");
            check.b.node("ReduceSum", "t", "p", "axis");
            check.b.node("Mul", "m", "s", "t");
            check.b.node("Tanh", "y", "m");
            check.verify("y");
        }
    }

    @Test
    void concatenatesAlongTheFreeBatch() {
        GradientCheck check = new GradientCheck(6, true);
        check.b
                .node("Concat", "c", check.value("a", 3, 4), check.value("b", 2, 4))
                .attribute("axis", 0);
        check.b.node("Sin", "y", "c");
        check.verify("y");
    }

    @Test
    void slices() {
        long[][] cases = { // start, end, axis, step
            {1, 3, 1, 1}, {-3, -1, 2, 1}, {0, 100, 1, 2}, {1, 6, 2, 2}, {-1, -100, 1, -1}, {4, 0, 2, -2}, {5, -7, 1, -3}
        };
        for (int i = 0; i < cases.length; i++) {
            GradientCheck check = new GradientCheck(i, i % 2 == 0);
            long[] c = cases[i];
            check.b.longs("start", c[0]).longs("end", c[1]).longs("axis", c[2]).longs("step", c[3]);
            check.b.node("Slice", "s", check.value("x", 2, 5, 7), "start", "end", "axis", "step");
            check.b.node("Sin", "y", "s");
            check.verify("y");
        }
    }

    @Test
    void slicesOfTwoAxesWithoutStating() {
        GradientCheck check = new GradientCheck(7, false);
        check.b.longs("start", 0, 1, -3).longs("end", 2, 4, 100);
        check.b.node("Slice", "s", check.value("x", 3, 5, 7), "start", "end");
        check.b.node("Sin", "y", "s");
        check.verify("y");
    }

    /** The first rows of a table, as many as another value has: how positions of texts are taken. */
    @ParameterizedTest
    @ValueSource(longs = {0, 2})
    void slicesToAnEndFromTheData(long start) {
        GradientCheck check = new GradientCheck(9, true);
        String x = check.value("x", 5, 3);
        check.b.longs("start", start).longs("zero", 0).longs("one", 1);
        check.b.node("Shape", "shape", x);
        check.b.node("Slice", "rows", "shape", "zero", "one", "zero");
        check.b.node("Slice", "s", check.weight("table", 8, 3), "start", "rows", "zero");
        check.b.node("ReduceSum", "summed", "s", "zero").attribute("keepdims", 1);
        check.b.node("Mul", "product", x, "summed");
        check.b.node("Sin", "y", "product");
        check.verify("y");
    }

    @Test
    void backwardsToAnEndFromTheDataIsRefused() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 3).weight("table", 0.5, 8, 3);
        b.longs("start", -1).longs("zero", 0).longs("one", 1).longs("back", -1);
        b.node("Shape", "shape", "x");
        b.node("Slice", "rows", "shape", "zero", "one", "zero");
        b.node("Slice", "y", "table", "start", "rows", "zero", "back");
        OnnxGraph model = b.output("y", 2).graph();
        assertThatThrownBy(() -> GradientGraph.builder(model)
                        .loss(Loss.meanSquaredError())
                        .alsoTrainable("table")
                        .build())
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("ends are computed from the data");
    }

    @Test
    void padsAndCrops() {
        for (long[] pads : new long[][] {{0, 1, 2, 0, 0, 3}, {0, -1, 2, 0, 1, -2}}) {
            GradientCheck check = new GradientCheck(8, true);
            check.b.longs("pads", pads);
            check.b.node("Pad", "p", check.value("x", 2, 3, 5), "pads");
            check.b.node("Sin", "y", "p");
            check.verify("y");
        }
    }

    @Test
    void nearestEnlargement() {
        String[][] forms = {{"asymmetric", "floor"}, {"half_pixel", "round_prefer_floor"}};
        for (String[] form : forms) {
            for (int factor = 2; factor <= 4; factor++) {
                GradientCheck check = new GradientCheck(factor, true);
                check.b.constant("scales", OnnxTensor.ofFloats(new float[] {1, 1, factor, 2}, 4));
                check.b
                        .node("Resize", "r", check.value("x", 2, 2, 3, 4), "", "scales")
                        .attribute("coordinate_transformation_mode", form[0])
                        .attribute("nearest_mode", form[1]);
                check.b.node("Sin", "y", "r");
                check.verify("y");
            }
        }
    }

    @Test
    void embeddingsSumTheirUses() {
        GradientCheck check = new GradientCheck(9, false);
        check.b.constant("ids", OnnxTensor.ofLongs(new long[] {0, 3, 3, 1, 3, -1}, 2, 3));
        check.b.node("Gather", "g", check.weight("table", 5, 4), "ids");
        check.b.node("Sin", "y", "g");
        check.verify("y");
    }

    @Test
    void embeddingsByInput() {
        GradientCheck check = new GradientCheck(10, false);
        check.b.idInput("ids", -1, 3);
        check.feed.put("ids", io.edgeai.core.model.Tensor.of(new long[] {4, 0, 2, 2, 1, 2}, 2, 3));
        check.b.node("Gather", "g", check.weight("table", 5, 4), "ids");
        check.b.node("Sin", "y", "g");
        check.verify("y");
    }

    @Test
    void gathersAlongInnerAxes() {
        OnnxTensor[] indices = {
            OnnxTensor.scalar(2L),
            OnnxTensor.ofLongs(new long[] {3, 0}, 2),
            OnnxTensor.ofLongs(new long[] {1, 1, 2}, 3),
            OnnxTensor.ofLongs(new long[] {1, 3, 1, 0}, 2, 2)
        };
        for (int i = 0; i < indices.length; i++) {
            for (int axis = 1; axis <= 2; axis++) {
                GradientCheck check = new GradientCheck(i, true);
                check.b.constant("ids", indices[i]);
                check.b.node("Gather", "g", check.value("x", 2, 4, 5), "ids").attribute("axis", axis);
                check.b.node("Sin", "y", "g");
                check.verify("y");
            }
        }
    }

    @Test
    void gatherElementsAndGatherNd() {
        GradientCheck elements = new GradientCheck(11, false);
        elements.b.constant("ids", OnnxTensor.ofLongs(new long[] {0, 2, 2, 1, 1, 1}, 2, 3));
        elements.b.node("GatherElements", "g", elements.value("x", 3, 3), "ids").attribute("axis", 1);
        elements.b.node("Sin", "y", "g");
        elements.verify("y");
        GradientCheck nd = new GradientCheck(12, false);
        nd.b.constant("ids", OnnxTensor.ofLongs(new long[] {0, 2, 1, 1, 0, 2}, 3, 2));
        nd.b.node("GatherND", "g", nd.value("x", 2, 3, 4), "ids");
        nd.b.node("Sin", "y", "g");
        nd.verify("y");
    }

    @Test
    void tilesTrianglesAndRunningSums() {
        GradientCheck tiles = new GradientCheck(13, true);
        tiles.b.longs("repeats", 1, 3, 2);
        tiles.b.node("Tile", "t", tiles.value("x", 2, 3, 2), "repeats");
        tiles.b.node("Sin", "y", "t");
        tiles.verify("y");
        for (int upper = 0; upper < 2; upper++) {
            GradientCheck triangle = new GradientCheck(14, true);
            triangle.b.node("Trilu", "t", triangle.value("x", 2, 4, 3)).attribute("upper", upper);
            triangle.b.node("Sin", "y", "t");
            triangle.verify("y");
        }
        for (int form = 0; form < 4; form++) {
            GradientCheck sums = new GradientCheck(15, true);
            sums.b.constant("axis", OnnxTensor.scalar(1L));
            sums.b
                    .node("CumSum", "c", sums.value("x", 2, 4, 3), "axis")
                    .attribute("reverse", form % 2)
                    .attribute("exclusive", form / 2);
            sums.b.node("Sin", "y", "c");
            sums.verify("y");
        }
    }

    @Test
    void blocksAndDepth() {
        GradientCheck check = new GradientCheck(16, true);
        check.b.node("DepthToSpace", "d", check.value("x", 2, 8, 2, 3)).attribute("blocksize", 2);
        check.b.node("Sin", "s", "d");
        check.b.node("SpaceToDepth", "e", "s").attribute("blocksize", 2);
        check.b.node("Sin", "y", "e");
        check.verify("y");
    }
}
