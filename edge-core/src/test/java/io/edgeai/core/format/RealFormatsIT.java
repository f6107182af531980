package io.edgeai.core.format;

import static io.edgeai.core.model.ModelFormat.COREML;
import static io.edgeai.core.model.ModelFormat.HUGGINGFACE;
import static io.edgeai.core.model.ModelFormat.ONNX;
import static io.edgeai.core.model.ModelFormat.OPENVINO;
import static io.edgeai.core.model.ModelFormat.PYTORCH;
import static io.edgeai.core.model.ModelFormat.SCIKIT_LEARN;
import static io.edgeai.core.model.ModelFormat.TENSORFLOW;
import static io.edgeai.core.model.ModelFormat.TENSORRT;
import static io.edgeai.core.model.ModelFormat.TFLITE;
import static io.edgeai.core.model.ModelFormat.XGBOOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real models that nobody here made, in the folder of the system property {@code edgeai.testdata}. What each file is
 * comes from its name and folder, as its publishers chose them: an oracle that detection itself never looks at.
 */
class RealFormatsIT {
    private static final Map<String, ModelFormat> BY_EXTENSION = Map.ofEntries(
            Map.entry("onnx", ONNX),
            Map.entry("pt", PYTORCH),
            Map.entry("pth", PYTORCH),
            Map.entry("ptl", PYTORCH),
            Map.entry("tflite", TFLITE),
            Map.entry("mlmodel", COREML),
            Map.entry("safetensors", HUGGINGFACE),
            Map.entry("pkl", SCIKIT_LEARN),
            Map.entry("joblib", SCIKIT_LEARN),
            Map.entry("ubj", XGBOOST),
            Map.entry("engine", TENSORRT),
            Map.entry("deprecated", XGBOOST),
            Map.entry("model", XGBOOST));

    private static Path data = Path.of("");

