package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bagging, voting and stacking of members whose answers are worked out beside them. */
class EnsemblesTest {
    private static final double[][] ROWS = Rows.random(new Random(61), 10, 2);
    private static final double[][] FIRST = {{1, 0}, {0, 1}, {-1, -1}};
    private static final double[][] SECOND = {{-1, 2}, {1, 1}, {0, -1}};

    private static Made.Obj logistic(double[][] coef) {
        long[] classes = coef.length == 1 ? new long[] {0, 1} : new long[] {0, 1, 2};
        return sk("LogisticRegression")
                .with("coef_", coef)
                .with("intercept_", new double[coef.length])
                .with("classes_", classes);
    }

    private static Made.Obj machine(double[][] coef) {
        return sk("LinearSVC")
                .with("coef_", coef)
                .with("intercept_", new double[coef.length])
                .with("classes_", new long[] {0, 1, 2});
    }

    private static Made.Obj ridge(double... coef) {
        return sk("Ridge").with("coef_", coef).with("intercept_", 0.0);
    }

    private static double[] scores(double[][] coef, double[] row) {
        return Arrays.stream(coef).mapToDouble(line -> Rows.dot(line, row)).toArray();
    }

    private static double[] shares(double[][] coef, double[] row) {
        return Rows.softmax(scores(coef, row));
    }

    private static double[] mix(double[] a, double[] b, double weightA, double weightB) {
        double[] mixed = new double[a.length];
        Arrays.setAll(mixed, i -> (weightA * a[i] + weightB * b[i]) / (weightA + weightB));
        return mixed;
    }

    private static Object named(Object... members) {
        List<Object> pairs = new ArrayList<>();
        for (Object member : members) {
            pairs.add(Made.tuple("m" + pairs.size(), member));
        }
        return pairs;
    }

