package io.edgeai.formats.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.formats.ModelImporters;
import io.edgeai.formats.golden.Allowance;
import io.edgeai.formats.spi.ImportReport;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Expected values were written beside each model by XGBoost 1.7.4, by 3.4.0 (the {@code v3_} folders) and by 3.0.4 (the
 * folders named after what is special). Rows of categorical models hold unseen, negative and fractional codes too.
 */
class XgboostImporterTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({
        "binary_missing_bc,json",
        "binary_missing_bc,ubj",
        "raw_bc,json",
        "raw_bc,ubj",
        "softprob_iris,json",
        "softprob_iris,ubj",
        "softmax_iris,json",
        "softmax_iris,ubj",
        "poisson_dia,json",
        "poisson_dia,ubj",
        "gblinear_dia,json",
        "gblinear_dia,ubj",
        "dart_dia,json",
        "dart_dia,ubj",
        "v3_binary,json",
        "v3_binary,ubj",
        "v3_reg,json",
        "v3_reg,ubj",
        "categorical_onehot,ubj",
        "categorical_sets,json",
        "categorical_sets,ubj",
        "categorical_classes,ubj",
        "dart_classes,ubj",
        "gblinear_classes,ubj",
        "quantiles,ubj",
        "binary_hinge,ubj",
        "reg_gamma,ubj",
        "rank_ndcg,ubj",
        "survival_cox,ubj",
        "multi_target,json",
        "multi_target,ubj",
        "one_tree_per_target,ubj"
    })
    void answersAsXgboostDoes(String name, String encoding) throws OrtException {
        ImportedModel imported =
                ModelImporters.discover().read(ModelFormat.XGBOOST, resource(name + "/model." + encoding));
        float[][] input = csv(name + "/input.csv");

        Map<String, float[]> answers = run(OnnxWriter.toBytes(imported.graph()), input);

        close(answers.get("margin"), flat(csv(name + "/margin.csv")), 2e-6);
        close(answers.get("prediction"), flat(csv(name + "/predict.csv")), 2e-6);
        assertThat(imported.producer()).startsWith("XGBoost ");
        assertThat(imported.notes()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "ubj"})
    void damagedFilesGiveOneTypedError(String encoding) throws IOException {
        byte[] good = Files.readAllBytes(resource("raw_bc/model." + encoding));
        Random random = new Random(11);
        for (int i = 0; i < 5000; i++) {
            byte[] bad = good.clone();
            if (i % 2 == 0) {
                bad = Arrays.copyOf(bad, random.nextInt(bad.length));
            } else {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(dir.resolve("m"), bad);
            Allowance allowance = Allowance.start();
            try {
                new XgboostImporter().read(file);
            } catch (EdgeException e) {
                assertThat(e).isInstanceOfAny(ModelFormatException.class, UnsupportedOperatorException.class);
            }
            allowance.end(encoding + ", variant " + i + ", seed 11", bad.length);
        }
    }

    @Test
    void theReportTellsTreesAndTransformApart() throws Exception {
        ImportedModel imported = new XgboostImporter().read(resource("softprob_iris/model.json"));

        assertThat(imported.report().items())
                .containsExactly(
                        new ImportReport.Item(
                                "gbtree of 36 trees",
                                1,
                                "Add, TreeEnsembleRegressor",
                                List.of("learner.gradient_booster")),
                        new ImportReport.Item("multi:softprob", 1, "Softmax", List.of("learner.objective")));
    }

    @Test
    void anUnknownObjectiveAndAnUnknownBoosterAreListedTogether() throws Exception {
        String good = Files.readString(resource("raw_bc/model.json"));
        Path strange = Files.writeString(
                dir.resolve("strange.json"),
                good.replace("\"name\":\"gbtree\"", "\"name\":\"gbforest\"")
                        .replaceFirst("\"name\":\"[a-z]+:[a-z]+\"", "\"name\":\"custom:loss\""));

        assertThatThrownBy(() -> new XgboostImporter().read(strange))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("objective (custom:loss) has no known output transform, x 1 at learner.objective")
                .hasMessageContaining("booster (gbforest) is none of [dart, gblinear, gbtree], x 1 at");
    }

    @Test
    void treesThatAreNotTreesAreRefused() throws IOException {
        String good = Files.readString(resource("raw_bc/model.json"));
        String cyclic = good.replaceFirst("\"left_children\": ?\\[1,", "\"left_children\":[0,");
        assertThat(cyclic).isNotEqualTo(good);

        assertThatThrownBy(() -> XgboostReader.read(cyclic.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("child (0)");
    }

    @Test
    void unknownObjectivesAreRefusedByName() throws IOException {
        String good = Files.readString(resource("raw_bc/model.json"));

        assertThatThrownBy(() -> XgboostReader.read(
                        good.replace("binary:logitraw", "my:own").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(my:own)");
    }

    @Test
    void otherThingsAreNotXgboost() throws IOException {
        Path text = Files.writeString(dir.resolve("a"), "{\"a\": 1}");
        Path binary = Files.write(dir.resolve("b"), new byte[] {0, 1, 2, 3});
        Path deep = Files.writeString(dir.resolve("c"), "[".repeat(100_000));
        byte[] nested = "{U".concat("x").getBytes(StandardCharsets.UTF_8);

        for (Path file : List.of(text, binary, deep)) {
            assertThatThrownBy(() -> new XgboostImporter().read(file)).isInstanceOf(ModelFormatException.class);
        }
        assertThatThrownBy(() -> XgboostReader.read(nested)).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void formatsWithoutImporterSayWhatCanBeDone() {
        assertThatThrownBy(() -> ModelImporters.discover().read(ModelFormat.COREML, dir))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("Core ML")
                .hasMessageContaining("Maybe");
        assertThat(ModelImporters.discover().formats()).contains(ModelFormat.XGBOOST);
    }

    private static Map<String, float[]> run(byte[] model, float[][] input) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = environment.createSession(model, options);
                OnnxTensor tensor = OnnxTensor.createTensor(environment, input);
                OrtSession.Result result = session.run(Map.of("input", tensor))) {
            return Map.of("margin", floats(result, "margin"), "prediction", floats(result, "prediction"));
        }
    }

    private static float[] floats(OrtSession.Result result, String name) throws OrtException {
        return flat((float[][]) result.get(name).orElseThrow().getValue());
    }

    private static void close(float[] actual, float[] expected, double relative) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) Math.abs(actual[i] - expected[i]))
                    .as("value %d: %s against %s", i, actual[i], expected[i])
                    .isLessThanOrEqualTo(relative * Math.max(1, Math.abs(expected[i])));
        }
    }

    private static float[] flat(float[][] rows) {
        int columns = rows[0].length;
        float[] values = new float[rows.length * columns];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, values, r * columns, columns);
        }
        return values;
    }

    private static float[][] csv(String name) {
        try {
            return Files.readAllLines(resource(name)).stream()
                    .map(line -> {
                        String[] cells = line.split(",", -1);
                        float[] row = new float[cells.length];
                        for (int i = 0; i < row.length; i++) {
                            row[i] = cells[i].equals("nan") ? Float.NaN : Float.parseFloat(cells[i]);
                        }
                        return row;
                    })
                    .toArray(float[][]::new);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(XgboostImporterTest.class.getResource("/xgboost/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
