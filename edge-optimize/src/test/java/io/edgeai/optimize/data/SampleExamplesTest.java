package io.edgeai.optimize.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Samples as batches to train on. */
class SampleExamplesTest {
    private static OnnxGraph rows() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 2);
        b.node("Relu", "y", "x");
        return b.output("y", 2).graph();
    }

    private static OnnxGraph tokens() {
        OnnxGraph graph = rows();
        graph.inputs().clear();
        graph.inputs().add(OnnxValue.tensor("ids", ElementType.INT64, -1, -1));
        graph.inputs().add(OnnxValue.tensor("mask", ElementType.FLOAT, -1, -1));
        return graph;
    }

    private static Map<String, Tensor> tokens(long... ids) {
        return Map.of("ids", Tensor.of(ids, 1, ids.length), "mask", Tensor.of(new float[ids.length], 1, ids.length));
    }

    @Test
    void flatSamplesAndTheirClasses() {
        float[][] samples = {{1, 2}, {3, 4}, {5, 6}};
        TrainingData data = LabelledData.of(samples, new int[] {7, 0, 9}).examples(rows());
        Map<String, Tensor> batch = data.allocate(4);
        data.read(new int[] {2, 0, 0, 1}, batch);
        assertThat(data.size()).isEqualTo(3);
        assertThat(batch.get("x").shape()).containsExactly(4, 2);
        assertThat(batch.get("x").floats()).containsExactly(5, 6, 1, 2, 1, 2, 3, 4);
        assertThat(batch.get(LabelledData.LABELS).longs()).containsExactly(9, 7, 7, 0);
    }

    @Test
    void namedTensorsWithoutClasses() {
        TrainingData data =
                CalibrationData.of(List.of(tokens(1, 2, 3), tokens(4, 5, 6))).examples(tokens());
        Map<String, Tensor> batch = data.allocate(2);
        data.read(new int[] {1, 0}, batch);
        assertThat(batch).containsOnlyKeys("ids", "mask");
        assertThat(batch.get("ids").longs()).containsExactly(4, 5, 6, 1, 2, 3);
        assertThat(batch.get("mask").shape()).containsExactly(2, 3);
    }

    @Test
    void whatIsNotOneExampleOfOneShapeIsNamed() {
        assertThatThrownBy(() -> CalibrationData.of(List.of(tokens(1, 2, 3), tokens(4, 5)))
                        .examples(tokens()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Sample (1)")
                .hasMessageContaining("Maybe pad");
        Map<String, Tensor> two = Map.of("ids", Tensor.of(new long[4], 2, 2), "mask", Tensor.of(new float[4], 2, 2));
        assertThatThrownBy(() -> CalibrationData.of(List.of(two)).examples(tokens()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not one example");
        assertThatThrownBy(() -> CalibrationData.of(new float[][] {{1, 2}, {1}}).examples(rows()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Sample (1) has (1) values");
    }

    @Test
    void aBatchOfOtherSizeIsRefused() {
        TrainingData data = CalibrationData.of(new float[][] {{1, 2}}).examples(rows());
        Map<String, Tensor> batch = data.allocate(2);
        assertThatThrownBy(() -> data.read(new int[] {0}, batch))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(x)");
    }
}
