package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.Training;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.data.IdxFile;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.shapes.LabelledImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizeCommandTest {
    private static final int SAMPLES = 200;

    @TempDir
    static Path shared;

    @TempDir
    Path dir;

    private static Path model;
    private static Path convolutional;
    private static LabelledImages digits;

    @BeforeAll
    static void trainOnce() {
        LabelledImages train = DrawnDigits.defaults().draw(1000, 1);
        LabelledSet set = LabelledSet.of(train.pixels(), 400, train.labels(), 10);
        model = Graphs.write(
                Training.fit(DenseNetwork.mlp(400, 10, 128), set, 3, 0.05, 1, Progress.NONE)
                        .model()
                        .toOnnx("digits"),
                shared.resolve("digits.onnx"));
        convolutional = Graphs.write(new SmallConvNet(20, 10, 1).toOnnx(), shared.resolve("conv.onnx"));
        digits = DrawnDigits.defaults().draw(SAMPLES, 2);
        Tensor images = Tensor.of(digits.pixels(), SAMPLES, 400);
        NpyFile.write(images, shared.resolve("x.npy"));
        NpzFile.write(Map.of("features", images), shared.resolve("x.npz"));
        NpyFile.write(Tensor.of(digits.labels(), SAMPLES), shared.resolve("y.npy"));
        byte[] labels = new byte[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            labels[i] = (byte) digits.label(i);
        }
        IdxFile.write(Tensor.ofBytes(ElementType.UINT8, labels, SAMPLES), shared.resolve("y.idx1"));
    }

    private Path out() {
        return dir.resolve("out.onnx");
    }

    private static Path data(String name) {
        return shared.resolve(name);
    }

    /** How many digits a file reads rightly, asked of the engine itself. */
    private static int right(Path file) {
        int right = 0;
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(file, SessionOptions.defaults())) {
            for (int i = 0; i < SAMPLES; i++) {
                float[] scores = session.predict(digits.image(i), 0);
                int best = 0;
                for (int c = 1; c < scores.length; c++) {
                    best = scores[c] > scores[best] ? c : best;
                }
                right += best == digits.label(i) ? 1 : 0;
            }
        }
        return right;
    }

    @Test
    void dynamicQuantizationNeedsNoData() throws IOException {
        Console console = Console.run("optimize", model, "-o", out(), "--int8", "dynamic");

        assertThat(console.code()).as(console.err() + console.out()).isZero();
        assertThat(Files.size(out())).isLessThan(Files.size(model) / 3);
        assertThat(right(out())).isCloseTo(right(model), org.assertj.core.data.Offset.offset(SAMPLES / 20));
        assertThat(console.out())
                .contains("INT8_DYNAMIC", "size ", "latency ", "side by side", "fidelity ", "measured ")
                .contains("accuracy    not measured: no labels were given")
                .contains("-> " + out());
        assertThat(console.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.npz"})
    void staticQuantizationTakesCalibrationData(String calibration) throws IOException {
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        convolutional,
                        "-o",
                        out(),
                        "--int8",
                        "static",
                        "--calibration",
                        data(calibration),
                        "--json"),
                0);

        assertThat(answer.get("recipe").textValue()).startsWith("INT8_STATIC, 64 calibration samples");
        assertThat(answer.get("kept").booleanValue()).isTrue();
        assertThat(answer.get("output").textValue()).isEqualTo(out().toString());
        assertThat(answer.get("quantizedOps").get("Conv").intValue()).isPositive();
        assertThat(Files.size(out())).isLessThan(Files.size(convolutional));
        assertThat(outputs(out())).isNotEqualTo(outputs(convolutional));
        assertThat(cosine(outputs(out()), outputs(convolutional))).isGreaterThan(0.99);
    }

    /** What is taken depends on this machine's speed; that it keeps its promises does not. */
    @ParameterizedTest
    @ValueSource(strings = {"--auto", "--prefer=size"})
    void withoutAMethodTheBestThatIsProvenIsTaken(String option) {
        Console console = Console.run(
                "optimize",
                model,
                "-o",
                out(),
                option,
                "--calibration",
                data("x.npy"),
                "--labels",
                data("y.npy"),
                "--keep",
                0.98,
                "--json");

        assertThat(console.code()).as(console.err()).isLessThan(2);
        JsonNode answer = Answers.parse(console.out());
        assertThat(answer.get("recipe").textValue()).startsWith("the best of [");
        assertThat(answer.get("trials"))
                .extracting(trial -> trial.get("kind").textValue())
                .contains("INT8_STATIC", "INT8_DYNAMIC", "FP16_WEIGHTS");
        assertThat(answer.get("trials"))
                .filteredOn(trial -> !trial.get("outcome").textValue().equals("REFUSED"))
                .allSatisfy(trial -> {
                    assertThat(trial.get("speedup").doubleValue()).isGreaterThanOrEqualTo(1 / 1.03);
                    assertThat(trial.get("accuracy").doubleValue())
                            .isGreaterThanOrEqualTo(0.98 * right(model) / SAMPLES);
                });
        assertThat(Files.exists(out())).isEqualTo(answer.get("kept").booleanValue());
    }

    @Test
    void prunedNetworkHasFewerChannels() {
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        convolutional,
                        "-o",
                        out(),
                        "--prune",
                        0.3,
                        "--calibration",
                        data("x.npy"),
                        "--json"),
                0);

        assertThat(answer.get("recipe").textValue()).contains("0.3 of the channels pruned");
        assertThat(answer.get("warnings").get(0).textValue()).contains("channels were pruned");
        assertThat(answer.get("sizeBytes").get("after").longValue())
                .isLessThan(answer.get("sizeBytes").get("before").longValue());
        assertThat(outputs(out())).hasSameSizeAs(outputs(convolutional));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensorrt", "openvino"})
    void targetsAreCheckedByRulesAndSayThatTheyWereNotRunHere(String target) {
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        convolutional,
                        "-o",
                        out(),
                        "--target",
                        target,
                        "--calibration",
                        data("x.npy"),
                        "--json"),
                0);

        assertThat(answer.get("recipe").textValue()).startsWith("INT8_STATIC for " + target);
        assertThat(answer.get("warnings"))
                .extracting(JsonNode::textValue)
                .anyMatch(warning -> warning.contains("those of this processor, since " + target + " is not here"))
                .noneMatch(warning -> warning.startsWith("Rule "));
        assertThat(cosine(outputs(out()), outputs(convolutional))).isGreaterThan(0.99);
    }

    @Test
    void engineOptionsAreSearchedWhereAskedFor() {
        Console console = Console.run(
                "optimize", convolutional, "-o", out(), "--int8", "static", "--tune", "--calibration", data("x.npy"));

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out())
                .contains("engine options tuned", "engine      ", "integer     ")
                .containsPattern("\\d+ of \\d+ Conv");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--target tpu|--target (tpu) must be tensorrt or openvino",
                "--target tensorrt|--target (tensorrt) needs --calibration",
                "--engine-cache c|--engine-cache (c) needs --target",
                "--target openvino --tune|--tune searches options of this processor, not of --target (openvino)",
                "--target openvino --fp16|--target is a way of its own"
            })
    void enginesThatDoNotGoTogetherAreNamed(String options, String message) {
        String[] words = options.split(" ");
        Object[] arguments = new Object[words.length + 4];
        System.arraycopy(new Object[] {"optimize", convolutional, "-o", out()}, 0, arguments, 0, 4);
        System.arraycopy(words, 0, arguments, 4, words.length);
        Console console = Console.run(arguments);

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains(message).hasLineCount(1);
    }

    @Test
    void fourBitsAreTheSmallest() throws IOException {
        assertThat(Console.run("optimize", model, "-o", out(), "--int4").code()).isZero();
        long four = Files.size(out());
        assertThat(Console.run("optimize", model, "-o", out(), "--int8", "dynamic")
                        .code())
                .isZero();

        assertThat(four).isLessThan(Files.size(out()));
    }

    @Test
    void limitThatNothingMeetsLeavesTheOriginal() {
        JsonNode answer = Answers.json(Console.run("optimize", model, "-o", out(), "--max-bytes", 100, "--json"), 1);

        assertThat(answer.get("outcome").textValue()).contains("bytes are more than 100");
        assertThat(out()).doesNotExist();
    }

    private static float[] outputs(Path file) {
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(file, SessionOptions.defaults())) {
            return session.predict(digits.image(0), 0);
        }
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }

    @ParameterizedTest
    @ValueSource(strings = {"y.npy", "y.idx1"})
    void accuracyIsThatOfTheEngine(String labels) {
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        model,
                        "-o",
                        out(),
                        "--int8",
                        "dynamic",
                        "--samples",
                        data("x.npy"),
                        "--labels",
                        data(labels),
                        "--keep",
                        "0.95",
                        "--json"),
                0);

        JsonNode before = answer.get("accuracy").get("before");
        JsonNode after = answer.get("accuracy").get("after");
        assertThat(before.get("correct").intValue()).isEqualTo(right(model));
        assertThat(after.get("correct").intValue()).isEqualTo(right(out()));
        assertThat(before.get("total").intValue()).isEqualTo(SAMPLES);
        assertThat(before.get("lower95").doubleValue())
                .isLessThan(before.get("value").doubleValue());
        assertThat(before.get("upper95").doubleValue())
                .isGreaterThan(before.get("value").doubleValue());
    }

    @Test
    void thePageShowsAccuracyBeforeAndAfter() {
        Console console = Console.run(
                "optimize", model, "-o", out(), "--calibration", data("x.npy"), "--labels", data("y.npy"), "--fp16");

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out())
                .contains("accuracy    before 0.", "after  0.", "95 % interval", "% kept", "of " + SAMPLES + ")");
    }

    @Test
    void limitTakesEvenlySpacedSamples() {
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        model,
                        "-o",
                        out(),
                        "--int8",
                        "dynamic",
                        "--calibration",
                        data("x.npy"),
                        "--labels",
                        data("y.npy"),
                        "--limit",
                        "20",
                        "--json"),
                0);

        assertThat(answer.get("fidelity").get("samples").intValue()).isEqualTo(20);
        JsonNode before = answer.get("accuracy").get("before");
        assertThat(before.get("total").intValue()).isEqualTo(20);
        int right = 0;
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(model, SessionOptions.defaults())) {
            for (int i = 0; i < SAMPLES; i += SAMPLES / 20) {
                float[] scores = session.predict(digits.image(i), 0);
                float[] sorted = scores.clone();
                Arrays.sort(sorted);
                right += scores[digits.label(i)] == sorted[9] ? 1 : 0;
            }
        }
        assertThat(before.get("correct").intValue()).isEqualTo(right);
    }

    @Test
    void whatCannotBeKeptLeavesTheOriginal() throws IOException {
        Path affine = Graphs.write(Graphs.affine(), dir.resolve("affine.onnx"));
        Path report = dir.resolve("r.json");

        Console console = Console.run("optimize", affine, "-o", out(), "--report", report);
        JsonNode answer = Answers.json(Console.run("optimize", affine, "-o", out(), "--json"), 1);

        assertThat(console.code()).isEqualTo(1);
        assertThat(console.out())
                .contains("outcome     The original is returned", "the original was kept; nothing was written");
        assertThat(out()).doesNotExist();
        assertThat(answer.get("kept").booleanValue()).isFalse();
        assertThat(answer.get("output").isNull()).isTrue();
        assertThat(Answers.parse(Files.readString(report)).get("kept").booleanValue())
                .isFalse();
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactlyInAnyOrder(affine, report);
        }
    }

    @ParameterizedTest
    @CsvSource({"r.html,<", "r.json,{"})
    void theReportIsAFile(String name, String begins) throws IOException {
        Path report = dir.resolve("deep").resolve(name);

        Console console = Console.run("optimize", model, "-o", out(), "--fp16", "--report", report);

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(Files.readString(report).stripLeading()).startsWith(begins).contains("digits");
    }

    @Test
    void progressIsDrawnForPeopleOnly() {
        Console watched = Console.interactive()
                .execute(
                        "optimize",
                        convolutional,
                        "-o",
                        out(),
                        "--int8=static",
                        "--calibration",
                        data("x.npy"),
                        "--limit",
                        16);

        assertThat(watched.code()).isZero();
        assertThat(watched.err()).contains("calibrate").contains("latency");
        assertThat(watched.out()).doesNotContain("calibrate ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--int8 static;needs --calibration",
                "--int8 both;(both) must be static or dynamic",
                "--fp16 --int8 dynamic;exclude each other",
                "--auto --fp16;--fp16 excludes it",
                "--int4 --fp16;--int4 and --fp16 exclude each other",
                "--prune 1;prune (1.0) must be above 0 and below 1",
                "--prefer cheap;(cheap) must be balanced, speed or size",
                "--max-latency 5;--max-latency (5) must be",
                "--keep 0.99;needs --labels",
                "--labels y.npy;needs --samples",
                "--samples x.npy;needs --labels",
                "--report r.txt;must end in .html or .json",
                "--limit 0;(0) must be at least 1",
                "--calibration missing.npy;(missing.npy) does not exist",
                "--fp16 --int8 static;exclude each other",
            })
    void whatDoesNotGoTogetherIsRefusedBeforeAnyWork(String options, String says) {
        String[] words = ("optimize " + model + " -o " + out() + " " + options).split(" ");
        Console console = Console.run((Object[]) words);

        Answers.refused(console, says);
        assertThat(out()).doesNotExist();
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        Console console = Console.run("optimize", model, "-o", dir, "--int8", "static", "--keep", 0.9, "--limit", -1);

        Answers.refused(console, "--calibration", "--labels", "(-1)", "is a folder");
    }

    @Test
    void dataThatDoNotFitAreRefused() {
        Path other = dir.resolve("other.npy");
        NpyFile.write(Tensor.of(new float[30], 10, 3), other);
        Path few = dir.resolve("few.npy");
        NpyFile.write(Tensor.of(new long[] {1, 2, 3}, 3), few);
        Path fractions = dir.resolve("half.npy");
        NpyFile.write(Tensor.of(new double[] {0.5}, 1), fractions);

        Answers.refused(Console.run("optimize", model, "-o", out(), "--calibration", other), "400");
        Answers.refused(
                Console.run("optimize", model, "-o", out(), "--samples", data("x.npy"), "--labels", few),
                "(200) samples and (3) labels");
        Answers.refused(
                Console.run("optimize", model, "-o", out(), "--samples", data("x.npy"), "--labels", fractions),
                "(0.5)");
        assertThat(out()).doesNotExist();
    }

    @Test
    void aForeignFormatIsImportedFirst() {
        Path forest = Answers.testdata("formats/xgboost/softprob_iris/model.json");

        Console console = Console.run("optimize", forest, "-o", out(), "--json");

        assertThat(Answers.json(console, 0).get("trials").findValuesAsText("verdict"))
                .anyMatch(verdict -> verdict.contains("nothing in the model can be quantized"));
        assertThat(out()).exists();
    }

    @Test
    void aRealConvolutionalNetworkOnRealDigits() throws IOException {
        Path real = Answers.testdata("optimize/mnist/pytorch_cnn_mnist.onnx");
        Path images = Answers.testdata("optimize/mnist/test-images.idx3.gz");
        Path labels = Answers.testdata("optimize/mnist/test-labels.idx1.gz");

        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        real,
                        "-o",
                        out(),
                        "--int8",
                        "static",
                        "--calibration",
                        images,
                        "--labels",
                        labels,
                        "--keep",
                        0.99,
                        "--limit",
                        300,
                        "--json"),
                0);

        assertThat(Files.size(out())).isLessThan(Files.size(real) / 3);
        assertThat(answer.get("accuracy").get("after").get("value").doubleValue())
                .isGreaterThan(0.95);
        Console run = Console.run("run", out(), "-i", images, "-o", dir.resolve("y.npy"));
        assertThat(run.code()).as(run.err()).isZero();
    }
}
