package io.edgeai.formats.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.formats.xgboost.Boosters.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine in Java against XGBoost's recorded answers, and against ONNX Runtime running the same trees. */
class XgboostEngineTest {
    private static final InferenceRuntime ENGINE = Engines.discover().forFormat(ModelFormat.XGBOOST);

    @TempDir
    Path folder;

    private static InferenceSession open(Path file) {
        return ENGINE.open(file, SessionOptions.defaults());
    }

    private static float[][] csv(String name) throws IOException {
        List<float[]> rows = new ArrayList<>();
        for (String line :
                Files.readAllLines(Path.of("src/test/resources/xgboost").resolve(name))) {
            String[] cells = line.split(",", -1);
            float[] row = new float[cells.length];
            for (int i = 0; i < cells.length; i++) {
                row[i] =
                        cells[i].isEmpty() || cells[i].equalsIgnoreCase("nan") ? Float.NaN : Float.parseFloat(cells[i]);
            }
            rows.add(row);
        }
        return rows.toArray(float[][]::new);
    }

    @Test
    void itIsTheEngineOfTheFormatAndNeedsNothing() {
        assertThat(ENGINE.name()).isEqualTo("java-trees");
        assertThat(ENGINE.availability().usable()).isTrue();
        assertThat(ENGINE.formats()).containsExactly(ModelFormat.XGBOOST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "binary_missing_bc", "raw_bc", "softprob_iris", "softmax_iris", "poisson_dia", "gblinear_dia",
                "dart_dia", "v3_binary", "v3_reg", "categorical_onehot", "categorical_sets", "categorical_classes",
                "dart_classes", "gblinear_classes", "quantiles", "binary_hinge", "reg_gamma", "rank_ndcg",
                "survival_cox", "multi_target", "one_tree_per_target"
            })
    void answersAsXgboostDoes(String name) throws IOException {
        float[][] rows = csv(name + "/input.csv");
        float[][] margins = csv(name + "/margin.csv");
        float[][] predictions = csv(name + "/predict.csv");
        try (InferenceSession session = open(Path.of("src/test/resources/xgboost", name, "model.ubj"))) {
            for (int r = 0; r < rows.length; r++) {
                float[] alone = session.predict(rows[r], 0);
                Map<String, Tensor> named = session.run(Map.of("input", Tensor.of(rows[r], 1, rows[r].length)));
                assertThat(named.get("margin").floats()).isEqualTo(alone);
                close(alone, margins[r], name + ", row " + r);
                close(named.get("prediction").floats(), predictions[r], name + ", row " + r);
            }
        }
    }

    private static void close(float[] actual, float[] expected, String what) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                    .as("%s, output %d", what, i)
                    .isCloseTo(expected[i], within(1e-6 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    private static Node grow(SplittableRandom random, int depth, int features) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return Node.leaf((float) random.nextDouble(-1, 1));
        }
        float[] thresholds = {-1, -0.5f, 0, -0f, 0.5f, Float.MAX_VALUE, -Float.MAX_VALUE, 1e-40f};
        return new Node(
                random.nextInt(features),
                thresholds[random.nextInt(thresholds.length)],
                random.nextBoolean(),
                grow(random, depth - 1, features),
                grow(random, depth - 1, features));
    }

    /** Trees of very different depths, more and fewer than walk side by side, thresholds hit exactly, odd numbers. */
    @Test
    void leavesAreTheOnesThatRecursionFinds() throws IOException {
        float[] odd = {-1, -0.5f, 0, -0f, 0.5f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-40f, 3};
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int features = 1 + random.nextInt(5);
            List<Node> trees = new ArrayList<>();
            for (int t = 0; t < 1 + random.nextInt(30); t++) {
                trees.add(grow(random, random.nextInt(9), features));
            }
            XgboostModel model = Boosters.read(Boosters.model("reg:squarederror", "0.5", features, 1, trees));
            try (InferenceSession session = new XgboostSession(model)) {
                for (int r = 0; r < 40; r++) {
                    float[] row = new float[features];
                    for (int f = 0; f < features; f++) {
                        row[f] = odd[random.nextInt(odd.length)];
                    }
                    float expected = 0.5f;
                    for (Node tree : trees) {
                        expected += tree.answer(row);
                    }
                    assertThat(session.predict(row, 0)[0])
                            .as("seed %d, row %d", seed, r)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void rowsTogetherAnswerAsRowsAloneAndAsOnnxRuntime() throws IOException, OrtException {
        Path file = Path.of("src/test/resources/xgboost/categorical_classes/model.ubj");
        float[][] rows = csv("categorical_classes/input.csv");
        float[] flat = new float[rows.length * 4];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, flat, 4 * r, 4);
        }
        try (InferenceSession session = open(file)) {
            float[] together = session.predict(flat, 0);
            float[][] engine = Boosters.run(file, "margin", rows);
            for (int r = 0; r < rows.length; r++) {
                float[] alone = session.predict(rows[r], 0);
                for (int g = 0; g < 3; g++) {
                    assertThat(together[3 * r + g]).isEqualTo(alone[g]);
                    assertThat(alone[g]).isCloseTo(engine[r][g], within(2e-6f));
                }
            }
            assertThat(session.sampleLength()).isEqualTo(4);
            assertThat(session.run(Map.of("input", Tensor.of(new float[0], 0, 4)))
                            .get("prediction")
                            .shape())
                    .containsExactly(0, 3);
        }
    }

    @Test
    void whatDoesNotFitIsNamed() {
        InferenceSession session = open(Path.of("src/test/resources/xgboost/raw_bc/model.ubj"));
        int features = session.sampleLength();
        Tensor narrow = Tensor.of(new float[2], 1, 2);
        assertThatThrownBy(() -> session.predict(new float[features + 1], 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + (features + 1) + ") values");
        assertThatThrownBy(() -> session.predict(new float[0], 0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> session.run(Map.of("input", narrow)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not FLOAT[N," + features + "]");
        assertThatThrownBy(() -> session.run(Map.of("x", narrow)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("one input (input), not [x]");
        session.close();
        session.close();
        assertThatThrownBy(() -> session.predict(new float[features], 0)).isInstanceOf(LifecycleException.class);
    }

    @Test
    void aRunEndsAtItsDeadline() {
        try (InferenceSession session = open(Path.of("src/test/resources/xgboost/raw_bc/model.ubj"))) {
            int rows = 4_000;
            Tensor many = Tensor.of(new float[rows * session.sampleLength()], rows, session.sampleLength());
            assertThatThrownBy(() -> session.run(Map.of("input", many), Duration.ofNanos(1)))
                    .isInstanceOf(InferenceTimeoutException.class)
                    .hasMessageContaining("stopped at row");
        }
    }
}
