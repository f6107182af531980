package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelInspectorTest {
    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("x"), bytes);
    }

    @Test
    void anOnnxModelTellsEverything() throws IOException {
        OnnxGraph graph = OnnxReader.read(TinyModels.affine(2));
        graph.info().producerName("maker").producerVersion("3.1").modelVersion(4);
        graph.info().opsets().put("com.example", 1L);
        graph.info().metadata().put("author", "someone");
        graph.initializers().put("table", OnnxTensor.ofFloats(new float[12], 3, 4));
        Path path = file(OnnxWriter.toBytes(graph));
        ModelInspection inspection = ModelInspector.inspect(path);
        assertThat(inspection.format()).isEqualTo(ModelFormat.ONNX);
        assertThat(inspection.sizeBytes()).isEqualTo(Files.size(path));
        assertThat(inspection.producer()).isEqualTo("maker 3.1");
        assertThat(inspection.formatVersion()).isEqualTo("IR 8");
        assertThat(inspection.opsets()).isEqualTo(Map.of("", 17L, "com.example", 1L));
        assertThat(inspection.operators()).isEqualTo(Map.of("Add", 1, "Mul", 1));
        assertThat(inspection.parameters())
                .as("two scalars and a table of 3 by 4")
                .isEqualTo(14);
        assertThat(inspection.weightBytes()).isEqualTo(14 * 4);
        assertThat(inspection.metadata())
                .containsEntry("author", "someone")
                .containsEntry("graph", "affine")
                .containsEntry("model version", "4");
        assertThat(inspection.signature().inputs()).singleElement().hasToString("x: FLOAT[N,3]");
        assertThat(inspection.signature().outputs()).singleElement().hasToString("y: FLOAT[N,3]");
        assertThat(inspection.warnings()).singleElement().asString().contains("com.example");
        assertThat(inspection.can("run")).isTrue();
        assertThat(inspection.can("optimize")).isTrue();
        assertThat(inspection.can("fly")).isFalse();
        assertThatThrownBy(() -> inspection.operators().put("X", 1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void nestedGraphsAreCounted() throws IOException {
        ModelInspection inspection = ModelInspector.inspect(file(TinyModels.countTo()));
        assertThat(inspection.operators()).isEqualTo(Map.of("Loop", 1, "Identity", 1, "Add", 1));
        assertThat(inspection.parameters())
                .as("go, start, and step in the body")
                .isEqualTo(3);
        assertThat(inspection.weightBytes()).isEqualTo(1 + 4 + 4);
    }

    @Test
    void valuesThatAreNoTensorsAreLeftOutWithAWarning() throws IOException {
        OnnxGraph graph = OnnxReader.read(TinyModels.affine(2));
        graph.add("SequenceConstruct", "seq", List.of("y"), List.of("s"));
        graph.outputs()
                .add(new OnnxValue("s", new OnnxType.OfSequence(OnnxType.OfTensor.of(ElementType.FLOAT, -1, 3))));
        graph.outputs().add(new OnnxValue("h", new OnnxType.OfTensor(ElementType.FLOAT, null)));
        ModelInspection inspection = ModelInspector.inspect(file(OnnxWriter.toBytes(graph)));
        assertThat(inspection.signature().outputs()).extracting(o -> o.name()).containsExactly("y", "h");
        assertThat(inspection.warnings())
                .anyMatch(w -> w.contains("(s) is no tensor"))
                .anyMatch(w -> w.contains("(h) does not state its rank"));
        assertThat(ModelInspector.signature(graph).outputs()).hasSize(2);
    }

    @Test
    void inputsWithDefaultsNeedNotBeFed() {
        OnnxGraph graph = OnnxReader.read(TinyModels.affine(2));
        graph.inputs().add(OnnxValue.tensor("f", ElementType.FLOAT));
        assertThat(ModelInspector.signature(graph).inputs())
                .extracting(i -> i.name())
                .containsExactly("x");
    }

    @Test
    void openvinoTellsInputsAndOutputs() throws IOException {
        String xml =
                """
                <?xml version="1.0"?>
                <net name="two" version="11">
                  <layers>
                    <layer id="0" name="in" type="Parameter" version="opset1">
                      <data shape="?,3" element_type="f16"/>
                      <output><port id="0" precision="FP16"><dim>-1</dim><dim>3</dim></port></output>
                    </layer>
                    <layer id="1" name="act" type="ReLU" version="opset1">
                      <input><port id="0"><dim>-1</dim><dim>3</dim></port></input>
                      <output><port id="1" precision="FP32"><dim>1..8</dim><dim>3</dim></port></output>
                    </layer>
                    <layer id="2" name="out" type="Result" version="opset1">
                      <input><port id="0"><dim>1..8</dim><dim>3</dim></port></input>
                    </layer>
                  </layers>
                  <edges>
                    <edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
                    <edge from-layer="1" from-port="1" to-layer="2" to-port="0"/>
                  </edges>
                </net>
                """;
        Path graph = Files.writeString(folder.resolve("net.xml"), xml);
        ModelInspection bare = ModelInspector.inspect(graph);
        assertThat(bare.signature().inputs()).singleElement().hasToString("in: FLOAT16[?,3]");
        assertThat(bare.signature().outputs()).singleElement().hasToString("out: FLOAT[?,3]");
        assertThat(bare.operators()).isEqualTo(Map.of("Parameter", 1, "ReLU", 1, "Result", 1));
        assertThat(bare.warnings()).anyMatch(w -> w.contains("(.bin) is not beside"));
        Files.write(folder.resolve("net.bin"), new byte[10]);
        ModelInspection whole = ModelInspector.inspect(graph);
        assertThat(whole.weightBytes()).isEqualTo(10);
        assertThat(whole.sizeBytes()).isEqualTo(10 + Files.size(graph));
        Files.writeString(graph, xml.replace("f16", "f99"));
        assertThat(ModelInspector.inspect(graph).signature()).isEqualTo(Signature.UNKNOWN);
    }

    @Test
    void xmlCannotReachOtherFiles() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "SECRET");
        Path graph = Files.writeString(
                folder.resolve("net.xml"),
                "<!DOCTYPE net [<!ENTITY e SYSTEM \"" + secret.toUri()
                        + "\">]>\n<net name=\"&e;\" version=\"11\"></net>");
        try {
            assertThat(ModelInspector.inspect(graph).metadata().toString()).doesNotContain("SECRET");
        } catch (ModelFormatException e) {
            assertThat(e.getMessage()).contains("Maybe").doesNotContain("SECRET");
        }
    }

    @Test
    void jsonThatBreaksOffInTheMiddleIsRefused() throws IOException {
        String json =
                "{\"learner\":{\"objective\":{\"name\":\"reg:squarederror\"},\"gradient_booster\":{\"model\":[1,2,}";
        assertThatThrownBy(() -> ModelInspector.inspect(file(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("damaged or cut off");
    }

    @Test
    void whatIsNotReadIsSaid() throws IOException {
        ModelInspection inspection =
                ModelInspector.inspect(file("ftrt\1\0\0\0body".getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(inspection.signature()).isEqualTo(Signature.UNKNOWN);
        assertThat(inspection.parameters()).isEqualTo(-1);
        assertThat(inspection.warnings())
                .anyMatch(text -> text.contains("bindings are in a form that NVIDIA keeps to itself"))
                .anyMatch(text -> text.contains("not counted"));
        assertThat(inspection.abilities()).filteredOn(Ability::possible).isEmpty();
    }
}
