package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.samples.Console;
import io.edgeai.samples.inference.InputData;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands beside the engines that the profile {@code engines} brings. */
class EngineCommandsIT {
    @TempDir
    Path dir;

    private static void need(String engine) {
        assumeThat(Engines.discover().all().stream()
                        .filter(each -> each.availability().usable())
                        .map(InferenceRuntime::name))
                .as("engines of the profile engines")
                .contains(engine);
    }

    private static float[] numbers(Path file) {
        Tensor tensor = ((InputData.Single) InputData.read(file, InputData.Reading.DEFAULT, Set.of())).tensor();
        return tensor.floats();
    }

    @ParameterizedTest
    @CsvSource({
        "pytorch, pytorch/gen_cnn/model.pt, pytorch/gen_cnn/input_0.npy, pytorch/gen_cnn/output_0.npy",
        "pytorch, pytorch/gen_lstm/model.pt, x=pytorch/gen_lstm/input_0.npy, pytorch/gen_lstm/output_0.npy",
        "tensorflow, tensorflow/tf2onnx_regression/saved_model,"
                + " tensorflow/tf2onnx_regression/saved_model/gold_serving_default/input_X.npy,"
                + " tensorflow/tf2onnx_regression/saved_model/gold_serving_default/output_pred.npy"
    })
    void runGivesTheRecordedAnswers(String engine, String model, String input, String expected) {
        need(engine);
        String prefix = input.startsWith("x=") ? "x=" : "";
        Path file = Answers.testdata("formats/" + input.substring(prefix.length()));
        Path out = dir.resolve("out.npy");

        Console console = Console.run(
                "run", Answers.testdata("formats/" + model), "--engine", engine, "--input", prefix + file, "-o", out);

        assertThat(console.code()).as(console.err()).isZero();
        float[] wanted = numbers(Answers.testdata("formats/" + expected));
        float[] found = numbers(out);
        assertThat(found).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(Math.abs(found[i] - wanted[i])).as("value %d", i).isLessThanOrEqualTo(1e-5f);
        }
    }

    @Test
    void conversionsAreHeldAgainstXgboostItself() {
        need("xgboost");
        Path folder = Answers.testdata("formats/xgboost/softprob_iris");

        Console console = Console.run(
                "convert",
                folder.resolve("model.json"),
                "-o",
                dir.resolve("out.onnx"),
                "--verify",
                folder.resolve("input.csv"));

        assertThat(console.code()).as(console.err() + console.out()).isZero();
        assertThat(console.out()).contains("compared with xgboost 3.0.4", "verified: margin", "verified: prediction");
    }

    @Test
    void inspectSaysWhichEngineRunsAFileAndWhichFormNoneDoes() {
        need("pytorch");

        Console script = Console.run("inspect", Answers.testdata("formats/pytorch/gen_mlp/model.pt"));
        Console weights = Console.run("inspect", Answers.testdata("formats/pytorch/deeplog_state_dict.pt"));

        assertThat(script.out()).contains("run: yes, with pytorch");
        assertThat(weights.out()).contains("run: no").doesNotContain("with pytorch");
    }
}
