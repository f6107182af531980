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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that another build of TensorFlow, in another binding, recorded beside models of public repositories. */
class TensorFlowGoldenIT {
    private static final Path MODELS =
            Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats", "tensorflow");
    private static final String HALF = "saved_model_half_plus_two_cpu/00000123";

    @BeforeAll
    static void modelsAreHere() {
        assumeThat(MODELS).as("models of formats/tensorflow").exists();
    }

    private static InferenceSession open(String name, Map<String, String> options) {
        return new TensorFlowRuntime()
                .open(MODELS.resolve(name), SessionOptions.defaults().engineOptions(options));
    }

    @ParameterizedTest
    @CsvSource({
        HALF + ", serving_default, x, y",
        HALF + ", regress_x2_to_y3, inputs, outputs",
        "saved_model_half_plus_two_tf2_cpu/00000123, serving_default, x, y",
        "saved_model_half_plus_two_tf2_cpu/00000123, classify_x2_to_y3, inputs, scores",
        "saved_model_half_plus_two_tf2_cpu/00000123, regress_x2_to_y3, inputs, outputs",
        "tf2onnx_regression/saved_model, serving_default, X, pred",
        "tfjava/saved_model, serving_default, x, y",
        "tfjava/saved_model, classify_x2_to_y3, inputs, scores",
        "tfjava/saved_model, regress_x2_to_y3, inputs, outputs"
    })
    void answersOfEachSignatureAreThoseRecorded(String name, String key, String input, String output)
            throws IOException {
        try (InferenceSession session = open(name, Map.of("signature", key))) {
            Path gold = MODELS.resolve(name).resolve("gold_" + key);
            EngineCase recorded = new EngineCase(
                    MODELS.resolve(name),
                    Map.of(input, Npy.read(gold.resolve("input_" + input + ".npy"))),
                    Map.of(output, Npy.read(gold.resolve("output_" + output + ".npy"))),
                    1e-5);
            Map<String, Tensor> answer = session.run(recorded.inputs());
            assertThat(answer).hasSize(1);
            recorded.verify(answer);
        }
    }

    /** y = x / 2 + 2. */
    @Test
    void withoutAnOptionTheUsualSignatureRunsAndRowsBatch() {
        try (InferenceSession session = open(HALF, Map.of())) {
            assertThat(session.sampleLength()).isEqualTo(1);
            assertThat(session.predict(new float[] {0, 1, 10}, 0)).containsExactly(2, 2.5f, 7);
        }
    }

    @Test
    void signaturesTagsAndOptionsThatAreNotThereAreNamed() {
        assertThatThrownBy(() -> open(HALF, Map.of("signature", "train")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no signature (train). Maybe one of [")
                .hasMessageContaining("serving_default");
        assertThatThrownBy(() -> open(HALF, Map.of("tags", "serve,gpu")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tags serve,gpu");
        assertThatThrownBy(() -> open(HALF, Map.of("tag", "serve")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no engine option (tag)");
    }

    @Test
    void aFrozenGraphIsNoSavedModel() {
        assertThatThrownBy(() -> open("tf2onnx_fc-layers/frozen.pb", Map.of()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("TensorFlow (GraphDef), not a SavedModel");
    }
}
