package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
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
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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
        assertThat(ModelFile.of(bytes("a", "\0\0\0\0TFL3....")).format()).isEqualTo(ModelFormat.TFLITE);
        assertThat(ModelFile.of(bytes("b", "ftrt\0\0\0\0")).format()).isEqualTo(ModelFormat.TENSORRT);
        assertThat(ModelFile.of(bytes("c", "\20\0\0\0\0\0\0\0{\"a\":{}}")).format())
                .isEqualTo(ModelFormat.HUGGINGFACE);
        assertThat(ModelFile.of(bytes("d", " \n{\"learner\": {}}")).format()).isEqualTo(ModelFormat.XGBOOST);
        assertThat(ModelFile.of(bytes("e.ubj", "{L\0\0\0\0\0\0\0\7learner")).format())
                .isEqualTo(ModelFormat.XGBOOST);
        assertThat(ModelFile.of(bytes("f.xml", "<?xml version=\"1.0\"?><net/>")).format())
                .isEqualTo(ModelFormat.OPENVINO);
        assertThat(ModelFile.of(bytes("g", "\u0080\4\u0095xyz")).format()).isEqualTo(ModelFormat.SCIKIT_LEARN);
        assertThat(ModelFile.of(bytes("g.pt", "\u0080\2\u008axyz")).format()).isEqualTo(ModelFormat.PYTORCH);
        assertThat(ModelFile.of(bytes("h.pb", "\n\1x")).format()).isEqualTo(ModelFormat.TENSORFLOW);
        assertThat(ModelFile.of(bytes("i.mlmodel", "\b\1")).format()).isEqualTo(ModelFormat.COREML);
        assertThat(ModelFile.of(bytes("j", "\b\7")).format()).isEqualTo(ModelFormat.ONNX);
    }

    @Test
    void foldersAreRecognisedByWhatTheyHold() throws IOException {
        Path saved = Files.createDirectory(dir.resolve("saved"));
        Files.createFile(saved.resolve("saved_model.pb"));
        Path hugging = Files.createDirectory(dir.resolve("hugging"));
        Files.createFile(hugging.resolve("model.safetensors"));
        Path apple = Files.createDirectory(dir.resolve("a.mlpackage"));
        Path empty = Files.createDirectory(dir.resolve("empty"));

        assertThat(ModelFile.of(saved).format()).isEqualTo(ModelFormat.TENSORFLOW);
        assertThat(ModelFile.of(hugging).format()).isEqualTo(ModelFormat.HUGGINGFACE);
        assertThat(ModelFile.of(apple).format()).isEqualTo(ModelFormat.COREML);
        assertThatThrownBy(() -> ModelFile.of(empty))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("holds no model");
    }

    @Test
    void zipArchivesArePytorchOnlyWithItsPickle() throws IOException {
        for (String entry : List.of("archive/data.pkl", "other.txt")) {
            Path file = dir.resolve(entry.replace('/', '_') + ".zip");
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
                zip.putNextEntry(new ZipEntry(entry));
            }
            if (entry.endsWith(".pkl")) {
                assertThat(ModelFile.of(file).format()).isEqualTo(ModelFormat.PYTORCH);
            } else {
                assertThatThrownBy(() -> ModelFile.of(file)).hasMessageContaining("no PyTorch model");
            }
        }
        assertThatThrownBy(() -> ModelFile.of(bytes("broken.pt", "PK\3\4broken")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("damaged");
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
        assertThat(new ModelFile(model, ModelFormat.XGBOOST).converted(Engines.discover()))
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
    void flopsNeedStatedShapes() {
        OnnxGraph graph = Graphs.perceptron();
        graph.add("Loop", "l", List.of(), List.of("z"));

        assertThat(FlopCount.of(Graphs.perceptron())).hasValue(2 * (64 * 32 + 32 * 4));
        assertThat(FlopCount.of(graph)).isEmpty();
        assertThat(FlopCount.of(Graphs.affine())).hasValue(0);
    }

    @Test
    void flopsOfAConvolutionAreCountedByItsOutput() {
        OnnxGraph graph = OnnxGraph.create("conv", 17);
        graph.inputs().add(Graphs.value("x", ElementType.FLOAT, dims(-1, 3, 8, 8)));
        graph.outputs().add(Graphs.value("y", ElementType.FLOAT, dims(-1, 5, 6, 6)));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[5 * 3 * 3 * 3], 5, 3, 3, 3));
        graph.add("Conv", "c", List.of("x", "w"), List.of("y"));

        assertThat(FlopCount.of(graph)).hasValue(2L * 5 * 6 * 6 * 3 * 3 * 3);
        graph.outputs().clear();
        assertThat(FlopCount.of(graph)).isEmpty();
    }

    private static io.edgeai.core.model.Dim[] dims(long... sizes) {
        return java.util.Arrays.stream(sizes)
                .mapToObj(io.edgeai.core.model.Dim::of)
                .toArray(io.edgeai.core.model.Dim[]::new);
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