    /** Members are trained on some columns, in an order of their own. */
    @Test
    void bagsAverageOnTheirOwnColumns() {
        Object model = sk("BaggingClassifier")
                .with("estimators_", List.of(logistic(FIRST), logistic(SECOND)))
                .with("estimators_features_", List.of(new long[] {1, 0}, new long[] {0, 0}))
                .with("classes_", Made.objects("a", "b", "c"))
                .with("n_features_in_", 2);
        double[] expected = Rows.map(
                ROWS,
                row -> mix(
                        shares(FIRST, new double[] {row[1], row[0]}),
                        shares(SECOND, new double[] {row[0], row[0]}),
                        1,
                        1));
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("predict_proba").doubles()).containsExactly(expected, within(1e-15));
        double[] decisions = Rows.map(
                ROWS,
                row -> mix(
                        scores(FIRST, new double[] {row[1], row[0]}),
                        scores(SECOND, new double[] {row[0], row[0]}),
                        1,
                        1));
        assertThat(answers.get("decision_function").doubles()).containsExactly(decisions, within(1e-15));
    }

    @Test
    void bagsOfMembersWithoutProbabilitiesCountVotes() {
        Object model = sk("BaggingClassifier")
                .with("estimators_", List.of(machine(FIRST), machine(SECOND)))
                .with("estimators_features_", List.of(new long[] {0, 1}, new long[] {0, 1}))
                .with("classes_", new long[] {7, 8, 9})
                .with("n_features_in_", 2);
        double[] expected = Rows.map(ROWS, row -> {
            double[] votes = new double[3];
            votes[Rows.argmax(scores(FIRST, row))] += 0.5;
            votes[Rows.argmax(scores(SECOND, row))] += 0.5;
            return votes;
        });
        assertThat(Asked.doubles(model, "predict_proba", ROWS)).isEqualTo(expected);
    }

    /** A member that saw two of the three classes says nothing of the third. */
    @Test
    void membersMayKnowFewerClasses() {
        Made.Obj two = logistic(new double[][] {{1, 0}}).with("classes_", new long[] {0, 2});
        Object model = sk("BaggingClassifier")
                .with("estimators_", List.of(two, logistic(FIRST)))
                .with("estimators_features_", List.of(new long[] {0, 1}, new long[] {0, 1}))
                .with("classes_", new long[] {7, 8, 9})
                .with("n_features_in_", 2);
        double[] expected = Rows.map(ROWS, row -> {
            double p = Rows.sigmoid(row[0]);
            return mix(new double[] {1 - p, 0, p}, shares(FIRST, row), 1, 1);
        });
        assertThat(Asked.doubles(model, "predict_proba", ROWS)).containsExactly(expected, within(1e-15));
    }

    @Test
    void bagsOfRegressorsAverage() {
        Object model = sk("BaggingRegressor")
                .with("estimators_", List.of(ridge(2), ridge(10)))
                .with("estimators_features_", List.of(new long[] {1}, new long[] {0}))
                .with("n_features_in_", 2);
        assertThat(Asked.predict(model, new double[] {1, 3})).containsExactly((6 + 10) / 2.0);
    }

    /** Soft votes are weighted means of probabilities; members that were dropped keep their place among the weights. */
    @ParameterizedTest
    @CsvSource({"true, true", "false, true", "true, false"})
    void softVotes(boolean weighs, boolean flattens) {
        Object model = sk("VotingClassifier")
                .with("voting", "soft")
                .with("flatten_transform", flattens)
                .with("estimators", named(logistic(FIRST), "drop", logistic(SECOND)))
                .with("estimators_", List.of(logistic(FIRST), logistic(SECOND)))
                .with("weights", weighs ? new double[] {3, 100, 1} : null)
                .with("classes_", new long[] {7, 8, 9});
        double[] expected = Rows.map(ROWS, row -> mix(shares(FIRST, row), shares(SECOND, row), weighs ? 3 : 1, 1));
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("predict_proba").doubles()).containsExactly(expected, within(1e-15));
        if (flattens) {
            double[] both = Rows.map(ROWS, row -> Rows.flat(shares(FIRST, row), shares(SECOND, row)));
            assertThat(answers.get("transform").doubles()).containsExactly(both, within(1e-15));
        } else {
            assertThat(answers).doesNotContainKey("transform");
        }
    }

    @Test
    void hardVotesCountTheirWeights() {
        Made.Obj model = sk("VotingClassifier")
                .with("estimators", named(machine(FIRST), machine(SECOND), logistic(FIRST)))
                .with("estimators_", List.of(machine(FIRST), machine(SECOND), logistic(FIRST)))
                .with("weights", List.of(1, 2.5, 1))
                .with("classes_", new long[] {7, 8, 9});
        long[] expected = Arrays.stream(ROWS)
                .mapToLong(row -> 7 + Rows.argmax(scores(SECOND, row)))
                .toArray();
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("predict").longs()).as("2.5 outweighs 1 + 1").isEqualTo(expected);
        assertThat(Arrays.copyOf(answers.get("transform").doubles(), 3))
                .containsExactly(
                        Rows.argmax(scores(FIRST, ROWS[0])),
                        Rows.argmax(scores(SECOND, ROWS[0])),
                        Rows.argmax(scores(FIRST, ROWS[0])));
        assertThatThrownBy(() -> Asked.imported(model.with("estimators", named("drop", machine(SECOND), "drop"))))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(1) weights for 3 estimators");
    }

    @Test
    void regressorsVoteByTheirMean() {
        Object model = sk("VotingRegressor")
                .with("estimators", named(ridge(1, 0), "drop", ridge(0, 1)))
                .with("estimators_", List.of(ridge(1, 0), ridge(0, 1)))
                .with("weights", List.of(1, 9, 3));
        Map<String, Tensor> answers = Asked.all(model, new double[][] {{4, 8}});
        assertThat(answers.get("predict").doubles()).containsExactly((4 + 3 * 8) / 4.0);
        assertThat(answers.get("transform").doubles()).containsExactly(4, 8);
    }

    /** What the final estimator sees: scores, probabilities (of the second class alone where there are two), classes. */
    @Test
    void stackedAnswersAreColumns() {
        Object model = sk("StackingClassifier")
                .with("estimators_", List.of(logistic(FIRST), machine(SECOND), machine(FIRST)))
                .with("stack_method_", List.of("predict_proba", "decision_function", "predict"))
                .with("passthrough", true)
                .with("final_estimator_", machine(new double[][] {
                    {1, 0, 0, 0, 0, 1, 0, 1, 0}, {0, 1, 0, 0, 1, 0, 0, 0, 1}, {0, 0, 1, 1, 0, 0, 1, 0, 0}
                }))
                .with("classes_", Made.objects("a", "b", "c"))
                .with("n_features_in_", 2);
        double[][] seen = Arrays.stream(ROWS)
                .map(row -> Rows.flat(
                        shares(FIRST, row), scores(SECOND, row), new double[] {Rows.argmax(scores(FIRST, row))}, row))
                .toArray(double[][]::new);
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("transform").doubles()).containsExactly(Rows.flat(seen), within(1e-15));
        double[] last = Rows.map(seen, s -> new double[] {s[0] + s[5] + s[7], s[1] + s[4] + s[8], s[2] + s[3] + s[6]});
        assertThat(answers.get("decision_function").doubles()).containsExactly(last, within(1e-14));
        String first = "abc".substring(Rows.argmax(last[0], last[1], last[2])).substring(0, 1);
        assertThat(answers.get("predict").strings()[0]).isEqualTo(first);
    }

    @Test
    void twoClassesStackOneProbability() {
        double[][] line = {{1, 0}};
        Object model = sk("StackingClassifier")
                .with("estimators_", List.of(logistic(line)))
                .with("stack_method_", List.of("predict_proba"))
                .with("final_estimator_", logistic(new double[][] {{8}}).with("intercept_", new double[] {-4}))
                .with("classes_", new long[] {3, 4})
                .with("n_features_in_", 2);
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        double[] seen = Rows.each(ROWS, row -> Rows.sigmoid(row[0]));
        assertThat(answers.get("transform").doubles()).containsExactly(seen, within(1e-15));
        assertThat(answers.get("predict").longs())
                .isEqualTo(Arrays.stream(seen)
                        .mapToLong(p -> 8 * p - 4 > 0 ? 4 : 3)
                        .toArray());
    }

    @Test
    void stacksOfRegressors() {
        Object model = sk("StackingRegressor")
                .with("estimators_", List.of(ridge(1, 0), ridge(0, 1)))
                .with("stack_method_", List.of("predict", "predict"))
                .with("final_estimator_", ridge(10, 100))
                .with("n_features_in_", 2);
        Map<String, Tensor> answers = Asked.all(model, new double[][] {{4, 8}});
        assertThat(answers.get("predict").doubles()).containsExactly(840);
        assertThat(answers.get("transform").doubles()).containsExactly(4, 8);
    }

    @Test
    void methodsThatAMemberLacksAreNamed() {
        Object model = sk("StackingClassifier")
                .with("estimators_", List.of(machine(FIRST)))
                .with("stack_method_", List.of("predict_proba"))
                .with("final_estimator_", machine(FIRST))
                .with("classes_", new long[] {0, 1, 2})
                .with("n_features_in_", 2);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("an inner estimator has no method (predict_proba)");
    }
}
