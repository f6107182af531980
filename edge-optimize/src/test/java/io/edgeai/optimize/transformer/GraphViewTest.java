package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import org.junit.jupiter.api.Test;

class GraphViewTest {
    private final GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 6, 8);

    private GraphView view(String output) {
        return GraphView.of(b.output(output).graph(), Ort.runtime());
    }

    @Test
    void shapesOfInputsConstantsAndResults() {
        b.weight("w", 1, 8, 12);
        b.node("MatMul", "m", "x", "w");
        GraphView view = view("m");
        assertThat(view.shape("w")).containsExactly(Dim.of(8), Dim.of(12));
        assertThat(view.rank("x")).isEqualTo(3);
        assertThat(view.rank("m")).isEqualTo(3);
        assertThat(view.rank("elsewhere")).isEqualTo(-1);
        assertThat(view.fromEnd("m", 1)).isEqualTo(12);
        assertThat(view.fromEnd("m", 2)).isEqualTo(6);
        assertThat(view.fromEnd("m", 3)).isEqualTo(-1);
        assertThat(view.fromEnd("m", 4)).isEqualTo(-1);
        assertThat(view.fromEnd("w", 2)).isEqualTo(8);
    }

    @Test
    void aTargetThatIsPutTogetherIsLookedThrough() {
        b.node("Shape", "s", "x");
        b.constant("first", OnnxTensor.scalar(0L));
        b.node("Gather", "n", "s", "first");
        b.longs("axis", 0).longs("rows", 12).longs("width", 4);
        b.node("Unsqueeze", "batch", "n", "axis");
        b.node("Concat", "target", "batch", "rows", "width").attribute("axis", 0);
        b.node("Reshape", "r", "x", "target");
        b.node("Add", "twice", "r", "r");
        GraphView view = view("twice");
        assertThat(view.rank("r")).isEqualTo(3);
        assertThat(view.fromEnd("r", 1)).isEqualTo(4);
        assertThat(view.fromEnd("r", 2)).isEqualTo(12);
        assertThat(view.fromEnd("twice", 1)).as("known from what was told").isEqualTo(4);
    }

    @Test
    void producersAreStandardOperatorsAndFirstResults() {
        b.node("Relu", "r", "x");
        b.node("Gelu", "g", "r").domain("com.microsoft");
        b.node("Split", "left", "r").attribute("axis", 2).outputs().add("right");
        b.node("Add", "y", "left", "right");
        OnnxGraph graph = b.graph();
        GraphView view = view("y");
        assertThat(view.producer("r", "Relu")).isSameAs(graph.producers().get("r"));
        assertThat(view.producer("r", "Tanh")).isNull();
        assertThat(view.producer("g", "Gelu")).isNull();
        assertThat(view.producer("right", "Split")).isNull();
        assertThat(view.producer("x", "Relu")).isNull();
    }

    @Test
    void aValueReadOnceIsNoOutput() {
        b.node("Relu", "r", "x");
        b.node("Tanh", "t", "r");
        b.node("Exp", "y", "t");
        GraphView before = view("t");
        assertThat(before.onlyReader("r").op()).isEqualTo("Tanh");
        assertThat(before.onlyReader("t")).isNull();
        assertThat(before.isOutput("t")).isTrue();
        b.node("Neg", "z", "r");
        assertThat(before.again().onlyReader("r")).isNull();
        assertThat(before.again().rank("x")).isEqualTo(3);
    }

    @Test
    void numbersAreReadFromConstantsOfOneElement() {
        b.constant("half", OnnxTensor.scalar(0.5f)).constant("one", OnnxTensor.ofFloats(new float[] {3}, 1));
        b.weight("many", 1, 2).longs("axes", -1, 2).constant("count", OnnxTensor.scalar(7L));
        OnnxNode turn = b.node("Transpose", "y", "x").attribute("perm", new long[] {0, 2, 1});
        GraphView view = view("y");
        assertThat(view.scalar("half")).isEqualTo(0.5f);
        assertThat(view.scalar("one")).isEqualTo(3);
        assertThat(view.scalar("many")).isNull();
        assertThat(view.scalar("count")).isNull();
        assertThat(view.integers("axes")).containsExactly(-1, 2);
        assertThat(view.integers("count")).containsExactly(7);
        assertThat(view.integers("half")).isNull();
        assertThat(view.permutes(turn, 0, 2, 1)).isTrue();
        assertThat(view.permutes(turn, 0, 1, 2)).isFalse();
    }
}
