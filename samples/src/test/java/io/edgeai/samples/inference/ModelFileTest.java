package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.samples.Graphs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFileTest {
    @TempDir
    Path dir;

    private Path bytes(String name, String latin) throws IOException {
        return Files.write(dir.resolve(name), latin.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void formatsAreRecognisedByTheirBytes() throws IOException {
        assertThat(ModelFile.of(Graphs.write(Graphs.affine(), dir.resolve("a.txt")))
                        .format())
                .isEqualTo(ModelFormat.ONNX);
        assertThat(ModelFile.of(bytes("b", "ftrt\0\0\0\0")).format()).isEqualTo(ModelFormat.TENSORRT);
        assertThatThrownBy(() -> ModelFile.of(bytes("c", "<!DOCTYPE html><html></html>")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Maybe");
    }

    @ParameterizedTest
    @CsvSource({
        "coreml,.mlmodel,COREML",
        "tflite,.tflite,TFLITE",
        "huggingface,.safetensors,HUGGINGFACE",
        "xgboost,.ubj,XGBOOST",
        "xgboost,.json,XGBOOST",
        "openvino,.xml,OPENVINO",
        "sklearn,.joblib,SCIKIT_LEARN",
        "pytorch,.pt,PYTORCH",
    })
    void realFilesAreRecognised(String folder, String ending, ModelFormat format) throws IOException {
        Path root = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats", folder);
        Assumptions.assumeTrue(Files.isDirectory(root), "skipped: no " + folder + " below edgeai.testdata");
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(file -> file.toString().endsWith(ending)
                            && file.toFile().length() > 140
                            && Files.isRegularFile(file))
                    .toList();
        }
        for (Path file : files) {
            ModelFormat guessed;
            try {
                guessed = ModelFile.of(file).format();
            } catch (ModelFormatException e) {
                continue; // a file that is no model at all says so
            }
            assertThat(guessed).as(file.toString()).isEqualTo(format);
        }
    }

    @Test
    void enginesThatCannotRunAFormatAreRefused() throws IOException {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("a.onnx"));

        assertThatThrownBy(() -> ModelFile.of(model).open(Engines.of(), null, SessionOptions.defaults()))
                .isInstanceOf(RuntimeUnavailableException.class);
        assertThatThrownBy(() -> ModelFile.of(model).open(Engines.of(), "x", SessionOptions.defaults()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(x)");
        assertThat(ModelFile.of(model).converted(Engines.discover())).isFalse();
        assertThat(new ModelFile(model, ModelFormat.TFLITE).converted(Engines.discover()))
                .isTrue();
        assertThatThrownBy(() -> ModelFile.of(dir.resolve("none"))).isInstanceOf(EdgeException.class);
    }

    @Test
    void everyRealOnnxModelIsInspected() throws IOException {
        Path root = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "optimize");
        Assumptions.assumeTrue(Files.isDirectory(root), "skipped: no models below edgeai.testdata");
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(file -> file.toString().endsWith(".onnx")).toList();
        }
        for (Path file : files) {
            Inspection found = Inspection.of(ModelFile.of(file), Engines.discover());
            assertThat(found.format()).isEqualTo("ONNX");
            assertThat(found.inputs()).as(file.toString()).isNotEmpty();
            assertThat(found.sizeBytes()).isEqualTo(Files.size(file));
            int nodes = OnnxReader.read(file).nodes().size();
            assertThat(found.operators().values().stream().mapToInt(i -> i).sum())
                    .isGreaterThanOrEqualTo(nodes);
        }
    }

    @Test
    void methodsSelectOutputs() {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("margin", Tensor.of(new long[] {1}, 1));
        outputs.put("prediction", Tensor.of(new long[] {2}, 1));

        assertThat(Methods.select(outputs, null, ModelFormat.ONNX)).hasSize(2);
        assertThat(Methods.select(outputs, null, ModelFormat.XGBOOST)).containsOnlyKeys("prediction");
        assertThat(Methods.select(outputs, "all", ModelFormat.XGBOOST)).hasSize(2);
        assertThat(Methods.select(outputs, "predict", ModelFormat.ONNX)).containsOnlyKeys("prediction");
        assertThat(Methods.select(outputs, "margin", ModelFormat.XGBOOST)).containsOnlyKeys("margin");
        assertThat(Methods.select(outputs, "output_margin", ModelFormat.XGBOOST))
                .containsOnlyKeys("margin");
        assertThat(Methods.of(Set.of("label", "probabilities")))
                .containsExactly("all", "label", "predict", "predict_proba", "probabilities");
        assertThatThrownBy(() -> Methods.select(outputs, "transform", ModelFormat.ONNX))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[all, margin, output_margin, predict, prediction]");
    }
}
