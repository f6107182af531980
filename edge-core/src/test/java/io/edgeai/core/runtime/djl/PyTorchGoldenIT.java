package io.edgeai.core.runtime.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.EngineCase;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.Npy;
import io.edgeai.core.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that torch 1.13 recorded beside its models, and models of public repositories whose code says the answer. */
class PyTorchGoldenIT {
    private static final Path MODELS =
            Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats", "pytorch");

    private static Path model(String name) {
        Path file = MODELS.resolve(name);
        assumeThat(file).as("models of formats/pytorch").exists();
        return file;
    }

    private static InferenceSession open(Path file) {
        return new PyTorchRuntime().open(file, SessionOptions.defaults());
    }

    static EngineCase recorded(String name) throws IOException {
        Path file = model(name + "/model.pt");
        return new EngineCase(
                file,
                Map.of("x", Npy.read(file.resolveSibling("input_0.npy"))),
                Map.of("output_0", Npy.read(file.resolveSibling("output_0.npy"))),
                1e-5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gen_mlp",
                "gen_mlp_script",
                "gen_cnn",
                "gen_lstm",
                "gen_ctl_script",
                "gen_attention",
                "gen_squeezenet1_1",
                "gen_mobilenet_v2_035"
            })
    void answersAreThoseRecorded(String name) throws IOException {
        EngineCase recorded = recorded(name);
        try (InferenceSession session = open(recorded.model())) {
            Map<String, Tensor> answer = session.run(recorded.inputs());
            assertThat(answer).hasSize(1);
            recorded.verify(answer);
        }
    }

    /** 2·x + y, and x − y, as the code in the archive says. */
    @Test
    void severalInputsAndOutputsKeepTheirOrder() {
        Map<String, Tensor> inputs = Map.of(
                "y", Tensor.of(new float[] {1, 2}, 2),
                "x", Tensor.of(new float[] {10, 20}, 2));
        try (InferenceSession session = open(model("foo2.pt"))) {
            Map<String, Tensor> outputs = session.run(inputs);
            assertThat(outputs.get("output_0").floats()).containsExactly(21, 42);
            assertThat(outputs.get("output_1").floats()).containsExactly(9, 18);
            assertThatThrownBy(() -> session.run(Map.of("x", inputs.get("x"))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Input (y) is missing");
        }
    }

    /** The product of all rows, by a loop over as many as there are. */
    @Test
    void loopsDependOnTheData() {
        try (InferenceSession session = open(model("foo3.pt"))) {
            Tensor rows = Tensor.of(new float[] {2, 3, 5, 7}, 4);
            assertThat(session.run(Map.of("x", rows)).get("output_0").floats()).containsExactly(210);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"deeplog_state_dict.pt", "candle_test.pt"})
    void weightsWithoutAGraphAreRefusedByName(String name) {
        Path file = model(name);
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(weights), not TorchScript")
                .hasMessageContaining("torch.jit.trace");
    }
}
