package io.edgeai.core.onnx.shape;

import static io.edgeai.core.model.ElementType.INT64;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Graphs that cannot run: ONNX Runtime refuses each, and inference names the node and the reason. */
class ContradictionsTest {
    @TestFactory
    Stream<DynamicTest> products() {
        return new RuntimeCases()
                .refused(
                        "MatMul", 17, "inner dimensions 3 and 4", g -> g.node("MatMul", g.floats(2, 3), g.floats(4, 5)))
                .refused("MatMul of a scalar", 17, "scalar", g -> g.node("MatMul", g.floats(), g.floats(4, 5)))
                .refused("MatMul batches", 17, "broadcast", g -> g.node("MatMul", g.floats(2, 3, 4), g.floats(3, 4, 5)))
                .refused("Gemm of rank 3", 17, "needs matrices", g -> g.node("Gemm", g.floats(2, 3, 4), g.floats(4, 5)))
                .refused("Gemm", 17, "inner dimensions 2 and 3", g -> g.node("Gemm", g.floats(2, 3), g.floats(3, 4))
                        .attribute("transA", 1))
                .refused("Einsum ranks", 17, "(ijk)", g -> g.node("Einsum", g.floats(2, 3), g.floats(3, 4))
                        .attribute("equation", "ijk,kl->il"))
                .refused("Einsum labels", 17, "label (j)", g -> g.node("Einsum", g.floats(2, 3), g.floats(4, 5))
                        .attribute("equation", "ij,jk->ik"))
                .refused("LSTM", 17, "rank 3", g -> g.node("LSTM", g.floats(2, 3), g.floats(1, 8, 3), g.floats(1, 8, 2))
                        .attribute("hidden_size", 2))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> windows() {
        return new RuntimeCases()
                .refused("channels", 17, "3 channels", g -> g.node("Conv", g.floats(1, 3, 5, 5), g.floats(2, 4, 3, 3)))
                .refused("groups", 17, "4 channels", g -> g.node("Conv", g.floats(1, 4, 5, 5), g.floats(4, 4, 3, 3))
                        .attribute("group", 2))
                .refused("rank", 17, "equal rank", g -> g.node("Conv", g.floats(1, 3, 5, 5), g.floats(2, 3, 3)))
                .refused("kernel", 17, "kernel_shape", g -> g.node("Conv", g.floats(1, 3, 5, 5), g.floats(2, 3, 3, 3))
                        .attribute("kernel_shape", new long[] {3, 2}))
                .refused("strides", 17, "strides has 1", g -> g.node("Conv", g.floats(1, 3, 5, 5), g.floats(2, 3, 3, 3))
                        .attribute("strides", new long[] {2}))
                .refused("window", 17, "larger", g -> g.node("Conv", g.floats(1, 3, 2, 5), g.floats(2, 3, 3, 3)))
                .refused("pool", 17, "kernel_shape", g -> g.node("MaxPool", g.floats(1, 3, 5))
                        .attribute("kernel_shape", new long[] {2, 2}))
                .refused("pool of a matrix", 17, "does not fit", g -> g.node("AveragePool", g.floats(3, 5))
                        .attribute("kernel_shape", new long[] {2}))
                .refused(
                        "transposed channels",
                        17,
                        "2 channels",
                        g -> g.node("ConvTranspose", g.floats(1, 2, 5), g.floats(3, 2, 3)))
                .refused(
                        "batch statistics",
                        17,
                        "channels",
                        g -> g.node(
                                "BatchNormalization",
                                g.floats(1, 3, 5),
                                g.floats(4),
                                g.floats(4),
                                g.floats(4),
                                g.floats(4)))
                .refused("blocks", 17, "divide by 4", g -> g.node("DepthToSpace", g.floats(1, 6, 2, 2))
                        .attribute("blocksize", 2))
                .refused("blocks of a volume", 17, "rank 4", g -> g.node("SpaceToDepth", g.floats(1, 6, 2))
                        .attribute("blocksize", 2))
                .refused("space that does not divide", 17, "does not divide by 2", g -> g.node(
                                "SpaceToDepth", g.floats(1, 6, 3, 4))
                        .attribute("blocksize", 2))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> layouts() {
        return new RuntimeCases()
                .refused("elements", 17, "6 elements", g -> g.node("Reshape", g.floats(2, 3), g.longs(4, 2)))
                .refused("open", 17, "do not divide", g -> g.node("Reshape", g.floats(2, 3), g.longs(4, -1)))
                .refused("copied", 17, "copies dimension 2", g -> g.node("Reshape", g.floats(2, 3), g.longs(2, 3, 0)))
                .refused("squeezed", 17, "is not 1", g -> g.node("Squeeze", g.floats(2, 3), g.longs(1)))
                .refused("twice", 17, "occurs twice", g -> g.node("Unsqueeze", g.floats(2, 3), g.longs(1, 1)))
                .refused("outside", 17, "axis (5)", g -> g.node("Unsqueeze", g.floats(2, 3), g.longs(5)))
                .refused("turned", 17, "perm", g -> g.node("Transpose", g.floats(2, 3))
                        .attribute("perm", new long[] {0, 1, 2}))
                .refused("turned twice", 17, "occurs twice", g -> g.node("Transpose", g.floats(2, 3))
                        .attribute("perm", new long[] {1, 1}))
                .refused("expanded", 17, "broadcast", g -> g.node("Expand", g.floats(2, 3), g.longs(2, 4)))
                .refused("repeats", 17, "3 repeats", g -> g.node("Tile", g.floats(2, 3), g.longs(1, 2, 3)))
                .refused("pads", 17, "3 pads", g -> g.node("Pad", g.floats(2, 3), g.longs(1, 2, 3)))
                .refused("flattened", 17, "axis (3)", g -> g.node("Flatten", g.floats(2, 3))
                        .attribute("axis", 3))
                .refused("negative", 17, "negative", g -> g.node("ConstantOfShape", g.longs(2, -3)))
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> joins() {
        return new RuntimeCases()
                .refused("ranks", 17, "differ in rank", g -> g.node("Concat", g.floats(2, 3), g.floats(2))
                        .attribute("axis", 0))
                .refused("sides", 17, "differ in dimension 1", g -> g.node("Concat", g.floats(2, 3), g.floats(2, 4))
                        .attribute("axis", 0))
                .refused("axis", 17, "axis (-3)", g -> g.node("Concat", g.floats(2, 3), g.floats(2, 3))
                        .attribute("axis", -3))
                .refused("sum", 17, "do not make up dimension 7", g -> g.node("Split", 2, g.floats(7), g.longs(3, 3)))
                .refused("count", 17, "3 pieces for 2", g -> g.node("Split", 2, g.floats(6), g.longs(2, 2, 2)))
                .refused("sign", 17, "negative", g -> g.node("Split", 2, g.floats(6), g.longs(-1, 7)))
                .refused(
                        "step",
                        17,
                        "step",
                        g -> g.node("Slice", g.floats(6), g.longs(0), g.longs(3), g.longs(0), g.longs(0)))
                .refused(
                        "lengths",
                        17,
                        "differ in length",
                        g -> g.node("Slice", g.floats(6, 4), g.longs(0, 1), g.longs(3), g.longs(0, 1)))
                .refused("shapes", 17, "broadcast", g -> g.node("Add", g.floats(2, 3), g.floats(2)))
                .refused(
                        "conditions",
                        17,
                        "broadcast",
                        g -> g.node("Where", g.input(ElementType.BOOL, 3), g.floats(2), g.floats(1)))
                .refused("axes", 17, "axis (2)", g -> g.node("ReduceSum", g.floats(2, 3), g.longs(2)))
                .refused("the largest of too few", 17, "k (4)", g -> g.node("TopK", 2, g.floats(3), g.longs(4)))
                .refused("index", 17, "outside", g -> g.node("Gather", g.longs(4, 5), g.longs(2)))
                .refused("depth", 17, "deeper", g -> g.node("GatherND", g.floats(2, 3), g.input(INT64, 4, 3)))
                .refused("scales", 17, "scales", g -> g.node("Resize", g.floats(1, 2, 3, 4), "", g.floatsOf(1, 2)))
                .refused("type", 17, "element type (99)", g -> g.node("Cast", g.floats(2))
                        .attribute("to", 99))
                .refused("no graph", 17, "then_branch", g -> g.node("If", g.input(ElementType.BOOL)))
                .tests();
    }

    /** One bad node in a chain: it alone is named, and what does not depend on it is complete. */
    @Test
    void onlyTheNodeAtFaultIsNamed() {
        Graphs g = new Graphs(17);
        String x = g.floats(2, 3);
        String bad = g.node("MatMul", x, x).output(0);
        String after = g.node("Relu", bad).output(0);
        String sum = g.node("Add", after, x).output(0);
        String good = g.node("Transpose", x).output(0);

        Shapes shapes = ShapeInference.infer(g.graph);

        assertThat(shapes.problems()).extracting(ShapeProblem::node).containsExactly("MatMul(MatMul2)");
        assertThat(shapes.dims(sum))
                .as("an unknown operand leaves the rank open")
                .isEmpty();
        assertThat(shapes.element(sum)).contains(ElementType.FLOAT);
        assertThat(shapes.dims(good)).contains(List.of(Dim.of(3), Dim.of(2)));
    }

    @Test
    void problemsInNestedGraphsNameTheInnerNode() {
        Graphs g = new Graphs(17);
        String x = g.floats(2, 3);
        OnnxGraph then = g.body("then");
        then.add("MatMul", "inner", List.of(x, x), List.of("a"));
        then.outputs().add(new OnnxValue("a", null));
        OnnxGraph otherwise = g.body("else");
        otherwise.add("Relu", "fine", List.of(x), List.of("b"));
        otherwise.outputs().add(new OnnxValue("b", null));
        g.node("If", g.input(ElementType.BOOL))
                .attribute("then_branch", new OnnxAttribute.OfGraph(then))
                .attribute("else_branch", new OnnxAttribute.OfGraph(otherwise));

        Shapes shapes = ShapeInference.infer(g.graph);

        assertThat(shapes.problems()).extracting(ShapeProblem::node).containsExactly("MatMul(inner)");
        assertThat(shapes.nested(then).orElseThrow().problems()).hasSize(1);
        assertThat(shapes.nested(otherwise).orElseThrow().problems()).isEmpty();
    }

    @Test
    void statedOutputsThatDisagreeAreNamed() {
        Graphs g = new Graphs(17);
        String y = g.node("Transpose", g.floats(2, 3)).output(0);
        g.graph.outputs().set(0, OnnxValue.tensor(y, ElementType.FLOAT, 2, 3));

        assertThat(ShapeInference.infer(g.graph).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.node()).isEqualTo("output");
            assertThat(problem.message()).contains(y, "FLOAT[3, 2]", "FLOAT[2, 3]");
        });
    }

    @Test
    void statedTypesThatDisagreeAreNamed() {
        Graphs g = new Graphs(17);
        String y = g.node("ArgMax", g.floats(2, 3)).output(0);
        g.graph.valueInfo().put(y, OnnxValue.tensor(y, ElementType.INT32, 1, 3));

        assertThat(ShapeInference.infer(g.graph).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("INT64[1, 3]", "INT32[1, 3]"));
    }

    @Test
    void sizesBeyond64BitsAreAProblemAndNoException() {
        Graphs g = new Graphs(17);
        String big = g.node("ConstantOfShape", g.longs(1L << 40, 1L << 40)).output(0);
        g.node("Size", big);
        g.node("Flatten", big).attribute("axis", 0);

        assertThat(ShapeInference.infer(g.graph).problems())
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem.message()).contains("2^63-1"));
    }
}
