package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxAttribute;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
    @TempDir
    Path folder;

    @Test
    void oneFileIsAllOfASelfContainedModel() throws IOException {
        Path file = Files.write(folder.resolve("m.onnx"), TinyModels.affine(1));
        Files.writeString(folder.resolve("m.bin"), "not its own");
        assertThat(ModelFiles.of(file, ModelFormat.ONNX)).isEqualTo(new ModelFiles(file, List.of(), ""));
        assertThat(ModelFiles.of(folder, ModelFormat.HUGGINGFACE)).isEqualTo(new ModelFiles(folder, List.of(), ""));
    }

    @Test
    void openvinoWeightsAreFoundByTheirName() throws IOException {
        Path file = Files.writeString(folder.resolve("net.v1.xml"), "<net></net>");
        assertThat(ModelFiles.of(file, ModelFormat.OPENVINO).files()).isEmpty();
        Files.writeString(folder.resolve("net.v1.bin"), "w");
        assertThat(ModelFiles.of(file, ModelFormat.OPENVINO))
                .isEqualTo(new ModelFiles(folder, List.of("net.v1.bin", "net.v1.xml"), "net.v1.xml"));
    }

    @Test
    void aSavedModelIsItsFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("saved_model.pb"), "x");
        assertThat(ModelFiles.of(file, ModelFormat.TENSORFLOW).root()).isEqualTo(file);
        Files.createDirectory(folder.resolve("variables"));
        assertThat(ModelFiles.of(file, ModelFormat.TENSORFLOW)).isEqualTo(new ModelFiles(folder, List.of(), ""));
    }

    private static OnnxTensor table() {
        return OnnxTensor.ofFloats(new float[4096], 4096);
    }

    private List<String> external(OnnxGraph graph) {
        Path file = folder.resolve("net.onnx");
        OnnxWriter.write(graph, file, 0);
        return ModelFiles.of(file, ModelFormat.ONNX).files();
    }

    @Test
    void externalDataOfInitializersIsFound() {
        OnnxGraph graph = OnnxReader.read(TinyModels.affine(1));
        graph.initializers().put("table", table());
        assertThat(external(graph)).containsExactly("net.onnx", "net.onnx.data");
    }

    @Test
    void externalDataOfAttributesAndNestedGraphsIsFound() {
        OnnxGraph constant = OnnxReader.read(TinyModels.affine(1));
        constant.add("Constant", "c", List.of(), List.of("t")).attribute("value", new OnnxAttribute.OfTensor(table()));
        assertThat(external(constant)).containsExactly("net.onnx", "net.onnx.data");

        OnnxGraph nested = OnnxReader.read(TinyModels.countTo());
        OnnxGraph body = nested.nodes().get(0).subgraphs().get(0);
        body.initializers().put("table", table());
        assertThat(external(nested)).containsExactly("net.onnx", "net.onnx.data");
    }

    @Test
    void locationsThatLeaveTheFolderAreRefused() throws IOException {
        OnnxGraph graph = OnnxReader.read(TinyModels.affine(1));
        graph.initializers().put("table", table());
        external(graph);
        Path file = folder.resolve("net.onnx");
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (String location : List.of("../onnx.data.", "/net.onnx.dat", "a/../../net.d")) {
            assertThat(location).hasSameSizeAs("net.onnx.data");
            Files.write(file, bytes.replace("net.onnx.data", location).getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> ModelFiles.of(file, ModelFormat.ONNX))
                    .as(location)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("leaves the model's folder");
        }
    }

    @Test
    void aValueNamedLikeALocationIsNoLocation() {
        OnnxGraph graph = OnnxGraph.create("location", 17);
        graph.inputs().add(new OnnxValue("location", OnnxType.OfTensor.of(ElementType.FLOAT, 1)));
        graph.add("Identity", "location", List.of("location"), List.of("y"));
        graph.outputs().add(new OnnxValue("y", OnnxType.OfTensor.of(ElementType.FLOAT, 1)));
        assertThat(external(graph)).isEmpty();
    }
}
