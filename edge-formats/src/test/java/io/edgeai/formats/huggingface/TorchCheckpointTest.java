package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.format.ModelFormatDetector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.formats.pytorch.StateDictFile;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same weights as safetensors and as PyTorch saves them give the same graph, byte for byte. */
class TorchCheckpointTest {
    @TempDir
    Path dir;

    private TinyModel model;
    private byte[] expected;

    @BeforeEach
    void reference() {
        model = DistilBertFamilyTest.model(4, "DistilBertModel");
        expected = OnnxWriter.toBytes(model.imported(dir.resolve("safe")).graph());
    }

    private Path folder() throws IOException {
        Path folder = Files.createDirectories(dir.resolve("torch"));
        Files.copy(dir.resolve("safe/config.json"), folder.resolve("config.json"));
        return folder;
    }

    private StateDictFile weights(List<String> names) {
        StateDictFile file = new StateDictFile();
        names.forEach(name -> file.tensor(name, file.floats(model.weights.get(name)), model.dims.get(name)));
        return file;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onePickleGivesTheSameBytes(boolean legacy) throws IOException {
        Path folder = folder();
        StateDictFile file = weights(List.copyOf(model.weights.keySet()));
        Path bin = folder.resolve("pytorch_model.bin");
        if (legacy) {
            file.legacy(bin);
        } else {
            file.zip(bin);
        }

        ImportedModel imported = new HuggingFaceImporter().read(folder);

        assertThat(ModelFormatDetector.detect(folder)).isEqualTo(ModelFormat.HUGGINGFACE);
        assertThat(OnnxWriter.toBytes(imported.graph())).isEqualTo(expected);
    }

    @Test
    void severalFilesAreJoinedByTheirIndex() throws IOException {
        Path folder = folder();
        List<String> names = List.copyOf(model.weights.keySet());
        StringBuilder index = new StringBuilder("{\"metadata\":{\"total_size\":1},\"weight_map\":{");
        for (int i = 0; i < names.size(); i++) {
            index.append(i == 0 ? "\"" : ",\"")
                    .append(names.get(i))
                    .append("\":\"pytorch_model-0000")
                    .append(1 + i % 2)
                    .append("-of-00002.bin\"");
        }
        Files.writeString(folder.resolve("pytorch_model.bin.index.json"), index + "}}");
        for (int part = 0; part < 2; part++) {
            int rest = part;
            weights(names.stream()
                            .filter(name -> names.indexOf(name) % 2 == rest)
                            .toList())
                    .zip(folder.resolve("pytorch_model-0000" + (1 + part) + "-of-00002.bin"));
        }

        assertThat(ModelFormatDetector.detect(folder)).isEqualTo(ModelFormat.HUGGINGFACE);
        assertThat(OnnxWriter.toBytes(new HuggingFaceImporter().read(folder).graph()))
                .isEqualTo(expected);

        Files.writeString(folder.resolve("pytorch_model.bin.index.json"), index + ",\"x\":\"../x.bin\"}}");
        assertThatThrownBy(() -> new HuggingFaceImporter().read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(../x.bin)");
    }

    @Test
    void safetensorsWinWhereBothAreThere() throws IOException {
        Path safe = dir.resolve("safe");
        Files.writeString(safe.resolve("pytorch_model.bin"), "a pickle nobody reads");

        assertThat(OnnxWriter.toBytes(new HuggingFaceImporter().read(safe).graph()))
                .isEqualTo(expected);
    }

    @Test
    void aHostilePickleIsRefused() throws IOException {
        Path folder = folder();
        Files.write(
                folder.resolve("pytorch_model.bin"),
                "\u0080\2cposix\nsystem\n(X\4\0\0\0exittR.".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> new HuggingFaceImporter().read(folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("posix.system")
                .hasMessageContaining("Nothing was called");
    }

    @Test
    void missingWeightsAreListedAsOfSafetensors() throws IOException {
        Path folder = folder();
        List<String> names = List.copyOf(model.weights.keySet());
        weights(names.subList(2, names.size())).zip(folder.resolve("pytorch_model.bin"));

        assertThatThrownBy(() -> new HuggingFaceImporter().read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(" + names.get(0) + ")")
                .hasMessageContaining("(" + names.get(1) + ")")
                .hasMessageContaining("is missing");
    }

    private static OnnxGraph named(String name) {
        OnnxGraph graph = OnnxGraph.create(name, 17);
        graph.inputs().add(io.edgeai.core.onnx.OnnxValue.tensor("x", io.edgeai.core.model.ElementType.FLOAT, 1));
        graph.outputs().add(io.edgeai.core.onnx.OnnxValue.tensor("y", io.edgeai.core.model.ElementType.FLOAT, 1));
        graph.add("Identity", "", List.of("x"), List.of("y"));
        return graph;
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx", "encoder_model.onnx"})
    void aFolderOfSettingsAndAGraphIsThatGraph(String file) throws IOException {
        Path folder = folder();
        Files.createDirectories(folder.resolve(file).getParent());
        OnnxWriter.write(named("exported"), folder.resolve(file));

        assertThat(ModelFormatDetector.detect(folder)).isEqualTo(ModelFormat.HUGGINGFACE);
        ImportedModel imported = new HuggingFaceImporter().read(folder);
        assertThat(imported.graph().name()).isEqualTo("exported");
        assertThat(imported.notes()).containsExactly("the folder's own " + file + " is used as it is");
    }

    @Test
    void severalGraphsOfOtherNamesAreListed() throws IOException {
        Path folder = folder();
        OnnxWriter.write(named("a"), folder.resolve("encoder_model.onnx"));
        OnnxWriter.write(named("b"), folder.resolve("decoder_model.onnx"));

        assertThatThrownBy(() -> new HuggingFaceImporter().read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("[decoder_model.onnx, encoder_model.onnx]");
    }
}
