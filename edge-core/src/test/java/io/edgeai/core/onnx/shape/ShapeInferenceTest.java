package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeInferenceTest {
    private static OnnxGraph graph(String input, Dim... dims) {
        OnnxGraph graph = OnnxGraph.create("g", 17);
        graph.inputs().add(new OnnxValue(input, new OnnxType.OfTensor(ElementType.FLOAT, List.of(dims))));
        return graph;
    }

    private static OnnxGraph attention() {
        OnnxGraph graph = graph("x", Dim.symbolic("batch"), Dim.symbolic("seq"), Dim.of(768));
        graph.initializers().put("heads", OnnxTensor.ofLongs(new long[] {0, -1, 12, 64}, 4));
        graph.initializers().put("back", OnnxTensor.ofLongs(new long[] {0, 0, -1}, 3));
        graph.initializers().put("flat", OnnxTensor.ofLongs(new long[] {-1, 768}, 2));
        graph.add("Reshape", "split", List.of("x", "heads"), List.of("h"));
        graph.add("Transpose", "turn", List.of("h"), List.of("q")).attribute("perm", new long[] {0, 2, 1, 3});
        graph.add("Transpose", "turn", List.of("h"), List.of("k")).attribute("perm", new long[] {0, 2, 3, 1});
        graph.add("MatMul", "scores", List.of("q", "k"), List.of("s"));
        graph.add("Reshape", "join", List.of("h", "back"), List.of("y"));
        graph.add("Reshape", "rows", List.of("y", "flat"), List.of("f"));
        graph.add("Concat", "twice", List.of("x", "x"), List.of("long")).attribute("axis", 1);
        return graph;
    }

    @Test
    void symbolsAreCarriedAndComputedWith() {
        Shapes shapes = ShapeInference.infer(attention());

        assertThat(shapes.dims("h").orElseThrow()).hasToString("[batch, seq, 12, 64]");
        assertThat(shapes.dims("s").orElseThrow()).hasToString("[batch, 12, seq, seq]");
        assertThat(shapes.dims("y").orElseThrow()).hasToString("[batch, seq, 768]");
        assertThat(shapes.dims("f").orElseThrow()).hasToString("[batch*seq, 768]");
        assertThat(shapes.dims("long").orElseThrow()).hasToString("[batch, 2*seq, 768]");
        assertThat(shapes.problems()).isEmpty();
    }

    @Test
    void symbolsAndOtherDimensionsCanBeGivenSizes() {
        InputShapes given = InputShapes.declared().symbol("seq", 16).others(2);

        assertThat(ShapeInference.infer(attention(), given).dims("s").orElseThrow())
                .hasToString("[2, 12, 16, 16]");
        assertThat(ShapeInference.infer(attention(), InputShapes.declared().input("x", 3, 5, 768))
                        .dims("f")
                        .orElseThrow())
                .hasToString("[15, 768]");
        assertThatThrownBy(() ->
                        ShapeInference.infer(attention(), InputShapes.declared().input("z", 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(z)")
                .hasMessageContaining("[x]");
        assertThatThrownBy(() -> InputShapes.declared().symbol("n", -2)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void valuesOfInputsCanBeGiven() {
        OnnxGraph graph = OnnxGraph.create("g", 17);
        graph.inputs().add(OnnxValue.tensor("size", ElementType.INT64, -1));
        graph.add("ConstantOfShape", "fill", List.of("size"), List.of("y"));

        assertThat(ShapeInference.infer(graph).dims("y")).isEmpty();
        Shapes given = ShapeInference.infer(graph, InputShapes.declared().value("size", 4, 7));
        assertThat(given.dims("y").orElseThrow()).hasToString("[4, 7]");
        assertThat(given.constant("size").orElseThrow()).containsExactly(4, 7);
        OnnxGraph scalar = OnnxGraph.create("g", 17);
        scalar.inputs().add(OnnxValue.tensor("n", ElementType.INT64));
        assertThatThrownBy(() ->
                        ShapeInference.infer(scalar, InputShapes.declared().value("n", 1, 2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(n)");
    }

    @Test
    void stridesOverSymbolsKeepTheirFormula() {
        OnnxGraph graph = graph("x", Dim.symbolic("N"), Dim.of(3), Dim.symbolic("H"), Dim.of(224));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[8 * 3 * 9], 8, 3, 3, 3));
        graph.add("Conv", "c", List.of("x", "w"), List.of("y"))
                .attribute("strides", new long[] {2, 2})
                .attribute("pads", new long[] {1, 1, 1, 1});
        graph.add("Conv", "d", List.of("x", "w"), List.of("z"))
                .attribute("strides", new long[] {2, 2})
                .attribute("pads", new long[] {1, 1, 1, 1});
        graph.add("Add", "sum", List.of("y", "z"), List.of("s"));

        assertThat(ShapeInference.infer(graph).dims("s").orElseThrow()).hasToString("[N, 8, floor((H-1)/2)+1, 112]");
    }

    @Test
    void contradictionsNameTheNodeAndTheRestIsInferred() {
        OnnxGraph graph = graph("x", Dim.of(2), Dim.of(3));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[20], 4, 5));
        graph.add("Gemm", "fc", List.of("x", "w"), List.of("y"));
        graph.add("Concat", "cat", List.of("x", "w"), List.of("c")).attribute("axis", 0);
        graph.add("Transpose", "t", List.of("x"), List.of("z")).attribute("perm", new long[] {0, 7});
        graph.add("Relu", "r", List.of("x"), List.of("ok"));
        graph.add("Softmax", "s", List.of("y"), List.of("after"));

        Shapes shapes = ShapeInference.infer(graph);

        assertThat(shapes.problems())
                .extracting(ShapeProblem::node)
                .containsExactly("Gemm(fc)", "Concat(cat)", "Transpose(t)");
        assertThat(shapes.problems().get(0)).hasToString("Gemm(fc): inner dimensions 3 and 4 differ");
        assertThat(shapes.problems().get(2).message()).contains("axis (7)");
        assertThat(shapes.complete("ok")).isTrue();
        assertThat(shapes.type("after")).isEmpty();
    }

    @Test
    void anAttributeOfTheWrongKindIsAProblem() {
        OnnxGraph graph = graph("x", Dim.of(2));
        graph.add("Softmax", "s", List.of("x"), List.of("a"));
        graph.add("Concat", "cat", List.of("x"), List.of("c")).attribute("axis", "zero");

        assertThat(ShapeInference.infer(graph).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("axis"));
    }

    @Test
    void unknownOperatorsTakeWhatTheFileStates() {
        OnnxGraph graph = graph("x", Dim.symbolic("N"), Dim.of(3));
        graph.add("Mystery", "m", List.of("x"), List.of("y")).domain("my.ops");
        graph.add("Relu", "r", List.of("y"), List.of("z"));
        assertThat(ShapeInference.infer(graph).type("z")).isEmpty();
        assertThat(ShapeInference.infer(graph).problems()).isEmpty();

        graph.valueInfo().put("y", OnnxValue.tensor("y", ElementType.FLOAT, 4, 5));
        assertThat(ShapeInference.infer(graph).dims("z").orElseThrow()).hasToString("[4, 5]");
    }

    @Test
    void whatTheFileStatesWronglyIsAProblem() {
        OnnxGraph graph = graph("x", Dim.of(2), Dim.of(3));
        graph.add("Relu", "r", List.of("x"), List.of("y"));
        graph.valueInfo().put("y", OnnxValue.tensor("y", ElementType.FLOAT, 2, 4));

        Shapes shapes = ShapeInference.infer(graph);

        assertThat(shapes.dims("y").orElseThrow()).hasToString("[2, 3]");
        assertThat(shapes.problems()).singleElement().satisfies(p -> assertThat(p.message())
                .contains("FLOAT[2, 3]", "FLOAT[2, 4]"));
    }

    @Test
    void nodesOutOfOrderAreSortedAndCirclesReported() {
        OnnxGraph graph = graph("x", Dim.of(2));
        graph.add("Relu", "second", List.of("a"), List.of("b"));
        graph.add("Neg", "first", List.of("x"), List.of("a"));
        assertThat(ShapeInference.infer(graph).dims("b").orElseThrow()).hasToString("[2]");

        graph.nodes().get(1).inputs().set(0, "b");
        Shapes shapes = ShapeInference.infer(graph);
        assertThat(shapes.problems()).singleElement().satisfies(p -> assertThat(p.message())
                .contains("circle"));
    }

    @Test
    void anInitializerThatACallerMayReplaceIsNoConstant() {
        OnnxGraph graph = OnnxGraph.create("g", 17);
        graph.inputs().add(OnnxValue.tensor("shape", ElementType.INT64, 2));
        graph.initializers().put("shape", OnnxTensor.ofLongs(new long[] {3, 4}, 2));
        graph.add("ConstantOfShape", "fill", List.of("shape"), List.of("y"));

        assertThat(ShapeInference.infer(graph).dims("y").orElseThrow()).hasToString("[?, ?]");
        graph.info().irVersion(3);
        assertThat(ShapeInference.infer(graph).dims("y").orElseThrow()).hasToString("[3, 4]");
    }
}
