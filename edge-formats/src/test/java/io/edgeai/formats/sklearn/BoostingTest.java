package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradient boosting and AdaBoost of stumps: one column, each stump a step at its threshold. */
class BoostingTest {
    private static final double[][] ROWS = {{0.25}, {1.5}, {3}};

    /** {@code low} up to the threshold, {@code high} above it. */
    private static Made.Obj step(double threshold, double low, double high) {
        double[][] nodes = {{1, 2, 0, threshold}, {-1, -1, -2, -2}, {-1, -1, -2, -2}};
        return Made.tree("DecisionTreeRegressor", 1, 1, nodes, new double[][] {{0}, {low}, {high}});
    }

    /** A classifier of the first two classes, or of three, sure of {@code low} up to the threshold. */
    private static Made.Obj choice(double threshold, double[] low, double[] high, long... classes) {
        double[][] nodes = {{1, 2, 0, threshold}, {-1, -1, -2, -2}, {-1, -1, -2, -2}};
        return Made.tree("DecisionTreeClassifier", 1, classes.length, nodes, new double[][] {low, low, high})
                .with("classes_", classes);
    }

    private static Made.Arr stages(int groups, Object... trees) {
        return new Made.Arr("O8", Arrays.asList(trees), new int[] {trees.length / groups, groups}, new byte[0]);
    }

    private static Made.Obj constant(String kind, String attribute, Object value) {
        return sk(kind).with(attribute, value);
    }

    private static Made.Obj regression(Object init) {
        return sk("GradientBoostingRegressor")
                .with("estimators_", stages(1, step(1, -2, 4), step(2, 1, 10)))
                .with("learning_rate", 0.5)
                .with("n_features_in_", 1)
                .with("init_", init);
    }

    @Test
    void stagesAddUpOnTheirStart() {
        double[] sums = {0.5 * (-2 + 1), 0.5 * (4 + 1), 0.5 * (4 + 10)};
        assertThat(Asked.predict(regression("zero"), ROWS)).containsExactly(sums);
        Object mean = constant("DummyRegressor", "constant_", new double[][] {{100}});
        assertThat(Asked.predict(regression(mean), ROWS)).containsExactly(100 + sums[0], 100 + sums[1], 100 + sums[2]);
        Object line = sk("LinearRegression").with("coef_", new double[] {2}).with("intercept_", 1.0);
        assertThat(Asked.predict(regression(line), ROWS)).containsExactly(1.5 + sums[0], 4 + sums[1], 7 + sums[2]);
    }

    private static Made.Obj binary(String loss, double... prior) {
        return sk("GradientBoostingClassifier")
                .with("estimators_", stages(1, step(1, -2, 4), step(2, 1, 10)))
                .with("learning_rate", 0.5)
                .with("n_features_in_", 1)
                .with("classes_", new long[] {0, 1})
                .with("loss", loss)
                .with("init_", sk("DummyClassifier").with("class_prior_", prior).with("classes_", new long[] {0, 1}));
    }

    /** Log loss: the logit of the prior and a sigmoid; exponential loss: half of it and a sigmoid of twice the score. */
    @ParameterizedTest
    @CsvSource({"log_loss, 1, 1", "deviance, 1, 1", "exponential, 0.5, 2"})
    void twoClassesByLoss(String loss, double link, double slope) {
        Map<String, Tensor> answers = Asked.all(binary(loss, 0.75, 0.25), ROWS);
        double start = link * Math.log(0.25 / 0.75);
        double[] scores = {start - 0.5, start + 2.5, start + 7};
        assertThat(answers.get("decision_function").doubles()).containsExactly(scores, within(1e-14));
        double[] expected = Rows.map(new double[][] {{scores[0]}, {scores[1]}, {scores[2]}}, score ->
                new double[] {1 - Rows.sigmoid(slope * score[0]), Rows.sigmoid(slope * score[0])});
        assertThat(answers.get("predict_proba").doubles()).containsExactly(expected, within(1e-14));
        assertThat(answers.get("predict").longs()).containsExactly(0, 1, 1);
    }

