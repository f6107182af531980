package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterLayoutTest {
    private static OnnxGraph graph() {
        OnnxGraph graph = OnnxGraph.create("g", 17);
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        graph.initializers().put("s", OnnxTensor.ofFloats(new float[] {7}));
        graph.initializers().put("b", OnnxTensor.ofFloats(new float[] {8, 9}, 2));
        return graph;
    }

    @Test
    void constantsLieOneAfterTheOther() {
        ParameterLayout layout = ParameterLayout.of(graph(), List.of("b", "s", "w"));

        assertThat(layout.size()).isEqualTo(9);
        assertThat(layout.read(graph())).containsExactly(8, 9, 7, 1, 2, 3, 4, 5, 6);
        assertThat(layout.slots()).extracting(ParameterLayout.Slot::offset).containsExactly(0, 2, 3);
        assertThat(layout.slots().get(2).dims()).containsExactly(2L, 3L);
    }

    @Test
    void writtenVectorIsReadBack() {
        ParameterLayout layout = ParameterLayout.of(graph(), List.of("w", "s"));
        OnnxGraph graph = graph();

        layout.write(new float[] {-1, -2, -3, -4, -5, -6, -7}, graph);

        assertThat(layout.read(graph)).containsExactly(-1, -2, -3, -4, -5, -6, -7);
        assertThat(graph.initializers().get("w").dims()).containsExactly(2, 3);
        assertThat(graph.initializers().get("s").rank()).isZero();
        assertThat(graph.initializers().get("b").floats()).containsExactly(8, 9);
    }

    @Test
    void vectorOfAnotherLengthIsRefusedBeforeAnythingChanges() {
        OnnxGraph graph = graph();
        ParameterLayout layout = ParameterLayout.of(graph, List.of("w"));

        assertThatThrownBy(() -> layout.write(new float[5], graph))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("5 values, the layout 6");
        assertThat(layout.read(graph)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void nameThatIsNoConstantIsRefused() {
        assertThatThrownBy(() -> ParameterLayout.of(graph(), List.of("w", "x")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(x)");
    }

    @Test
    void layoutWithAGapIsRefused() {
        assertThatThrownBy(() -> new ParameterLayout(List.of(new ParameterLayout.Slot("w", 1, List.of(2L)))))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void emptyLayoutHasNoValues() {
        assertThat(new ParameterLayout(List.of()).size()).isZero();
    }
}
