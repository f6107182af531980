package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many classes or outputs out of estimators that know two or one. */
class MultiplesTest {
    private static final double[][] ROWS = Rows.random(new Random(51), 12, 2);
    private static final double[][] LINES = {{1, 0.5}, {-1, 1}, {0.25, -2}};

    private static Made.Obj machine(double... coef) {
        return sk("LinearSVC")
                .with("coef_", new double[][] {coef})
                .with("intercept_", new double[] {0})
                .with("classes_", new long[] {0, 1});
    }

    /** A tree that gives each of two classes by chance, below and above a threshold of the first column. */
    private static Made.Obj tree(double low, double high) {
        double[][] nodes = {{1, 2, 0, 0}, {-1, -1, -2, -2}, {-1, -1, -2, -2}};
        double[][] values = {{0, 0}, {1 - low, low}, {1 - high, high}};
        return Made.tree("DecisionTreeClassifier", 2, 2, nodes, values, "classes_", new long[] {0, 1});
    }

    private static Made.Obj rest(String type, Object... members) {
        long[] classes = members.length == 1 ? new long[] {5, 6} : new long[] {5, 6, 7};
        return sk("OneVsRestClassifier")
                .with("estimators_", List.of(members))
                .with(
                        "label_binarizer_",
                        sk("LabelBinarizer").with("classes_", classes).with("y_type_", type));
    }

    private static double[] scores(double[] row) {
        return Arrays.stream(LINES).mapToDouble(line -> Rows.dot(line, row)).toArray();
    }