    /** A score of zero is the second class since 1.4, the first before: then the equal probabilities decided. */
    @ParameterizedTest
    @CsvSource({"1.9.1, 1", "1.3, 0"})
    void scoresOfZeroFallByVersion(String version, long expected) {
        Object model = binary("log_loss", 0.5, 0.5)
                .with("estimators_", stages(1, step(1, 0, 0)))
                .with("_sklearn_version", version);
        assertThat(Asked.longs(model, "predict", ROWS)).containsExactly(expected, expected, expected);
    }

    /** Certain priors are cut to the precision of floats until 1.8 (pull request 31575), of doubles since. */
    @ParameterizedTest
    @CsvSource({"1.2.1, 1.1920928955078125e-7", "1.6.1, 1.1920928955078125e-7", "1.9.1, 2.220446049250313e-16"})
    void regressionCertainPriorsAreCutByVersion(String version, double eps) {
        Object model = binary("log_loss", 1, 0)
                .with("estimators_", stages(1, step(1, 0, 0)))
                .with("_sklearn_version", version);
        double expected = Math.log(eps / (1 - eps));
        assertThat(Asked.doubles(model, "decision_function", ROWS)[0]).isCloseTo(expected, within(1e-12));
    }

    /** Several classes start from log priors, which since 1.4 are centered; a softmax does not see the difference. */
    @ParameterizedTest
    @CsvSource({"1.9.1, true", "1.2.1, false"})
    void severalClassesStartFromTheirPriors(String version, boolean centered) {
        double[] prior = {0.5, 0.3, 0.2};
        Object model = sk("GradientBoostingClassifier")
                .with("_sklearn_version", version)
                .with("estimators_", stages(3, step(1, 1, 2), step(1, 3, 0), step(2, 0, 6)))
                .with("learning_rate", 0.5)
                .with("n_features_in_", 1)
                .with("classes_", Made.objects("a", "b", "c"))
                .with("init_", sk("DummyClassifier").with("class_prior_", prior).with("classes_", new long[] {0, 1, 2
                }));
        double mean = centered ? Arrays.stream(prior).map(Math::log).average().orElseThrow() : 0;
        double[][] steps = {{0.5, 1.5, 0}, {1, 0, 0}, {1, 0, 3}};
        double[] expected = Rows.map(steps, step -> new double[] {
            Math.log(0.5) - mean + step[0], Math.log(0.3) - mean + step[1], Math.log(0.2) - mean + step[2]
        });
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("decision_function").doubles()).containsExactly(expected, within(1e-14));
        assertThat(answers.get("predict").strings()).containsExactly("b", "a", "c");
        double[] first = answers.get("predict_proba").doubles();
        assertThat(Arrays.copyOf(first, 3)).containsExactly(Rows.softmax(Arrays.copyOf(expected, 3)), within(1e-15));
    }

    private static Made.Obj adaptive(String version, List<Object> members, double... weights) {
        return sk("AdaBoostClassifier")
                .with("_sklearn_version", version)
                .with("estimators_", members)
                .with("estimator_weights_", weights)
                .with("classes_", new long[] {0, 1, 2});
    }

    private static final List<Object> CHOICES = List.of(
            choice(1, new double[] {1, 0, 0}, new double[] {0, 1, 0}, 0, 1, 2),
            choice(2, new double[] {0, 1, 0}, new double[] {0, 0, 1}, 0, 1, 2));

    /** Hastie, Rosset, Zhu and Zou 2009: a vote counts its weight, and since 1.4 takes 1/(k-1) of it from the others. */
    @ParameterizedTest
    @CsvSource({"1.9.1, -0.5", "1.3, 0"})
    void votesOfAdaBoostAreWeighed(String version, double miss) {
        Made.Obj model = adaptive(version, CHOICES, 3, 1).with("algorithm", "SAMME");
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        int[][] votes = {{0, 1}, {1, 1}, {1, 2}};
        double[] expected = new double[9];
        for (int r = 0; r < 3; r++) {
            for (int k = 0; k < 3; k++) {
                expected[3 * r + k] = (votes[r][0] == k ? 3 : 3 * miss) / 4 + (votes[r][1] == k ? 1 : miss) / 4;
            }
        }
        assertThat(answers.get("decision_function").doubles()).containsExactly(expected, within(1e-15));
        assertThat(answers.get("predict").longs()).containsExactly(0, 1, 1);
        double[] first = Rows.softmax(expected[0] / 2, expected[1] / 2, expected[2] / 2);
        assertThat(Arrays.copyOf(answers.get("predict_proba").doubles(), 3)).containsExactly(first, within(1e-15));
    }

    /** Training that ends early leaves weights of zero behind its members. */
    @Test
    void moreWeightsThanMembersAreZeros() {
        double[] all = Asked.doubles(adaptive("1.9.1", CHOICES, 3, 1, 0, 0), "decision_function", ROWS);
        assertThat(all).isEqualTo(Asked.doubles(adaptive("1.9.1", CHOICES, 3, 1), "decision_function", ROWS));
    }

    /** SAMME.R: k - 1 times the log probability less its mean over classes, averaged over members. */
    @Test
    void oldAdaBoostWeighsLogProbabilities() {
        double[][] leaves = {{0.5, 0.25, 0.25}, {0.125, 0.625, 0.25}};
        List<Object> members =
                List.of(choice(1, leaves[0], leaves[1], 0, 1, 2), choice(9, leaves[1], leaves[0], 0, 1, 2));
        Made.Obj model = adaptive("1.2.1", members, 1, 1).with("algorithm", "SAMME.R");
        double[] expected = new double[3];
        for (double[] leaf : leaves) {
            double mean = Arrays.stream(leaf).map(Math::log).average().orElseThrow();
            for (int k = 0; k < 3; k++) {
                expected[k] += 2 * (Math.log(leaf[k]) - mean) / 2;
            }
        }
        assertThat(Asked.doubles(model, "decision_function", new double[][] {{0}}))
                .containsExactly(expected, within(1e-14));
    }

    @Test
    void twoClassesOfAdaBoostHaveOneScore() {
        List<Object> members = List.of(
                choice(1, new double[] {1, 0}, new double[] {0, 1}, 4, 5),
                choice(2, new double[] {1, 0}, new double[] {0, 1}, 4, 5));
        Made.Obj model = adaptive("1.9.1", members, 3, 1).with("classes_", new long[] {4, 5});
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("decision_function").doubles()).containsExactly(-2, 1, 2);
        assertThat(answers.get("predict").longs()).containsExactly(4, 5, 5);
        double p = Rows.sigmoid(1);
        assertThat(answers.get("predict_proba").doubles()[3]).isCloseTo(p, within(1e-15));
    }

    /** The weighted median: the first value, in order of size, at which half of the weight is reached. */
    @ParameterizedTest
    @CsvSource({"'1 1 1', 20", "'1 1 5', 30", "'2 1 1', 10", "'5 1 1', 10", "'0 0 1', 30"})
    void weightedMediansOfRegressors(String weights, double expected) {
        double[] each = Arrays.stream(weights.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        Object model = sk("AdaBoostRegressor")
                .with("estimators_", List.of(step(1, 30, 10), step(1, 5, 20), step(1, 7, 30)))
                .with("estimator_weights_", each)
                .with("n_features_in_", 1);
        assertThat(Asked.predict(model, new double[] {2})).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"estimators_", "classes_", "init_"})
    void partsThatAreMissingAreNamed(String part) {
        Object model = binary("log_loss", 0.5, 0.5).with(part, null);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("has no (" + part + ")");
    }
}
