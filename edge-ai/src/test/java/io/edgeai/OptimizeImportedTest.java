package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of other formats, optimized: the answers stay those of the framework that trained them. */
class OptimizeImportedTest {
    @TempDir
    Path dir;

    private EdgeAI edge;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(dir.resolve("home")).build();
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static Path golden(String path) {
        Path file = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats")
                .resolve(path);
        Assumptions.assumeTrue(Files.exists(file), "skipped: no formats/" + path + " in edgeai.testdata");
        return file;
    }

    private Map<String, Tensor> optimized(
            Path model, ModelFormat format, UnaryOperator<Optimization> how, Map<String, Tensor> inputs) {
        edge.importModel("model", model);
        ModelVersion original = edge.registry().get("model@1");
        assertThat(original.format()).isEqualTo(format);

        Optimized result = how.apply(edge.optimize(original)).run();

        assertThat(result.kept()).as("%s", result.report().trials()).isTrue();
        assertThat(result.version().format()).isEqualTo(ModelFormat.ONNX);
        assertThat(result.version().parent()).contains(original.ref());
        assertThat(result.report().sizeChange()).isNegative();
        try (InferenceSession session = Engines.discover()
                .forFormat(ModelFormat.ONNX)
                .open(edge.registry().file(result.version().ref()), SessionOptions.defaults())) {
            return session.run(inputs);
        }
    }

    /** NumPy's format, version 1, row by row. */
    private static Tensor npy(Path file, ElementType type, long... shape) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int start = 10 + (ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getShort(8) & 0xffff);
        return Tensor.ofBytes(type, Arrays.copyOfRange(all, start, all.length), shape);
    }

    private static double[] csv(Path file) throws IOException {
        return Arrays.stream(Files.readString(file).strip().split("[,\\n]"))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static void close(float[] found, float[] expected, double bound) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).as("at %d", i).isCloseTo(expected[i], within((float) bound));
        }
    }

    /** The answers follow from the tree written in the fixture. */
    @Test
    void treesOfXgboost() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        float[] rows = new float[200];
        float[] expected = new float[100];
        for (int i = 0; i < 100; i++) {
            rows[2 * i] = random.nextInt(5) / 4f;
            rows[2 * i + 1] = random.nextInt(13) / 2f;
            expected[i] = 10 + (rows[2 * i] < 0.5f ? 1 : rows[2 * i + 1] < 3 ? 2 : 4);
        }

        Map<String, Tensor> answers = optimized(
                Fixtures.xgboost(dir),
                ModelFormat.XGBOOST,
                Optimization::simplify,
                Map.of("input", Tensor.of(rows, 100, 2)));

        close(Objects.requireNonNull(answers.get("prediction")).floats(), expected, 0);
        assertThat(edge.registry().get("model@3").derivation()).isEqualTo("simplification");
    }

    @Test
    void classesOfScikitLearn() throws IOException {
        Path folder = golden("sklearn/rf_strlabels_iris");
        double[] rows = csv(folder.resolve("input.csv"));

        Map<String, Tensor> answers = optimized(
                folder.resolve("model.joblib"),
                ModelFormat.SCIKIT_LEARN,
                Optimization::fp16,
                Map.of("input", Tensor.of(rows, rows.length / 4, 4)));

        assertThat(Objects.requireNonNull(answers.get("predict")).strings())
                .containsExactlyElementsOf(Files.readAllLines(folder.resolve("predict.csv")));
        double[] shares = Objects.requireNonNull(answers.get("predict_proba")).doubles();
        double[] expected = csv(folder.resolve("predict_proba.csv"));
        for (int i = 0; i < shares.length; i++) {
            assertThat(shares[i]).as("at %d", i).isCloseTo(expected[i], within(1e-6));
        }
    }

    @Test
    void anEncoderOfHuggingFace() throws IOException {
        Path folder = golden("huggingface/tiny_bert_seqcls");
        Map<String, Tensor> inputs = new HashMap<>();
        for (String name : List.of("input_ids", "attention_mask", "token_type_ids")) {
            long bytes = Files.size(folder.resolve(name + ".npy")) - 128;
            inputs.put(name, npy(folder.resolve(name + ".npy"), ElementType.INT64, 3, bytes / 24));
        }

        Map<String, Tensor> answers = optimized(folder, ModelFormat.HUGGINGFACE, Optimization::simplify, inputs);

        close(
                Objects.requireNonNull(answers.get("logits")).floats(),
                npy(folder.resolve("expected_logits.npy"), ElementType.FLOAT, 3, 2)
                        .floats(),
                1e-5);
    }

    @Test
    void aConvolutionOfTensorFlowLite() throws IOException {
        Path model = golden("tflite/ops/conv.float32.tflite");
        Tensor input = npy(Path.of(model + ".io", "input_0.npy"), ElementType.FLOAT, 1, 32, 32, 8);

        Map<String, Tensor> answers = optimized(model, ModelFormat.TFLITE, Optimization::fp16, Map.of("input", input));

        Tensor found = answers.values().iterator().next();
        close(
                found.floats(),
                npy(Path.of(model + ".io", "output_0.npy"), ElementType.FLOAT, found.shape())
                        .floats(),
                1e-3);
    }

    @Test
    void aConvolutionalNetworkOfOpenVino() throws IOException {
        Path folder = golden("openvino/samplenet");
        Tensor input = npy(folder.resolve("gold_ir/input_0.npy"), ElementType.FLOAT, 1, 3, 32, 32);

        Map<String, Tensor> answers = optimized(
                folder.resolve("SampLeNet.xml"), ModelFormat.OPENVINO, Optimization::simplify, Map.of("data", input));

        close(
                Objects.requireNonNull(answers.get("fc3")).floats(),
                npy(folder.resolve("gold_ir/output_0.npy"), ElementType.FLOAT, 1, 10)
                        .floats(),
                1e-4);
    }
}