    @BeforeAll
    static void find() {
        String folder = System.getProperty("edgeai.testdata", "../shared/data");
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.isDirectory(Path.of(folder, "formats")), "skipped: no folder formats in " + folder);
        data = Path.of(folder);
    }

    /** What the publishers say a file is; null for what is no model. */
    private static @Nullable ModelFormat published(Path file) {
        String name = file.getFileName().toString();
        String path = file.toString().replace('\\', '/');
        String extension = name.substring(name.lastIndexOf('.') + 1);
        if (name.endsWith(".joblib.gz") || name.equals("lin_reg.bin")) {
            return SCIKIT_LEARN;
        }
        if (extension.equals("pb")) {
            return name.equals("fingerprint.pb") ? null : TENSORFLOW;
        }
        if (extension.equals("xml")) {
            return OPENVINO;
        }
        if (extension.equals("json")) {
            return path.contains("/xgboost/") ? XGBOOST : null;
        }
        return BY_EXTENSION.get(extension);
    }

    private static List<Path> files() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : List.of("formats", "optimize")) {
            try (Stream<Path> walk = Files.walk(data.resolve(folder))) {
                walk.filter(Files::isRegularFile)
                        .filter(f -> !f.toString().matches(".*\\.(npy|csv|jpg)"))
                        .filter(f -> !f.toString().contains("/imagenet/"))
                        .sorted()
                        .forEach(found::add);
            }
        }
        return found;
    }

    @Test
    void everyModelIsWhatItsPublishersSayAndEverythingElseIsRefused() throws IOException {
        Map<ModelFormat, Integer> counts = new EnumMap<>(ModelFormat.class);
        List<String> wrong = new ArrayList<>();
        int refused = 0;
        for (Path file : files()) {
            ModelFormat wanted = published(file);
            try {
                ModelFormat found = ModelFormatDetector.detect(file);
                counts.merge(found, 1, Integer::sum);
                if (found != wanted) {
                    wrong.add(file + " is " + wanted + ", found " + found);
                }
            } catch (ModelFormatException e) {
                refused++;
                if (wanted != null || !e.getMessage().contains("Maybe")) {
                    wrong.add(file + " is " + wanted + ", refused: " + e.getMessage());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(counts.keySet()).as("formats met").isEqualTo(EnumSet.allOf(ModelFormat.class));
        assertThat(counts.values().stream().mapToInt(n -> n).sum())
                .as("models: %s", counts)
                .isGreaterThan(200);
        assertThat(refused).isGreaterThan(10);
    }

    /** Small files as copies, large ones as links: neither name nor folder tells anything. */
    @Test
    void everyModelIsDetectedUnderANameThatSaysNothing(@TempDir Path folder, TestReporter reporter) throws IOException {
        List<Long> nanoseconds = new ArrayList<>();
        for (Path file : files()) {
            ModelFormat wanted = published(file);
            if (wanted == null) {
                continue;
            }
            Path x = folder.resolve("x" + nanoseconds.size());
            if (Files.size(file) < 100_000) {
                Files.copy(file, x);
            } else {
                Files.createSymbolicLink(x, file.toAbsolutePath());
            }
            assertThat(ModelFormatDetector.detect(x)).as(file.toString()).isEqualTo(wanted);
            long best = Long.MAX_VALUE; // of five: the machine may be busy
            for (int i = 0; i < 5; i++) {
                long start = System.nanoTime();
                ModelFormatDetector.detect(x);
                best = Math.min(best, System.nanoTime() - start);
            }
            nanoseconds.add(best);
            Files.delete(x);
        }
        nanoseconds.sort(null);
        int models = nanoseconds.size();
        reporter.publishEntry(Map.of(
                "models", Integer.toString(models),
                "median us", Long.toString(nanoseconds.get(models / 2) / 1000),
                "95 % us", Long.toString(nanoseconds.get(models * 95 / 100) / 1000),
                "slowest us", Long.toString(nanoseconds.get(models - 1) / 1000)));
        assertThat(models).isGreaterThan(200);
    }

    @Test
    void foldersAreDetected() {
        Path formats = data.resolve("formats");
        Map<String, ModelFormat> folders = new TreeMap<>(Map.of(
                "tensorflow/saved_model_half_plus_two_cpu/00000123", TENSORFLOW,
                "tensorflow/saved_model_half_plus_two_tf2_cpu/00000123", TENSORFLOW,
                "tensorflow/tfjava/saved_model", TENSORFLOW,
                "openvino/samplenet/samplenet_tf2", TENSORFLOW,
                "openvino/omz", OPENVINO,
                "huggingface/tiny_bert_base", HUGGINGFACE,
                "huggingface/tiny_bert_seqcls", HUGGINGFACE,
                "huggingface/tiny_distilbert_seqcls", HUGGINGFACE,
                "sklearn_real/mlflow_0/model", ModelFormat.SCIKIT_LEARN));
        folders.forEach((folder, format) -> assertThat(ModelFormatDetector.detect(formats.resolve(folder)))
                .as(folder)
                .isEqualTo(format));
        assertThatThrownBy(
                        () -> ModelFormatDetector.detect(formats.resolve("tensorflow/saved_model_half_plus_two_cpu")))
                .hasMessageContaining("00000123")
                .hasMessageContaining("Maybe name the model in it");
    }

    @Test
    void neighboursOfModelsAreCalledByTheirNames() {
        Path net = data.resolve("formats/openvino/samplenet");
        Map<String, String> kinds = Map.of(
                "SampLeNet.caffemodel", "Caffe",
                "SampLeNet.prototxt", "text",
                "SampLeNet.blob", "Myriad",
                "samplenet.pdmodel", "PaddlePaddle",
                "samplenet-symbol.json", "MXNet",
                "SampLeNet.bin", "no model of a known kind",
                "samplenet-0000.params", "no model of a known kind");
        kinds.forEach((file, kind) -> assertThatThrownBy(() -> ModelFormatDetector.detect(net.resolve(file)))
                .as(file)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(kind));
        assertThatThrownBy(() -> ModelFormatDetector.detect(
                        data.resolve("formats/tensorflow/tf2onnx_regression/checkpoint/model.meta")))
                .hasMessageContaining("checkpoint");
        assertThatThrownBy(() ->
                        ModelFormatDetector.detect(data.resolve("formats/huggingface/tiny_bert_base/config.json")))
                .hasMessageContaining("Hugging Face configuration");
    }

    @Test
    void everyModelIsInspectedWithoutAnError() throws IOException {
        for (Path file : files()) {
            ModelFormat wanted = published(file);
            if (wanted == null) {
                continue;
            }
            ModelInspection inspection = ModelInspector.inspect(file);
            assertThat(inspection.format()).as(file.toString()).isEqualTo(wanted);
            assertThat(inspection.sizeBytes()).as(file.toString()).isGreaterThanOrEqualTo(Files.size(file));
            assertThat(inspection.can("run")).as(file.toString()).isEqualTo(wanted == ONNX);
            assertThat(inspection.abilities()).hasSize(3);
            if (wanted == ONNX) {
                assertThat(inspection.signature().outputs()).as(file.toString()).isNotEmpty();
                assertThat(inspection.operators()).as(file.toString()).isNotEmpty();
            }
        }
    }

    @Test
    void whatIsKnownOfAFewModelsIsFound() {
        Path formats = data.resolve("formats");
        ModelInspection half =
                ModelInspector.inspect(formats.resolve("tensorflow/saved_model_half_plus_two_cpu/00000123"));
        assertThat(half.operators()).containsKeys("Mul", "Add", "Placeholder");
        assertThat(half.producer()).startsWith("TensorFlow 1.");
        assertThat(half.metadata()).containsEntry("tags", "serve");

        ModelInspection bert = ModelInspector.inspect(formats.resolve("huggingface/tiny_bert_base"));
        assertThat(bert.metadata()).containsEntry("model_type", "bert").containsEntry("architectures", "BertModel");
        assertThat(bert.weightBytes()).isEqualTo(bert.parameters() * 4);

        ModelInspection dummy = ModelInspector.inspect(formats.resolve("openvino/ovms/dummy.xml"));
        assertThat(dummy.signature().inputs()).singleElement().hasToString("b: FLOAT[1,10]");
        assertThat(dummy.signature().outputs()).singleElement().hasToString("a/sink_port_0: FLOAT[1,10]");
        assertThat(dummy.weightBytes()).isEqualTo(4);
        assertThat(dummy.formatVersion()).isEqualTo("IR 10");

        ModelInspection boosted = ModelInspector.inspect(formats.resolve("xgboost/softprob_iris/model.json"));
        assertThat(boosted.metadata()).containsEntry("num_class", "3").containsEntry("objective", "multi:softprob");

        ModelInspection mnist = ModelInspector.inspect(formats.resolve("coreml/MNIST.mlmodel"));
        assertThat(mnist.metadata())
                .containsEntry("type", "neuralNetworkClassifier")
                .containsEntry("inputs", "image");
        assertThat(mnist.formatVersion()).isEqualTo("specification 1");

        ModelInspection forest = ModelInspector.inspect(formats.resolve("sklearn/rf_bc/model.joblib"));
        assertThat(forest.operators()).containsKey("RandomForestClassifier");
        assertThat(forest.variant()).startsWith("zlib-compressed");

        ModelInspection torch = ModelInspector.inspect(formats.resolve("pytorch/deeplog_state_dict.pt"));
        assertThat(torch.variant()).isEqualTo("weights");
        assertThat(torch.can("convert")).isFalse();

        ModelInspection engine = ModelInspector.inspect(formats.resolve("tensorrt/guorbit_model.engine"));
        assertThat(engine.can("convert")).isFalse();
        assertThat(engine.formatVersion()).startsWith("plan 0").contains("ptrt");
    }

    @Test
    void aModelCutOffAnywhereIsRefusedOrStillItself(@TempDir Path folder) throws IOException {
        int refused = 0;
        int kept = 0;
        for (String name : List.of(
                "pytorch/foo.pt",
                "huggingface/djl_list.safetensors",
                "xgboost/softmax_iris/model.json",
                "xgboost/softmax_iris/model.ubj",
                "openvino/ovms/dummy.xml",
                "coreml/onehot_simple.mlmodel",
                "tensorflow/mediapipe/frozen_graph_def.pb",
                "tensorrt/guorbit_model.onnx",
                "sklearn/logreg_iris/model.pkl",
                "tflite/simple_add_model.tflite")) {
            byte[] whole = Files.readAllBytes(data.resolve("formats").resolve(name));
            ModelFormat format =
                    ModelFormatDetector.detect(data.resolve("formats").resolve(name));
            for (int i = 0; i < 40; i++) {
                Path cut = Files.write(
                        folder.resolve("cut"), java.util.Arrays.copyOf(whole, (int) ((long) whole.length * i / 40)));
                try {
                    assertThat(ModelFormatDetector.detect(cut))
                            .as("%s at %d/40", name, i)
                            .isEqualTo(format);
                    kept++;
                } catch (ModelFormatException e) {
                    assertThat(e).hasMessageContaining("Maybe");
                    refused++;
                }
            }
        }
        // Repeated top-level fields (GraphDef) may end between two of them, and pickles are judged by their heads.
        assertThat(refused).as("refused, %d kept", kept).isGreaterThan(290);
    }
}
