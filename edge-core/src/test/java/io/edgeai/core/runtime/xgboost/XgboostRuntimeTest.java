package io.edgeai.core.runtime.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.EngineCase;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XgboostRuntimeTest {
    private final InferenceRuntime engine = new XgboostRuntime();

    @TempDir
    Path folder;

    @Test
    void itIsFoundAndSaysWhatItIs() {
        assertThat(Engines.discover().referenceFor(ModelFormat.XGBOOST))
                .hasValueSatisfying(found -> assertThat(found.name()).isEqualTo("xgboost"));
        assertThat(engine.availability()).isEqualTo(new InferenceRuntime.Availability(true, "3.0.4"));
        assertThat(engine.reference()).isTrue();
        assertThat(engine.dependency()).contains("ml.dmlc:xgboost4j_2.12:3.0.4");
    }

    /** XGBoost itself takes only JSON that begins with a brace and a quote. */
    @ParameterizedTest
    @ValueSource(strings = {"{", "{\n  ", "\ufeff{", "\n\t{ "})
    void indentedFilesLoad(String start) throws IOException {
        EngineCase model = Stumps.many(3, 4).in(folder.resolve("model.json"), 5);
        String text = start + Stumps.many(3, 4).json().substring(1);
        try (InferenceSession session = engine.open(text.getBytes(StandardCharsets.UTF_8), SessionOptions.defaults())) {
            model.verify(session.run(model.inputs()));
            assertThat(session.sampleLength()).isEqualTo(3);
        }
    }

    @Test
    void noRowsGiveNoAnswersOfTheRightWidth() {
        byte[] model = Stumps.many(3, 4).json().getBytes(StandardCharsets.UTF_8);
        try (InferenceSession session = engine.open(model, SessionOptions.defaults())) {
            assertThat(session.run(Map.of("input", Tensor.of(new float[0], 0, 3)))
                            .get("prediction")
                            .shape())
                    .containsExactly(0, 1);
        }
    }

    @Test
    void modelsOfOtherFormatsAreNamed() throws IOException {
        Path onnx = Files.write(folder.resolve("model.json"), TinyModels.affine(2));
        assertThatThrownBy(() -> engine.open(onnx, SessionOptions.defaults()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("of format (ONNX), not XGBoost");
    }

    @Test
    void whatXgboostSaysOfADamagedFileIsHandedOn() {
        String json = Stumps.many(3, 4).json().replace("\"num_trees\":\"4\"", "\"num_trees\":\"5\"");
        assertThatThrownBy(() -> engine.open(json.getBytes(StandardCharsets.UTF_8), SessionOptions.defaults()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("XGBoost refuses the model (")
                .hasMessageContaining("num_trees")
                .hasMessageNotContaining("/workspace/");
    }

    @ParameterizedTest
    @CsvSource({
        "3.0.4, 3.0.4, true",
        "3.0.9, 3.0.4, true",
        "1.7.4, 3.0.4, true",
        "'', 3.0.4, true",
        "3.1.0, 3.0.4, false",
        "4.0.0, 3.9.0, false",
        "2.10.0, 3.0.4, true",
        "2.10.0, 2.9.1, false"
    })
    void versionsCompareByNumbers(String written, String library, boolean fine) {
        ThrowingCallable check = () -> Boosters.requireNotNewer(Path.of("m.json"), written, library);
        if (fine) {
            assertThatCode(check).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(check).isInstanceOf(ModelFormatException.class).hasMessageContaining(written);
        }
    }

    @Test
    void parametersOfXgboostAreOptions() {
        byte[] model = Stumps.many(3, 4).json().getBytes(StandardCharsets.UTF_8);
        SessionOptions wrong = SessionOptions.defaults().engineOptions(Map.of("nthread", "many"));
        assertThatThrownBy(() -> engine.open(model, wrong))
                .isInstanceOfAny(InvalidInputException.class, ModelFormatException.class);
        SessionOptions two = SessionOptions.defaults().intraOpThreads(2).engineOptions(Map.of("verbosity", "0"));
        try (InferenceSession session = engine.open(model, two)) {
            assertThat(session.predict(new float[3], 0)).hasSize(1);
        }
    }
}
