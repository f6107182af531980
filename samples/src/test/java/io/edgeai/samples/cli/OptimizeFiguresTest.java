package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code optimize} says about its result: accuracy, report and progress. */
class OptimizeFiguresTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"y.npy", "y.idx1"})
    void accuracyIsThatOfTheEngine(String labels) {
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        files.model(),
                        "-o",
                        out(),
                        "--int8",
                        "dynamic",
                        "--samples",
                        files.data("x.npy"),
                        "--labels",
                        files.data(labels),
                        "--keep",
                        "0.95",
                        "--json"),
                0);

        JsonNode before = answer.get("accuracy").get("before");
        JsonNode after = answer.get("accuracy").get("after");
        assertThat(before.get("correct").intValue()).isEqualTo(files.right(files.model()));
        assertThat(after.get("correct").intValue()).isEqualTo(files.right(out()));
        assertThat(before.get("total").intValue()).isEqualTo(OptimizedDigits.SAMPLES);
        assertThat(before.get("lower95").doubleValue())
                .isLessThan(before.get("value").doubleValue());
        assertThat(before.get("upper95").doubleValue())
                .isGreaterThan(before.get("value").doubleValue());
    }

    @Test
    void thePageShowsAccuracyBeforeAndAfter() {
        Console console = Console.run(
                "optimize",
                files.model(),
                "-o",
                out(),
                "--calibration",
                files.data("x.npy"),
                "--labels",
                files.data("y.npy"),
                "--fp16");

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out())
                .contains(
                        "accuracy    before 0.",
                        "after  0.",
                        "95 % interval",
                        "% kept",
                        "of " + OptimizedDigits.SAMPLES + ")");
    }

    @Test
    void limitTakesEvenlySpacedSamples() {
        JsonNode answer = Answers.json(
                Console.run(
                        "optimize",
                        files.model(),
                        "-o",
                        out(),
                        "--int8",
                        "dynamic",
                        "--calibration",
                        files.data("x.npy"),
                        "--labels",
                        files.data("y.npy"),
                        "--limit",
                        "20",
                        "--json"),
                0);

        assertThat(answer.get("fidelity").get("samples").intValue()).isEqualTo(20);
        JsonNode before = answer.get("accuracy").get("before");
        assertThat(before.get("total").intValue()).isEqualTo(20);
        int right = 0;
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(files.model(), SessionOptions.defaults())) {
            for (int i = 0; i < OptimizedDigits.SAMPLES; i += OptimizedDigits.SAMPLES / 20) {
                float[] scores = session.predict(files.digits().image(i), 0);
                float[] sorted = scores.clone();
                Arrays.sort(sorted);
                right += scores[files.digits().label(i)] == sorted[9] ? 1 : 0;
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

        Console console = Console.run("optimize", files.model(), "-o", out(), "--fp16", "--report", report);

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(Files.readString(report).stripLeading()).startsWith(begins).contains("digits");
    }

    @Test
    void progressIsDrawnForPeopleOnly() {
        Console watched = Console.interactive()
                .execute(
                        "optimize",
                        files.convolutional(),
                        "-o",
                        out(),
                        "--int8=static",
                        "--calibration",
                        files.data("x.npy"),
                        "--limit",
                        16);

        assertThat(watched.code()).isZero();
        assertThat(watched.err()).contains("calibrate").contains("latency");
        assertThat(watched.out()).doesNotContain("calibrate ");
    }
}
