package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GeneratedInputsTest {
    @Test
    void everyTypeAndShape() {
        OnnxGraph graph = OnnxGraph.create("test", 13);
        for (ElementType type : List.of(
                ElementType.FLOAT,
                ElementType.DOUBLE,
                ElementType.INT64,
                ElementType.INT32,
                ElementType.BOOL,
                ElementType.UINT8,
                ElementType.INT8)) {
            graph.inputs().add(OnnxValue.tensor(type.name(), type, -1, 5));
        }
        List<Map<String, Tensor>> feeds = GeneratedInputs.of(graph, 3);
        assertThat(feeds).hasSize(GeneratedInputs.COUNT);
        for (Map<String, Tensor> feed : feeds) {
            feed.forEach((name, tensor) -> {
                assertThat(tensor.type().name()).isEqualTo(name);
                assertThat(tensor.shape()).containsExactly(1, 5);
            });
            assertThat(Objects.requireNonNull(feed.get("INT64")).longs()).containsAnyOf(0, 1);
            for (byte value : Objects.requireNonNull(feed.get("BOOL")).bytes()) {
                assertThat(value).isBetween((byte) 0, (byte) 1);
            }
        }
    }

    @Test
    void seedsRepeatAndDiffer() {
        OnnxGraph graph = OnnxGraph.create("test", 13);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 100));
        float[] first = values(graph, 1);
        assertThat(values(graph, 1)).containsExactly(first);
        assertThat(values(graph, 2)).isNotEqualTo(first);
        double mean = 0;
        for (float value : first) {
            mean += value / 100;
        }
        assertThat(Math.abs(mean)).isLessThan(0.5);
    }

    private static float[] values(OnnxGraph graph, long seed) {
        return Objects.requireNonNull(GeneratedInputs.of(graph, seed).get(0).get("x"))
                .floats();
    }

    @Test
    void textAndUnknownRanksCannotBeGenerated() {
        OnnxGraph text = OnnxGraph.create("test", 13);
        text.inputs().add(OnnxValue.tensor("words", ElementType.STRING, 1));
        assertThatThrownBy(() -> GeneratedInputs.of(text, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(words)")
                .hasMessageContaining("Maybe give the recipe samples");
        OnnxGraph unknown = OnnxGraph.create("test", 13);
        unknown.inputs().add(new OnnxValue("x", new OnnxType.OfTensor(ElementType.FLOAT, null)));
        assertThatThrownBy(() -> GeneratedInputs.of(unknown, 1)).isInstanceOf(InvalidInputException.class);
    }
}
