package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.Console;
import io.edgeai.samples.data.NpyFile;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small OpenVINO graph, and models that other frameworks made. */
class ConvertCommandTest {
    @TempDir
    Path dir;

    private Path out() {
        return dir.resolve("out.onnx");
    }

    private Path increment(String operation) throws IOException {
        return OpenVinoIncrement.write(dir, operation);
    }

    private Path array(String name, float... values) {
        Path file = dir.resolve(name);
        NpyFile.write(Tensor.of(values, 1, values.length), file);
        return file;
    }

    @Test
    void saysWhatEachPartBecame() throws IOException {
        Console text = Console.run("convert", increment("Add"), "-o", out());
        JsonNode json = Answers.json(Console.run("convert", increment("Add"), "-o", out(), "--json"), 0);

        assertThat(text.out()).contains("  Add -> Add (y)").contains("  Parameter -> no node (x)");
        assertThat(json.get("report").findValuesAsText("kind")).contains("Add", "Const", "Parameter", "Result");
        assertThat(json.at("/verification").isNull()).isTrue();
    }

    @Test
    void oneSignatureIsChosenByName() throws IOException {
        Path model = TwoSignatures.write(dir);
        NpyFile.write(Tensor.of(new float[] {5, 7}, 2), dir.resolve("a.npy"));
        NpyFile.write(Tensor.of(new float[] {1, 10}, 2), dir.resolve("b.npy"));
        NpyFile.write(Tensor.of(new float[] {4, -3}, 2), dir.resolve("d.npy"));

        Console chosen = Console.run(
                "convert",
                model,
                "-o",
                out(),
                "--signature",
                "subtract",
                "--verify",
                "minuend=" + dir.resolve("a.npy"),
                "subtrahend=" + dir.resolve("b.npy"),
                "--expected",
                "difference=" + dir.resolve("d.npy"));
        Console unknown = Console.run("convert", model, "-o", out(), "--signature", "divide");

        assertThat(chosen.code()).as(chosen.out() + chosen.err()).isZero();
        assertThat(chosen.out()).contains("SUB -> Sub", "verified: difference, 2 values");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("has no signature (divide). Maybe one of [negate, subtract]?");
        assertThat(Console.run("inspect", model).out()).contains("negate", "subtract", "minuend");
    }

    @Test
    void recordedAnswersAreComparedWith() throws IOException {
        Path x = array("x.npy", 1, 2, 3);

        JsonNode right = Answers.json(
                Console.run(
                        "convert",
                        increment("Add"),
                        "-o",
                        out(),
                        "--json",
                        "--verify",
                        x,
                        "--expected",
                        array("right.npy", 2, 3, 4)),
                0);
        Console wrong = Console.run(
                "convert",
                increment("Add"),
                "-o",
                out(),
                "--verify",
                x,
                "--expected",
                "y=" + array("wrong.npy", 2, 3, 5));

        assertThat(right.at("/verification/reference").textValue()).isEqualTo("recorded answers");
        assertThat(right.at("/verification/runs").intValue()).isEqualTo(1);
        assertThat(right.at("/verification/outputs/0/largest").doubleValue()).isZero();
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.out()).contains("verified: y, 3 values, largest difference 1.0 (relative 0.20)");
        assertThat(Console.run(
                                "convert",
                                increment("Add"),
                                "-o",
                                out(),
                                "--verify",
                                x,
                                "--expected",
                                dir.resolve("wrong.npy"),
                                "--tolerance",
                                "0.3")
                        .code())
                .isZero();
    }

    @Test
    void withoutAnEngineOfItsOwnThereIsNothingToVerifyBy() throws IOException {
        Answers.refused(
                Console.run("convert", increment("Add"), "-o", out(), "--verify", array("x.npy", 1, 2, 3)),
                "Nothing here runs models of format (OpenVINO) themselves",
                "--expected");
    }

    @Test
    void expectedAnswersNeedInputs() throws IOException {
        Answers.refused(
                Console.run("convert", increment("Add"), "-o", out(), "--expected", array("y.npy", 1)), "--verify");
        Answers.refused(
                Console.run("convert", increment("Add"), "-o", out(), "--tolerance", "-1"), "--tolerance (-1.0)");
    }

    @Test
    void whatCannotBeConvertedIsListedWithItsPlace() throws IOException {
        Answers.refused(
                Console.run("convert", increment("Nonsense"), "-o", out()),
                "(Nonsense of opset1 has no mapping) x 1 at y");
        assertThat(out()).doesNotExist();
    }

    @Test
    void treesOfXgboostAreVerifiedByTheEngineThatWalksThem() {
        Path folder = Answers.testdata("formats/xgboost/binary_missing_bc");

        Console console = Console.run(
                "convert", folder.resolve("model.ubj"), "-o", out(), "--verify", folder.resolve("input.csv"));

        assertThat(console.code()).as(console.err() + console.out()).isZero();
        assertThat(console.out())
                .containsAnyOf("compared with java-trees", "compared with xgboost 3.0.4")
                .contains("verified: margin, 40 values", "verified: prediction, 40 values");
    }

    @Test
    void answersRecordedByOtherFrameworksVerifyTheirModels() {
        Path model = Answers.testdata("formats/tflite/trained_lstm.tflite");

        Console console = Console.run(
                "convert",
                model,
                "-o",
                out(),
                "--verify",
                model + ".io/input_0.npy",
                "--expected",
                model + ".io/output_0.npy");

        assertThat(console.code()).as(console.err() + console.out()).isZero();
        assertThat(console.out()).contains("verified: StatefulPartitionedCall:0, 10 values");
    }
}