    @Test
    void largestScoreOfOneAgainstTheRest() {
        Object model = rest("multiclass", machine(LINES[0]), machine(LINES[1]), machine(LINES[2]));
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("decision_function").doubles())
                .containsExactly(Rows.map(ROWS, MultiplesTest::scores), within(1e-15));
        assertThat(answers.get("predict").longs())
                .isEqualTo(Arrays.stream(ROWS)
                        .mapToLong(row -> 5 + Rows.argmax(scores(row)))
                        .toArray());
        assertThat(answers).doesNotContainKey("predict_proba");
    }

    /** Members without scores compare probabilities, which then add up to one; where all are zero they stay zero. */
    @Test
    void probabilitiesAreNormalizedUnlessAllAreZero() {
        Object model = rest("multiclass", tree(0.2, 0), tree(0.6, 0), tree(0.4, 0));
        double[] proba = Asked.doubles(model, "predict_proba", new double[][] {{-1, 0}, {1, 0}});
        double[] expected = {0.2 / 1.2, 0.6 / 1.2, 0.4 / 1.2, 0, 0, 0};
        assertThat(proba).containsExactly(expected, within(1e-15));
    }

    /** Until 1.6 at least the last of equal scores won, because each later class overwrote its equals. */
    @ParameterizedTest
    @CsvSource({"0.24.2, 7", "1.2.1, 7", "1.6.1, 7", "1.9.1, 5"})
    void regressionEqualScoresFallByVersion(String version, long expected) {
        Object model = rest("multiclass", tree(0, 1), tree(0, 1), tree(0, 1)).with("_sklearn_version", version);
        assertThat(Asked.longs(model, "predict", new double[][] {{-1, 0}, {1, 0}}))
                .containsExactly(expected, expected);
    }

    @Test
    void twoClassesNeedOneMember() {
        Map<String, Tensor> answers = Asked.all(rest("binary", machine(1, 0)), new double[][] {{2, 0}, {0, 0}});
        assertThat(answers.get("decision_function").doubles()).containsExactly(2, 0);
        assertThat(answers.get("predict").longs()).containsExactly(6, 5);
        Map<String, Tensor> chances = Asked.all(rest("binary", tree(0.5, 0.75)), new double[][] {{2, 0}, {0, 0}});
        assertThat(chances.get("predict").longs()).containsExactly(6, 5);
        assertThat(chances.get("predict_proba").doubles()).containsExactly(0.25, 0.75, 0.5, 0.5);
    }

    /** Each label for itself: above zero, or above one half where there is no score. */
    @Test
    void severalLabelsAtOnce() {
        double[][] rows = {{1, 0}, {-1, 0}};
        Map<String, Tensor> scores =
                Asked.all(rest("multilabel-indicator", machine(1, 0), machine(-1, 0), machine(0, 0)), rows);
        assertThat(scores.get("predict").longs()).containsExactly(1, 0, 0, 0, 1, 0);
        Map<String, Tensor> chances =
                Asked.all(rest("multilabel-indicator", tree(0.5, 0.6), tree(0.9, 0.1), tree(1, 1)), rows);
        assertThat(chances.get("predict").longs()).containsExactly(1, 0, 1, 0, 1, 1);
        assertThat(chances.get("predict_proba").doubles()).containsExactly(0.6, 0.1, 1, 0.5, 0.9, 1);
    }

    /** A class that every training row had, or none, has a constant in place of an estimator. */
    @Test
    void constantMembersAnswerAlways() {
        Made.Obj always = sk("_ConstantPredictor").with("y_", new long[] {1});
        Made.Obj never = sk("_ConstantPredictor").with("y_", new long[] {0});
        Object model =
                rest("multilabel-indicator", tree(0.25, 0.75), always, never).with("n_features_in_", 2);
        Map<String, Tensor> answers = Asked.all(model, new double[][] {{-1, 0}, {1, 0}});
        assertThat(answers.get("predict").longs()).containsExactly(0, 1, 0, 1, 1, 0);
        assertThat(answers.get("predict_proba").doubles()).containsExactly(0.25, 1, 0, 0.75, 1, 0);
    }

    private static Made.Obj pairs(int classes, Object... members) {
        return sk("OneVsOneClassifier")
                .with("estimators_", List.of(members))
                .with("classes_", Arrays.copyOf(new long[] {5, 6, 7}, classes));
    }

    /** A vote for each pair's winner, and the sum of confidences as less than a third of a vote. */
    @Test
    void pairsVote() {
        double[][] expected = Arrays.stream(ROWS)
                .map(row -> {
                    double[] d = scores(row);
                    double[] votes = new double[3];
                    double[] sums = {-d[0] - d[1], d[0] - d[2], d[1] + d[2]};
                    votes[d[0] > 0 ? 1 : 0]++;
                    votes[d[1] > 0 ? 2 : 0]++;
                    votes[d[2] > 0 ? 2 : 1]++;
                    for (int k = 0; k < 3; k++) {
                        votes[k] += sums[k] / (3 * (Math.abs(sums[k]) + 1));
                    }
                    return votes;
                })
                .toArray(double[][]::new);
        Map<String, Tensor> answers =
                Asked.all(pairs(3, machine(LINES[0]), machine(LINES[1]), machine(LINES[2])), ROWS);
        assertThat(answers.get("decision_function").doubles()).containsExactly(Rows.flat(expected), within(1e-14));
        assertThat(answers.get("predict").longs())
                .isEqualTo(Arrays.stream(expected)
                        .mapToLong(v -> 5 + Rows.argmax(v))
                        .toArray());
    }

    /** One pair: the second class's votes and confidence, against 0 or one half. */
    @ParameterizedTest
    @CsvSource({"true, '6 5'", "false, '6 5'"})
    void twoClassesAreOnePair(boolean scores, String expected) {
        Object model = pairs(2, scores ? machine(1, 0) : tree(0.25, 0.75));
        long[] classes =
                Arrays.stream(expected.split(" ")).mapToLong(Long::parseLong).toArray();
        assertThat(Asked.longs(model, "predict", new double[][] {{1, 0}, {-1, 0}}))
                .isEqualTo(classes);
        Object kernel = pairs(2, machine(1, 0)).with("pairwise_indices_", List.of(new long[] {0}));
        assertThatThrownBy(() -> Asked.imported(kernel)).hasMessageContaining("pairwise kernels");
    }

    /** Dietterich and Bakiri 1995: the class whose code word is nearest to the answers. */
    @Test
    void nearestCodeWordDecides() {
        double[][] book = {{1, -1}, {-1, 1}, {1, 1}};
        Object model = sk("OutputCodeClassifier")
                .with("estimators_", List.of(machine(LINES[0]), machine(LINES[1])))
                .with("code_book_", book)
                .with("classes_", Made.objects("a", "b", "c"));
        String[] expected = Arrays.stream(ROWS)
                .map(row -> {
                    double[] word = {Rows.dot(LINES[0], row), Rows.dot(LINES[1], row)};
                    double[] near = Arrays.stream(book)
                            .mapToDouble(code -> -Rows.squaredDistance(code, word))
                            .toArray();
                    return "abc".substring(Rows.argmax(near)).substring(0, 1);
                })
                .toArray(String[]::new);
        assertThat(Asked.all(model, ROWS).get("predict").strings()).containsExactly(expected);
    }

    private static Made.Obj ridge(double intercept, double... coef) {
        return sk("Ridge").with("coef_", coef).with("intercept_", intercept);
    }

    @Test
    void outputsStandSideBySide() {
        Object numbers = sk("MultiOutputRegressor").with("estimators_", List.of(ridge(1, 1, 0), ridge(2, 0, 1)));
        assertThat(Asked.predict(numbers, new double[][] {{10, 20}, {30, 40}})).containsExactly(11, 22, 31, 42);
        Object classes = sk("MultiOutputClassifier").with("estimators_", List.of(tree(0, 1), tree(0.75, 0.25)));
        Map<String, Tensor> answers = Asked.all(classes, new double[][] {{1, 0}, {-1, 0}});
        assertThat(answers.get("predict").longs()).containsExactly(1, 0, 0, 1);
        assertThat(answers.get("predict_proba_1").doubles()).containsExactly(0.75, 0.25, 0.25, 0.75);
    }

    /** Each link sees the columns and the answers before it; outputs come back in their own order. */
    @Test
    void chainsSeeWhatCameBefore() {
        Made.Obj model = sk("RegressorChain")
                .with("estimators_", List.of(ridge(0, 1, 1), ridge(0.5, 0, 0, 10), ridge(0, 0, 1, 1, 1)))
                .with("order_", List.of(2, 0, 1))
                .with("n_features_in_", 2);
        double first = 1 + 2;
        double second = 0.5 + 10 * first;
        assertThat(Asked.predict(model, new double[] {1, 2})).containsExactly(second, 2 + first + second, first);
        assertThatThrownBy(() -> Asked.imported(model.with("chain_method_", "predict_proba")))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("chain_method = predict_proba");
    }

    @Test
    void chainsOfClassifiersHandOnTheirClasses() {
        Object model = sk("ClassifierChain")
                .with("estimators_", List.of(machine(1, 0), machine(0, 0, -1)))
                .with("order_", new long[] {1, 0})
                .with("n_features_in_", 2);
        Map<String, Tensor> answers = Asked.all(model, new double[][] {{3, 0}, {-3, 0}});
        assertThat(answers.get("predict").doubles()).containsExactly(0, 1, 0, 0);
        assertThat(answers.get("decision_function").doubles()).containsExactly(-1, 3, 0, -3);
        assertThat(answers).doesNotContainKey("predict_proba");
    }
}
