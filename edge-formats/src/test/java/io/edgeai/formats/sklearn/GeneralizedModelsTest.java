package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Linear models by name, link and loss. */
class GeneralizedModelsTest {
    private static final double[][] ROWS = Rows.random(new Random(21), 7, 3);
    private static final double[] WEIGHTS = {0.5, -1.25, 2};
    private static final double[][] THREE = {{1, -1, 0.5}, {0.25, 2, -1}, {-2, 0.5, 0.1}};
    private static final double[] BIAS = {0.5, -0.25, 0.1};

    private static double score(double[] row) {
        return Rows.dot(row, WEIGHTS) + 0.75;
    }

    private static double[] scores(double[] row) {
        return new double[] {
            Rows.dot(row, THREE[0]) + BIAS[0], Rows.dot(row, THREE[1]) + BIAS[1], Rows.dot(row, THREE[2]) + BIAS[2]
        };
    }

    private static Made.Obj linear(String kind) {
        return sk(kind).with("coef_", WEIGHTS).with("intercept_", 0.75);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LinearRegression",
                "Ridge",
                "RidgeCV",
                "Lasso",
                "LassoCV",
                "LassoLars",
                "LassoLarsCV",
                "LassoLarsIC",
                "Lars",
                "LarsCV",
                "ElasticNet",
                "ElasticNetCV",
                "OrthogonalMatchingPursuit",
                "OrthogonalMatchingPursuitCV",
                "BayesianRidge",
                "ARDRegression",
                "HuberRegressor",
                "TheilSenRegressor",
                "SGDRegressor",
                "PassiveAggressiveRegressor",
                "LinearSVR",
                "QuantileRegressor"
            })
    void allRegressorsAreTheSameProduct(String kind) {
        assertThat(Asked.predict(linear(kind), ROWS))
                .containsExactly(Rows.each(ROWS, GeneralizedModelsTest::score), within(1e-14));
        Made.Obj listed = linear(kind).with("intercept_", new double[] {0.75});
        assertThat(Asked.all(listed, ROWS).get("predict").shape()).containsExactly(ROWS.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"MultiTaskLasso", "MultiTaskLassoCV", "MultiTaskElasticNet", "MultiTaskElasticNetCV", "Ridge"})
    void severalTasksAreSeveralProducts(String kind) {
        Object model = sk(kind).with("coef_", THREE).with("intercept_", BIAS);
        Tensor answer = Asked.all(model, ROWS).get("predict");
        assertThat(answer.shape()).containsExactly(ROWS.length, 3);
        assertThat(answer.doubles()).containsExactly(Rows.map(ROWS, GeneralizedModelsTest::scores), within(1e-14));
    }

    @Test
    void regressionCoefficientsMayBeSparseAndTheInterceptShared() {
        Object model = sk("Ridge")
                .with("coef_", Made.csr(THREE))
                .with("intercept_", 0.0)
                .with("n_features_in_", 3);
        double[] expected = Rows.map(
                ROWS, row -> new double[] {Rows.dot(row, THREE[0]), Rows.dot(row, THREE[1]), Rows.dot(row, THREE[2])});
        assertThat(Asked.predict(model, ROWS)).containsExactly(expected, within(1e-14));
        Object row = linear("SGDRegressor")
                .with("coef_", Made.csr(new double[][] {WEIGHTS}))
                .with("n_features_in_", 3);
        assertThat(Asked.all(row, ROWS).get("predict").shape())
                .as("what sparsify() leaves of one target")
                .containsExactly(ROWS.length);
    }

    @ParameterizedTest
    @CsvSource({
        "PoissonRegressor, , , true",
        "GammaRegressor, , , true",
        "TweedieRegressor, auto, 0, false",
        "TweedieRegressor, auto, -1, false",
        "TweedieRegressor, auto, 1, true",
        "TweedieRegressor, auto, 1.5, true",
        "TweedieRegressor, log, 0, true",
        "TweedieRegressor, identity, 2, false"
    })
    void linksAreTakenFromTheDistribution(String kind, String link, Double power, boolean exponential) {
        Object model = linear(kind).with("link", link).with("power", power);
        double[] expected = Rows.each(ROWS, row -> exponential ? Math.exp(score(row)) : score(row));
        double[] answer = Asked.predict(model, ROWS);
        for (int i = 0; i < expected.length; i++) {
            assertThat(answer[i]).isCloseTo(expected[i], within(1e-14 * Math.abs(expected[i]) + 1e-14));
        }
    }

    @Test
    void otherLinksAreNamed() {
        assertThatThrownBy(() -> Asked.imported(linear("TweedieRegressor").with("link", "inverse")))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("link = inverse");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LinearSVC", "Perceptron", "PassiveAggressiveClassifier"})
    void largestScoreDecides(String kind) {
        Object model =
                sk(kind).with("coef_", THREE).with("intercept_", BIAS).with("classes_", Made.objects("a", "b", "c"));
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("decision_function").doubles())
                .containsExactly(Rows.map(ROWS, GeneralizedModelsTest::scores), within(1e-14));
        String[] expected = Arrays.stream(ROWS)
                .map(row -> "abc".substring(Rows.argmax(scores(row))).substring(0, 1))
                .toArray(String[]::new);
        assertThat(answers.get("predict").strings()).containsExactly(expected);
        assertThat(answers).doesNotContainKey("predict_proba");
    }

    /** A score of exactly zero is the first class; labels may be of any kind. */
    @Test
    void twoClassesTurnAboveZero() {
        double[][] rows = {{1}, {0}, {-1}};
        Made.Obj model = sk("LinearSVC").with("coef_", new double[][] {{1}}).with("intercept_", new double[] {0});
        assertThat(Asked.all(model.with("classes_", Made.flags(false, true)), rows)
                        .get("predict")
                        .bytes())
                .containsExactly(1, 0, 0);
        assertThat(Asked.predict(model.with("classes_", new double[] {-1, 1.5}), rows))
                .containsExactly(1.5, -1, -1);
        assertThat(Asked.longs(model.with("classes_", new long[] {-1, 1}), "predict", rows))
                .containsExactly(1, -1, -1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RidgeClassifier", "RidgeClassifierCV"})
    void ridgesKeepTheirLabelsInABinarizer(String kind) {
        Made.Obj binarizer = sk("LabelBinarizer").with("classes_", new long[] {10, 20, 30});
        Made.Obj model = sk(kind).with("coef_", THREE).with("intercept_", BIAS).with("_label_binarizer", binarizer);
        long[] expected = Arrays.stream(ROWS)
                .mapToLong(row -> 10 + 10 * Rows.argmax(scores(row)))
                .toArray();
        assertThat(Asked.longs(model, "predict", ROWS)).isEqualTo(expected);
        Object many = model.with("_label_binarizer", binarizer.with("y_type_", "multilabel-indicator"));
        assertThatThrownBy(() -> Asked.imported(many)).hasMessageContaining("multilabel targets");
    }

    /** Two classes: one-versus-rest is the sigmoid of the score, a multinomial model of two is that of twice the score. */
    @ParameterizedTest
    @CsvSource({"ovr, 1", "auto, 1", "multinomial, 2", "warn, 1", "deprecated, 1"})
    void twoClassesOfALogisticRegression(String scheme, double factor) {
        Object model = sk("LogisticRegressionCV")
                .with("coef_", new double[][] {WEIGHTS})
                .with("intercept_", new double[] {0.75})
                .with("classes_", new long[] {0, 1})
                .with("multi_class", scheme);
        double[] expected = Rows.map(ROWS, row -> {
            double p = Rows.sigmoid(factor * score(row));
            return new double[] {1 - p, p};
        });
        assertThat(Asked.doubles(model, "predict_proba", ROWS)).containsExactly(expected, within(1e-15));
    }

    @ParameterizedTest
    @CsvSource({"liblinear, true", "lbfgs, false", "saga, false"})
    void solverDecidesWhereTheSchemeIsAutomatic(String solver, boolean separate) {
        Object model = sk("LogisticRegression")
                .with("coef_", THREE)
                .with("intercept_", BIAS)
                .with("classes_", new long[] {0, 1, 2})
                .with("solver", solver);
        double[] expected = Rows.map(
                ROWS,
                row -> separate
                        ? Rows.normalized(
                                Arrays.stream(scores(row)).map(Rows::sigmoid).toArray())
                        : Rows.softmax(scores(row)));
        assertThat(Asked.doubles(model, "predict_proba", ROWS)).containsExactly(expected, within(1e-15));
    }

    @ParameterizedTest
    @CsvSource({"log", "log_loss", "modified_huber", "hinge", "squared_hinge", "perceptron"})
    void lossesOfStochasticDescentGiveTheirProbabilities(String loss) {
        Object model = sk("SGDClassifier")
                .with("coef_", new double[][] {WEIGHTS})
                .with("intercept_", new double[] {0.75})
                .with("classes_", new long[] {0, 1})
                .with("loss", loss);
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        if (!loss.startsWith("log") && !loss.startsWith("mod")) {
            assertThat(answers).containsOnlyKeys("decision_function", "predict");
            return;
        }
        double[] expected = Rows.map(ROWS, row -> {
            double p =
                    loss.startsWith("log") ? Rows.sigmoid(score(row)) : (Math.min(Math.max(score(row), -1), 1) + 1) / 2;
            return new double[] {1 - p, p};
        });
        assertThat(answers.get("predict_proba").doubles()).containsExactly(expected, within(1e-15));
    }

    @Test
    void ransacIsItsEstimator() {
        assertThat(Asked.predict(sk("RANSACRegressor").with("estimator_", linear("Ridge")), ROWS))
                .containsExactly(Rows.each(ROWS, GeneralizedModelsTest::score), within(1e-14));
    }

    @Test
    void contradictingShapesAreNamed() {
        Object model = sk("Ridge").with("coef_", THREE).with("intercept_", new double[] {1, 2});
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("(3) rows of coefficients but 2 intercepts");
        Object cube =
                sk("Ridge").with("coef_", Made.doubles(new double[8], 2, 2, 2)).with("intercept_", 0.0);
        assertThatThrownBy(() -> Asked.imported(cube)).hasMessageContaining("has rank (3) in (coef_), not 2");
    }
}
