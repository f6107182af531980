package io.edgeai.optimize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.ShortBuffer;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
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
    void quantizedInputsAreSpreadOverTheirWholeRange() {
        GraphBuilder b = new GraphBuilder(17, 1).input("bytes", ElementType.INT8, 1, 400);
        b.input("words", ElementType.INT16, 1, 400);
        b.node("Cast", "b", "bytes").attribute("to", ElementType.FLOAT.onnxCode());
        b.node("Cast", "w", "words").attribute("to", ElementType.FLOAT.onnxCode());
        b.node("Add", "y", "b", "w");
        OnnxGraph graph = b.output("y", 2).graph();

        try (InferenceSession session = Ort.open(graph)) {
            Map<String, Tensor> feed =
                    GeneratedInputs.runnable(graph, 3, session).get(0);
            byte[] bytes = Objects.requireNonNull(feed.get("bytes")).bytes();
            ShortBuffer words =
                    Objects.requireNonNull(feed.get("words")).buffer().asShortBuffer();
            IntSummaryStatistics small =
                    IntStream.range(0, 400).map(i -> bytes[i]).summaryStatistics();
            IntSummaryStatistics large = IntStream.range(0, 400).map(words::get).summaryStatistics();
            assertThat(small.getMin()).isLessThan(-110);
            assertThat(small.getMax()).isGreaterThan(110);
            assertThat(large.getMin()).isLessThan(-28_000);
            assertThat(large.getMax()).isGreaterThan(28_000);
        }
    }

    /** An index into three rows: only the narrow range runs. */
    @Test
    void bytesThatAreIndicesStaySmall() {
        GraphBuilder b =
                new GraphBuilder(17, 1).input("index", ElementType.UINT8, 50).weight("rows", 1, 3, 2);
        b.node("Cast", "i", "index").attribute("to", ElementType.INT64.onnxCode());
        b.node("Gather", "y", "rows", "i");
        OnnxGraph graph = b.output("y", 2).graph();

        try (InferenceSession session = Ort.open(graph)) {
            for (byte value : Objects.requireNonNull(
                            GeneratedInputs.runnable(graph, 3, session).get(0).get("index"))
                    .bytes()) {
                assertThat(value).isBetween((byte) 0, (byte) 1);
            }
        }
    }

    @Test
    void textsAreThoseThatTheModelKnows() {
        OnnxGraph graph = OnnxGraph.create("test", 17);
        graph.inputs().add(OnnxValue.tensor("city", ElementType.STRING, 20, 1));
        graph.initializers().put("known", OnnxTensor.ofStrings(List.of("Bern".getBytes(UTF_8)), 1));
        graph.add("LabelEncoder", "codes", List.of("city"), List.of("y"))
                .attribute("keys_strings", new OnnxAttribute.OfStrings(List.of(ByteString.copyFromUtf8("Rome"))));

        String[] texts = Objects.requireNonNull(
                        GeneratedInputs.of(graph, 1).get(0).get("city"))
                .strings();

        assertThat(texts).hasSize(20).containsOnly("Bern", "Rome");
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
