package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which columns stay: each column of the row holds its own number, so the answer lists those kept. */
class SelectionTest {
    private static double[] numbers(String text) {
        return Arrays.stream(text.split(" "))
                .mapToDouble(v -> v.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(v))
                .toArray();
    }

    private static double[] kept(Object model, int width) {
        return Asked.transform(
                model, IntStream.range(0, width).mapToDouble(i -> i).toArray());
    }

    @ParameterizedTest
    @CsvSource({"0, 1 2 3", "0.5, 2 3", "2, 3"})
    void variancesMustBeAboveTheThreshold(double threshold, String expected) {
        Object model = sk("VarianceThreshold")
                .with("variances_", new double[] {0, 0.5, 2, 3})
                .with("threshold", threshold);
        assertThat(kept(model, 4)).isEqualTo(numbers(expected));
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "2, 1 3", "3, 1 3 4", "5, 0 1 2 3 4"})
    void theBestScoresStay(int k, String expected) {
        Object model = sk("SelectKBest")
                .with("scores_", new double[] {1, 5, Double.NaN, 9, 2})
                .with("k", k);
        assertThat(kept(model, 5)).isEqualTo(numbers(expected));
        assertThat(kept(sk("SelectKBest").with("scores_", new double[3]).with("k", "all"), 3))
                .containsExactly(0, 1, 2);
    }

    /** Above the percentile all; at the percentile the first, as many as the share allows. */
    @ParameterizedTest
    @CsvSource({"100, 0 1 2 3 4", "40, 1 3", "60, 1 3 4", "20, 3", "45, 1 3"})
    void shareOfTheBestStays(double percent, String expected) {
        Object model = sk("SelectPercentile")
                .with("scores_", new double[] {1, 5, 0, 9, 2})
                .with("percentile", percent);
        assertThat(kept(model, 5)).isEqualTo(numbers(expected));
    }

    @Test
    void equalScoresAtThePercentileStayFromTheLeft() {
        Object model = sk("SelectPercentile")
                .with("scores_", new double[] {7, 7, 7, 7, 9})
                .with("percentile", 60);
        assertThat(kept(model, 5)).containsExactly(0, 1, 4);
    }

    /** p below alpha; below alpha over the number of tests (Bonferroni); the step-up of Benjamini and Hochberg. */
    @ParameterizedTest
    @CsvSource({"SelectFpr, fpr, 0 1 2", "SelectFwe, fwe, 0", "SelectFdr, fdr, 0 1 2"})
    void testsOfSignificance(String name, String mode, String expected) {
        double[] p = {0.001, 0.02, 0.03, 0.2};
        Object model =
                sk(name).with("pvalues_", p).with("scores_", new double[4]).with("alpha", 0.05);
        assertThat(kept(model, 4)).isEqualTo(numbers(expected));
        Object generic = sk("GenericUnivariateSelect")
                .with("pvalues_", p)
                .with("scores_", new double[4])
                .with("mode", mode)
                .with("param", 0.05);
        assertThat(kept(generic, 4)).isEqualTo(numbers(expected));
    }

    @Test
    void falseDiscoveryStepsUp() {
        double[] p = {0.04, 0.03, 0.02, 0.05};
        assertThat(kept(sk("SelectFdr").with("pvalues_", p).with("scores_", p).with("alpha", 0.05), 4))
                .as("the largest is at its line, so all below are kept")
                .containsExactly(0, 1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource({"percentile, 50, 1 3", "k_best, 1, 3", "k_best, 99, 0 1 2 3"})
    void genericSelectionsOfScores(String mode, double param, String expected) {
        Object model = sk("GenericUnivariateSelect")
                .with("scores_", new double[] {1, 5, 2, 9})
                .with("mode", mode)
                .with("param", param);
        assertThat(kept(model, 4)).isEqualTo(numbers(expected));
    }

    @Test
    void masksAreKeptAsTheyAre() {
        Object mask = Made.flags(true, false, true);
        assertThat(kept(sk("SequentialFeatureSelector").with("support_", mask), 3))
                .containsExactly(0, 2);
        Object ridge = sk("Ridge").with("coef_", new double[] {10, 100}).with("intercept_", 1.0);
        for (String name : List.of("RFE", "RFECV")) {
            Object model =
                    sk(name).with("support_", mask).with("estimator_", ridge).with("n_features_in_", 3);
            assertThat(kept(model, 3)).containsExactly(0, 2);
            assertThat(Asked.predict(model, new double[] {1, 9, 2}))
                    .as("the estimator of what is left")
                    .containsExactly(211);
        }
    }

    private static Made.Obj fromModel(Object inner) {
        return sk("SelectFromModel")
                .with("estimator_", inner)
                .with("threshold", null)
                .with("n_features_in_", 4);
    }

    private static Made.Obj linear(String kind, double... coef) {
        return sk(kind).with("coef_", coef).with("intercept_", 0.0);
    }

    @ParameterizedTest
    @CsvSource({"mean, 1 3", "median, 1 3", "0.5*mean, 1 2 3", "' 1.9 * median ', 3", ", 1 3"})
    void coefficientsAboveTheThreshold(String threshold, String expected) {
        Object model = fromModel(linear("Ridge", 0.1, -3, 2, 6)).with("threshold", threshold);
        assertThat(kept(model, 4)).isEqualTo(numbers(expected));
        assertThat(kept(fromModel(linear("Ridge", 0.1, -3, 2, 6)).with("threshold", 2.0), 4))
                .containsExactly(1, 2, 3);
    }

    /** The norm over classes, by numpy's {@code linalg.norm(coef, axis=0, ord)}. */
    @ParameterizedTest
    @CsvSource({"1, 3.9, 0 1", "2, 3.1, 0", "inf, 2.9, 0", "2, 2.8, 0 1", "3, 2.6, 0"})
    void severalClassesAreMeasuredByTheNorm(String order, double threshold, String expected) {
        Object inner = sk("LogisticRegression")
                .with("coef_", new double[][] {{3, 2}, {-1, -2}})
                .with("intercept_", new double[2]);
        Object model = fromModel(inner)
                .with("norm_order", numbers(order)[0])
                .with("threshold", threshold)
                .with("n_features_in_", 2);
        assertThat(kept(model, 2)).isEqualTo(numbers(expected));
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "2, 1 3", "9, 0 1 2 3"})
    void atMostSoManyStay(int most, String expected) {
        Object model = fromModel(linear("Ridge", 1, 3, 2, 6))
                .with("max_features_", most)
                .with("threshold", -1.0);
        assertThat(kept(model, 4)).isEqualTo(numbers(expected));
    }

    /** Where the penalty makes coefficients zero, the threshold that nobody stated is 1e-5 and not the mean. */
    @ParameterizedTest
    @CsvSource({
        "Lasso, , , 1.9, true",
        "LassoCV, , , 1.9, true",
        "MultiTaskLasso, , , 1.9, true",
        "LogisticRegression, penalty, l1, 1.9, true",
        "LogisticRegression, penalty, l2, 1.9, false",
        "LogisticRegression, l1_ratio, 1, 1.9, true",
        "LogisticRegression, l1_ratio, 1, 1.6, false",
        "ElasticNet, l1_ratio, 1, 1.9, true",
        "ElasticNet, l1_ratio, 1.0, 1.2, true",
        "ElasticNet, l1_ratio, 0.5, 1.9, false",
        "ElasticNetCV, l1_ratio_, 1.0, 1.9, true",
        "MultiTaskElasticNet, l1_ratio, 1, 1.6, true",
        "MultiTaskElasticNet, l1_ratio, 1, 1.9, false",
        "Ridge, , , 1.9, false"
    })
    void regressionPenaltiesOnAbsoluteValuesKeepAllThatIsNotZero(
            String kind, String option, String value, String version, boolean sparse) {
        Made.Obj inner = linear(kind, 0, 0.1, 0.2, 9).with("_sklearn_version", version);
        if (option != null) {
            Object typed = value.startsWith("l")
                    ? value
                    : value.contains(".") ? (Object) Double.valueOf(value) : Long.valueOf(value);
            inner = inner.with(option, typed);
        }
        assertThat(kept(fromModel(inner), 4)).isEqualTo(sparse ? numbers("1 2 3") : numbers("3"));
    }

    /**
     * numpy adds fewer than eight numbers one after the other: 0.1 + 0.1 + 0.1 is above 0.3, so the mean is above each of
     * the three and none stays; a compensated sum would keep all.
     */
    @Test
    void regressionTheMeanIsRoundedAsNumpyRounds() {
        Object model = fromModel(linear("Ridge", 0.1, 0.1, 0.1)).with("n_features_in_", 3);
        assertThatThrownBy(() -> kept(model, 3)).isInstanceOf(UnsupportedOperatorException.class);
        double[] eight = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
        Object lanes = fromModel(linear("Ridge", eight)).with("n_features_in_", 8);
        assertThat(kept(lanes, 8)).as("eight lanes added in pairs are exact").hasSize(8);
    }

    private static Object stump(String name, int feature, double impurity) {
        Object nodes = Made.table(
                "left_child:i8 right_child:i8 feature:i8 threshold:f8 impurity:f8 weighted_n_node_samples:f8",
                new double[] {1, 2, feature, 0.5, impurity, 10},
                new double[] {-1, -1, -2, -2, 0.1, 6},
                new double[] {-1, -1, -2, -2, 0, 4});
        return sk(name).with(
                        "tree_",
                        Made.innerTree(3, new long[] {1}, (Made.Arr) nodes, Made.doubles(new double[3], 3, 1, 1)));
    }

    /** A feature's importance is the impurity its splits remove; a tree's add up to one, a boosted tree's do not. */
    @Test
    void treesMeasureByTheImpurityTheyRemove() {
        List<Object> trees = List.of(stump("t", 0, 0.9), stump("t", 0, 0.4), stump("t", 2, 0.5));
        Object forest = sk("RandomForestClassifier").with("estimators_", trees).with("n_features_in_", 3);
        Object mean = fromModel(forest).with("n_features_in_", 3).with("threshold", 0.6);
        assertThat(kept(mean, 3)).as("two of three trees").containsExactly(0);
        Object boosted = sk("GradientBoostingRegressor")
                .with("estimators_", new Made.Arr("O8", trees, new int[] {3, 1}, new byte[0]))
                .with("n_features_in_", 3);
        double first = 0.9 - 0.06 + 0.4 - 0.06;
        double share = first / (first + 0.5 - 0.06);
        assertThat(kept(fromModel(boosted).with("n_features_in_", 3).with("threshold", share - 1e-9), 3))
                .containsExactly(0);
        assertThatThrownBy(
                        () -> kept(fromModel(boosted).with("n_features_in_", 3).with("threshold", share + 1e-9), 3))
                .isInstanceOf(EdgeException.class);
        assertThat(kept(fromModel(stump("DecisionTreeClassifier", 1, 0.7)).with("n_features_in_", 3), 3))
                .containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2*mode", "best"})
    void otherThresholdsAreNamed(String threshold) {
        Object model =
                fromModel(linear("Ridge", 1, 2)).with("threshold", threshold).with("n_features_in_", 2);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("threshold = " + threshold);
    }

    @Test
    void selectionsThatCannotBeRepeatedAreNamed() {
        Map<String, Object> refused = Map.of(
                "importance_getter = coefficients",
                fromModel(linear("Ridge", 1, 2)).with("importance_getter", "coefficients"),
                "selection by importances of GaussianNB",
                fromModel(sk("GaussianNB")),
                "mode = worst",
                sk("GenericUnivariateSelect")
                        .with("scores_", new double[2])
                        .with("mode", "worst")
                        .with("param", 1));
        for (Map.Entry<String, Object> entry : refused.entrySet()) {
            assertThatThrownBy(() -> Asked.imported(entry.getValue()))
                    .isInstanceOf(UnsupportedOperatorException.class)
                    .hasMessageContaining(entry.getKey());
        }
        Object wrong =
                sk("SelectKBest").with("scores_", new double[3]).with("k", 1).with("n_features_in_", 2);
        assertThatThrownBy(() -> Asked.imported(wrong)).hasMessageContaining("A selection of (3) columns is given 2");
    }
}
