package io.edgeai.optimize.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.RandomTrees;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissingValuesTest {
    private static final List<Map<String, Tensor>> HOLES =
            List.of(Map.of("x", Tensor.of(new float[] {1, Float.NaN}, 1, 2)));

    private static OnnxGraph trees() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 2);
        b.graph().nodes().add(new RandomTrees(1, 2, 1).grow(2, 2).regressor("x", "y"));
        return b.output("y", 2).graph();
    }

    private static OnnxGraph linear() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 2).weight("w", 1, 2, 2);
        b.node("MatMul", "y", "x", "w");
        return b.output("y", 2).graph();
    }

    @Test
    void treesTakeThemAndProductsDoNot() {
        assertThat(MissingValues.taken(trees())).isTrue();
        assertThat(MissingValues.taken(linear())).isFalse();
    }

    @Test
    void samplesWithHolesReachTheModelAsTheyAre() {
        Tensor fed = CalibrationData.withMissing(HOLES).feeds(trees()).get(0).get("x");
        Tensor labelled =
                LabelledData.withMissing(HOLES, new int[1]).feed(trees(), 0).get("x");

        assertThat(fed).isNotNull();
        assertThat(fed.floats()).containsExactly(1, Float.NaN);
        assertThat(labelled).isSameAs(HOLES.get(0).get("x"));
    }

    @Test
    void elsewhereAHoleIsAnErrorThatNamesTheWayOut() {
        assertThatThrownBy(() -> CalibrationData.of(HOLES))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(NaN) at position 1")
                .hasMessageContaining("withMissing");
    }

    @Test
    void infinityIsNoMissingValue() {
        List<Map<String, Tensor>> infinite =
                List.of(Map.of("x", Tensor.of(new float[] {1, Float.POSITIVE_INFINITY}, 1, 2)));

        assertThatThrownBy(() -> CalibrationData.withMissing(infinite))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(Infinity) at position 1");
    }
}
