package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way of {@code optimize}, judged by running what it wrote. */
class OptimizeCommandTest {
    @TempDir
    static Path shared;

    private static OptimizedDigits files;

    @TempDir
    Path dir;

    @BeforeAll
    static void trainOnce() {
        files = new OptimizedDigits(shared);
    }

    private Path out() {
        return dir.resolve("out.onnx");
    }

    @Test
    void dynamicQuantizationNeedsNoData() throws IOException {
        Console console = Console.run("optimize", files.model(), "-o", out(), "--int8", "dynamic");

        assertThat(console.code()).as(console.err() + console.out()).isZero();
        assertThat(Files.size(out())).isLessThan(Files.size(files.model()) / 3);
        assertThat(files.right(out()))
                .isCloseTo(
                        files.right(files.model()), org.assertj.core.data.Offset.offset(OptimizedDigits.SAMPLES / 20));
        assertThat(console.out())
                .contains(
                        "int8 dynamic",
                        "size ",
                        "latency ",
                        "medians ",
                        "side by side",
                        "(median of ",
                        "fidelity ",
                        "measured ")
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
                        files.convolutional(),
                        "-o",
                        out(),
                        "--int8",
                        "static",
                        "--calibration",
                        files.data(calibration),
                        "--json"),
                0);

        assertThat(answer.get("recipe").textValue()).startsWith("int8 static, 64 calibration samples");
        assertThat(answer.get("kept").booleanValue()).isTrue();
        assertThat(answer.get("output").textValue()).isEqualTo(out().toString());
        assertThat(answer.get("quantizedOps").get("Conv").intValue()).isPositive();
        assertThat(Files.size(out())).isLessThan(Files.size(files.convolutional()));
        assertThat(files.outputs(out())).isNotEqualTo(files.outputs(files.convolutional()));
        assertThat(cosine(files.outputs(out()), files.outputs(files.convolutional())))
                .isGreaterThan(0.99);
    }

    /** What is taken depends on this machine's speed; that it keeps its promises does not. */
    @ParameterizedTest
    @ValueSource(strings = {"--auto", "--prefer=size"})
    void withoutAMethodTheBestThatIsProvenIsTaken(String option) {
        Console console = Console.run(
                "optimize",
                files.model(),
                "-o",
                out(),
                option,
                "--calibration",
                files.data("x.npy"),
                "--labels",
                files.data("y.npy"),
                "--keep",
                0.98,
                "--json");

        assertThat(console.code()).as(console.err()).isLessThan(2);
        JsonNode answer = Answers.parse(console.out());
        assertThat(answer.get("recipe").textValue()).startsWith("the best of int8 ");
        assertThat(answer.get("trials"))
                .extracting(trial -> trial.get("kind").textValue())
                .contains("INT8_STATIC", "INT8_DYNAMIC", "FP16_WEIGHTS");
        assertThat(answer.get("trials"))
                .filteredOn(trial -> !trial.get("outcome").textValue().equals("REFUSED"))
                .allSatisfy(trial -> {
                    assertThat(trial.get("speedup").doubleValue()).isGreaterThanOrEqualTo(1 / 1.03);
                    assertThat(trial.get("accuracy").doubleValue())
                            .isGreaterThanOrEqualTo(0.98 * files.right(files.model()) / OptimizedDigits.SAMPLES);
                });
        assertThat(Files.exists(out())).isEqualTo(answer.get("kept").booleanValue());
    }

    @Test
    void prunedNetworkHasFewerChannels() {
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        files.convolutional(),
                        "-o",
                        out(),
                        "--prune",
                        0.3,
                        "--calibration",
                        files.data("x.npy"),
                        "--json"),
                0);

        assertThat(answer.get("recipe").textValue()).contains("0.3 of the channels pruned");
        assertThat(answer.get("warnings").get(0).textValue()).contains("channels were pruned");
        assertThat(answer.get("sizeBytes").get("after").longValue())
                .isLessThan(answer.get("sizeBytes").get("before").longValue());
        assertThat(files.outputs(out())).hasSameSizeAs(files.outputs(files.convolutional()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensorrt", "openvino"})
    void targetsAreCheckedByRulesAndSayThatTheyWereNotRunHere(String target) {
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        files.convolutional(),
                        "-o",
                        out(),
                        "--target",
                        target,
                        "--calibration",
                        files.data("x.npy"),
                        "--json"),
                0);

        assertThat(answer.get("recipe").textValue()).startsWith("int8 static for " + target);
        assertThat(answer.get("warnings"))
                .extracting(JsonNode::textValue)
                .anyMatch(warning -> warning.contains("those of this processor, since " + target + " is not here"))
                .noneMatch(warning -> warning.startsWith("Rule "));
        assertThat(cosine(files.outputs(out()), files.outputs(files.convolutional())))
                .isGreaterThan(0.99);
    }

    @Test
    void engineOptionsAreSearchedWhereAskedFor() {
        Console console = Console.run(
                "optimize",
                files.convolutional(),
                "-o",
                out(),
                "--int8",
                "static",
                "--tune",
                "--calibration",
                files.data("x.npy"));

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out())
                .contains("engine options tuned", "engine      ", "integer     ")
                .containsPattern("\\d+ of \\d+ Conv");
    }

    @Test
    void fourBitsAreTheSmallest() throws IOException {
        assertThat(Console.run("optimize", files.model(), "-o", out(), "--int4").code())
                .isZero();
        long four = Files.size(out());
        assertThat(Console.run("optimize", files.model(), "-o", out(), "--int8", "dynamic")
                        .code())
                .isZero();

        assertThat(four).isLessThan(Files.size(out()));
    }

    @Test
    void limitThatNothingMeetsLeavesTheOriginal() {
        JsonNode answer =
                Answers.json(Console.run("optimize", files.model(), "-o", out(), "--max-bytes", 100, "--json"), 1);

        assertThat(answer.get("outcome").textValue()).contains("bytes are more than 100");
        assertThat(out()).doesNotExist();
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
