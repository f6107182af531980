package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of all types cross the border to ONNX Runtime and back unharmed. */
class OrtTypesTest {
    private static InferenceSession open(OnnxGraph graph) {
        return new OnnxRuntimeEngine().open(OnnxWriter.toBytes(graph), SessionOptions.defaults());
    }

    private static OnnxValue value(String name, ElementType type, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(type, List.of(dims)));
    }

    /** All bit patterns, NaNs and infinities among them. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.MATCH_ANY,
            names = {"FLOAT", "DOUBLE", "U?INT(8|16|32|64)", "FLOAT16", "BFLOAT16"})
    void everyBitPatternComesBack(ElementType type) {
        SplittableRandom random = new SplittableRandom(type.onnxCode());
        try (InferenceSession session = open(OnnxReader.read(TinyModels.identity(type)))) {
            for (int n : new int[] {1, 2, 7, 64, 1000}) {
                byte[] bytes = new byte[(int) type.bytes(n)];
                random.nextBytes(bytes);
                Tensor answer =
                        session.run(Map.of("x", Tensor.ofBytes(type, bytes, n))).get("y");
                assertThat(answer.type()).isEqualTo(type);
                assertThat(answer.shape()).containsExactly(n);
                assertThat(answer.bytes())
                        .as("seed %d, n %d", type.onnxCode(), n)
                        .isEqualTo(bytes);
            }
        }
    }

    @Test
    void truthValuesComeBack() {
        try (InferenceSession session = open(OnnxReader.read(TinyModels.identity(ElementType.BOOL)))) {
            Tensor answer = session.run(Map.of("x", Tensor.ofBytes(ElementType.BOOL, new byte[] {1, 0, 0, 1}, 4)))
                    .get("y");
            assertThat(answer.bytes()).containsExactly(1, 0, 0, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "naïve", "日本語", "𝔘𝔫𝔦", "line\nbreak", "tab\t", " "})
    void textComesBack(String text) {
        try (InferenceSession session = open(OnnxReader.read(TinyModels.identity(ElementType.STRING)))) {
            Tensor answer = session.run(Map.of("x", Tensor.of(new String[] {text, "x", text}, 3)))
                    .get("y");
            assertThat(answer.strings()).containsExactly(text, "x", text);
        }
    }

    @Test
    void ranksFromScalarToSixComeBackWithTheirShape() {
        long[][] shapes = {{}, {1}, {0}, {2, 3}, {1, 1, 1}, {2, 0, 3}, {2, 1, 3, 2}, {1, 2, 1, 2, 1, 2}};
        for (long[] shape : shapes) {
            Dim[] dims = new Dim[shape.length];
            for (int i = 0; i < dims.length; i++) {
                dims[i] = Dim.symbolic("d" + i);
            }
            OnnxGraph graph = OnnxGraph.create("ranks", 17);
            graph.inputs().add(value("x", ElementType.INT32, dims));
            graph.add("Identity", "id", List.of("x"), List.of("y"));
            graph.outputs().add(value("y", ElementType.INT32, dims));
            try (InferenceSession session = open(graph)) {
                Tensor input = Tensor.allocate(ElementType.INT32, shape);
                for (int i = 0; i < input.elements(); i++) {
                    input.buffer().putInt(4 * i, i * i - 5);
                }
                Tensor answer = session.run(Map.of("x", input)).get("y");
                assertThat(answer.shape()).containsExactly(shape);
                assertThat(answer.ints()).containsExactly(input.ints());
            }
        }
    }

    @Test
    void theSignatureHasNamesTypesAndSymbolsOfTheModel() {
        OnnxGraph graph = OnnxGraph.create("signature", 17);
        graph.inputs().add(value("ids", ElementType.INT64, Dim.symbolic("batch"), Dim.symbolic("length")));
        graph.inputs().add(value("flag", ElementType.BOOL));
        graph.inputs().add(value("pixels", ElementType.UINT8, Dim.of(2), Dim.of(3)));
        graph.add("Shape", "s", List.of("ids"), List.of("shape"));
        graph.add("Not", "n", List.of("flag"), List.of("not"));
        graph.add("Cast", "c", List.of("pixels"), List.of("half")).attribute("to", ElementType.FLOAT16.onnxCode());
        graph.outputs().add(value("shape", ElementType.INT64, Dim.of(2)));
        graph.outputs().add(value("not", ElementType.BOOL));
        graph.outputs().add(value("half", ElementType.FLOAT16, Dim.of(2), Dim.of(3)));
        try (InferenceSession session = open(graph)) {
            assertThat(session.signature().inputs())
                    .containsExactly(
                            new TensorSpec(
                                    "ids", ElementType.INT64, List.of(Dim.symbolic("batch"), Dim.symbolic("length"))),
                            TensorSpec.of("flag", ElementType.BOOL),
                            TensorSpec.of("pixels", ElementType.UINT8, 2, 3));
            assertThat(session.signature().outputs())
                    .extracting(TensorSpec::name)
                    .containsExactly("shape", "not", "half");
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            inputs.put("pixels", Tensor.ofBytes(ElementType.UINT8, new byte[] {0, 1, 2, 3, 4, 5}, 2, 3));
            inputs.put("flag", Tensor.ofBytes(ElementType.BOOL, new byte[] {0}));
            inputs.put("ids", Tensor.allocate(ElementType.INT64, 4, 9));
            Map<String, Tensor> outputs = session.run(inputs);
            assertThat(outputs.keySet()).as("the signature's order").containsExactly("shape", "not", "half");
            assertThat(outputs.get("shape").longs()).containsExactly(4, 9);
            assertThat(outputs.get("not").bytes()).containsExactly(1);
            ByteBuffer half = ByteBuffer.wrap(outputs.get("half").bytes()).order(ByteOrder.nativeOrder());
            short[] expected = {0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500}; // 0 to 5 in IEEE 754 binary16
            for (int i = 0; i < 6; i++) {
                assertThat(half.getShort(2 * i)).isEqualTo(expected[i]);
            }
        }
    }

    @Test
    void sequencesOfEveryLengthAndElementTypeComeNumbered() {
        for (ElementType type : List.of(ElementType.FLOAT, ElementType.INT64, ElementType.DOUBLE)) {
            OnnxGraph graph = OnnxGraph.create("split", 17);
            graph.inputs().add(value("x", type, Dim.symbolic("N"), Dim.of(2)));
            graph.add("SplitToSequence", "split", List.of("x"), List.of("rows")).attribute("keepdims", 0);
            graph.outputs().add(new OnnxValue("rows", new OnnxType.OfSequence(new OnnxType.OfTensor(type, null))));
            try (InferenceSession session = open(graph)) {
                for (int n : new int[] {1, 2, 5, 40}) {
                    byte[] bytes = new byte[(int) type.bytes(2L * n)];
                    new SplittableRandom(n).nextBytes(bytes);
                    Map<String, Tensor> outputs = session.run(Map.of("x", Tensor.ofBytes(type, bytes, n, 2)));
                    List<byte[]> rows = new ArrayList<>();
                    for (int i = 0; i < n; i++) {
                        Tensor row = outputs.get("rows." + i);
                        assertThat(row.shape()).containsExactly(2);
                        rows.add(row.bytes());
                    }
                    assertThat(outputs).hasSize(n);
                    ByteBuffer joined = ByteBuffer.allocate(bytes.length);
                    rows.forEach(joined::put);
                    assertThat(joined.array()).as("%s, n %d", type, n).isEqualTo(bytes);
                }
            }
        }
    }

    @Test
    void mapsOfManyRowsKeepRowsAndKeysTogether() {
        int classes = 50;
        List<Long> labels = new ArrayList<>();
        for (long i = 0; i < classes; i++) {
            labels.add(i * 37 % classes - 20);
        }
        OnnxGraph graph = OnnxGraph.create("zip", 17);
        graph.info().opsets().put("ai.onnx.ml", 3L);
        graph.inputs().add(value("p", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(classes)));
        graph.add("ZipMap", "zip", List.of("p"), List.of("scores"))
                .domain("ai.onnx.ml")
                .attribute("classlabels_int64s", new OnnxAttribute.OfInts(labels));
        graph.outputs()
                .add(new OnnxValue(
                        "scores",
                        new OnnxType.OfSequence(
                                new OnnxType.OfMap(ElementType.INT64, OnnxType.OfTensor.of(ElementType.FLOAT)))));
        try (InferenceSession session = open(graph)) {
            for (int rows : new int[] {1, 3, 20}) {
                float[] values = new float[rows * classes];
                for (int row = 0; row < rows; row++) {
                    for (int c = 0; c < classes; c++) {
                        values[row * classes + c] = 1000f * row + (float) (long) labels.get(c);
                    }
                }
                Map<String, Tensor> outputs = session.run(Map.of("p", Tensor.of(values, rows, classes)));
                long[] keys = outputs.get("scores.keys").longs();
                float[] scores = outputs.get("scores").floats();
                assertThat(keys).isSorted().hasSize(classes);
                for (int row = 0; row < rows; row++) {
                    for (int c = 0; c < classes; c++) {
                        assertThat(scores[row * classes + c]).isEqualTo(1000f * row + (float) keys[c]);
                    }
                }
            }
        }
    }

    /** A sequence, a map and a tensor in one model keep the order of the signature. */
    @Test
    void outputsOfAllKindsInOneModel() {
        OnnxGraph graph = OnnxGraph.create("mixed", 17);
        graph.info().opsets().put("ai.onnx.ml", 3L);
        graph.inputs().add(value("x", ElementType.FLOAT, Dim.of(2), Dim.of(2)));
        graph.add("SplitToSequence", "split", List.of("x"), List.of("rows"));
        graph.add("ZipMap", "zip", List.of("x"), List.of("maps"))
                .domain("ai.onnx.ml")
                .attribute(
                        "classlabels_strings",
                        new OnnxAttribute.OfStrings(
                                List.of(ByteString.copyFromUtf8("no"), ByteString.copyFromUtf8("yes"))));
        graph.add("ArgMax", "top", List.of("x"), List.of("class")).attribute("axis", 1);
        graph.outputs().add(value("class", ElementType.INT64, Dim.of(2), Dim.of(1)));
        graph.outputs()
                .add(new OnnxValue(
                        "maps",
                        new OnnxType.OfSequence(
                                new OnnxType.OfMap(ElementType.STRING, OnnxType.OfTensor.of(ElementType.FLOAT)))));
        graph.outputs()
                .add(new OnnxValue("rows", new OnnxType.OfSequence(new OnnxType.OfTensor(ElementType.FLOAT, null))));
        try (InferenceSession session = open(graph)) {
            Map<String, Tensor> outputs = session.run(Map.of("x", Tensor.of(new float[] {.9f, .1f, .2f, .8f}, 2, 2)));
            assertThat(outputs.keySet()).containsExactly("class", "maps", "maps.keys", "rows.0", "rows.1");
            assertThat(outputs.get("class").longs()).containsExactly(0, 1);
            assertThat(outputs.get("maps.keys").strings()).containsExactly("no", "yes");
            assertThat(outputs.get("maps").floats()).containsExactly(.9f, .1f, .2f, .8f);
            assertThat(outputs.get("rows.1").floats()).containsExactly(.2f, .8f);
            assertThatThrownBy(() -> session.predict(new float[] {1, 2, 3, 4}, 0))
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void whatARunReturnsIsTheCallersAndSurvivesTheSession() {
        Map<String, Tensor> outputs;
        float[] answer;
        try (InferenceSession session = open(OnnxReader.read(TinyModels.affine(2)))) {
            outputs = session.run(Map.of("x", Tensor.of(new float[] {1, 2, 3}, 1, 3)));
            answer = session.predict(new float[] {1, 2, 3}, 0);
            answer[0] = 99;
            outputs.get("y").buffer().putFloat(0, 77);
            assertThat(session.predict(new float[] {1, 2, 3}, 0)).containsExactly(3, 5, 7);
        }
        assertThat(outputs.get("y").floats()).containsExactly(77, 5, 7);
        assertThat(answer).containsExactly(99, 5, 7);
    }

    @ParameterizedTest
    @EnumSource(names = {"DOUBLE", "INT64", "INT32", "UINT8", "FLOAT16", "BOOL", "STRING"})
    void anotherTypeThanTheModelsIsRefusedWithBothNames(ElementType type) {
        try (InferenceSession session = open(OnnxReader.read(TinyModels.affine(2)))) {
            Tensor wrong = type == ElementType.STRING
                    ? Tensor.of(new String[] {"a", "b", "c"}, 1, 3)
                    : Tensor.allocate(type, 1, 3);
            assertThatThrownBy(() -> session.run(Map.of("x", wrong)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(x: FLOAT")
                    .hasMessageContaining(type.name())
                    .hasMessageContaining("FLOAT");
        }
    }

    @Test
    void constantsOfAModelWithoutInputsAreGiven() {
        OnnxGraph graph = OnnxGraph.create("constant", 17);
        graph.initializers().put("c", OnnxTensor.ofLongs(new long[] {4, 5}, 2));
        graph.add("Identity", "id", List.of("c"), List.of("y"));
        graph.outputs().add(value("y", ElementType.INT64, Dim.of(2)));
        try (InferenceSession session = open(graph)) {
            assertThat(session.signature().inputs()).isEmpty();
            assertThat(session.run(Map.of()).get("y").longs()).containsExactly(4, 5);
            assertThatThrownBy(() -> session.predict(new float[0], 0)).isInstanceOf(InvalidInputException.class);
        }
    }
}
