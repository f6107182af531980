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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Probabilities made of scores, and thresholds on them. */
class CalibrationTest {
    private static final double[][] ROWS = {{-2, 1}, {0.25, 0}, {3, -1}};
    private static final double[][] THREE = {{1, 0}, {0, 1}, {-1, -1}};

    private static Made.Obj steps(double[] x, double[] y, String outside) {
        return sk("IsotonicRegression")
                .with("X_thresholds_", x)
                .with("y_thresholds_", y)
                .with("out_of_bounds", outside);
    }

    @ParameterizedTest
    @CsvSource({"clip, '1 1 2 3 5 9 9'", "nan, 'NaN 1 2 3 5 9 NaN'"})
    void stepsAreJoinedByLines(String outside, String expected) {
        Made.Obj model = steps(new double[] {0, 1, 2, 3}, new double[] {1, 3, 3, 9}, outside);
        double[] answer = Asked.predict(model, new double[][] {{-5}, {0}, {0.5}, {1.5}, {2 + 1 / 3.0}, {3}, {99}});
        double[] values = Arrays.stream(expected.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        for (int i = 0; i < values.length; i++) {
            assertThat(answer[i]).as("row " + i).isCloseTo(values[i], within(1e-14));
        }
    }

    @Test
    void aSingleStepIsConstant() {
        Made.Obj model = steps(new double[] {2}, new double[] {7}, "clip");
        assertThat(Asked.predict(model, new double[][] {{-5}, {2}, {9}})).containsExactly(7, 7, 7);
        Object old = sk("IsotonicRegression")
                .with("_necessary_X_", new double[] {0, 2})
                .with("_necessary_y_", new double[] {0, 1})
                .with("out_of_bounds", "clip");
        assertThat(Asked.transform(old, new double[] {1})).containsExactly(0.5);
        assertThatThrownBy(() -> Asked.imported(model.with("out_of_bounds", "raise")))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("out_of_bounds = raise");
    }

    private static Made.Obj machine(double[]... coef) {
        long[] classes = coef.length == 1 ? new long[] {0, 1} : new long[] {0, 1, 2};
        return sk("LinearSVC")
                .with("coef_", coef)
                .with("intercept_", new double[coef.length])
                .with("classes_", classes);
    }

    private static Made.Obj platt(double a, double b) {
        return sk("_SigmoidCalibration").with("a_", a).with("b_", b);
    }

    private static Made.Obj fold(String name, Object estimator, Object... calibrators) {
        return sk("_CalibratedClassifier").with(name, estimator).with("calibrators", List.of(calibrators));
    }

    private static Made.Obj calibrated(long[] classes, Object... folds) {
        return sk("CalibratedClassifierCV")
                .with("calibrated_classifiers_", List.of(folds))
                .with("classes_", classes);
    }

    /** Platt 1999: 1 / (1 + exp(a f + b)); folds are averaged. */
    @ParameterizedTest
    @ValueSource(strings = {"estimator", "base_estimator"})
    void foldsOfTwoClassesAreAveraged(String name) {
        Object model = calibrated(
                new long[] {4, 5},
                fold(name, machine(new double[] {1, 0}), platt(-2, 0.5)),
                fold(name, machine(new double[] {0, 1}), platt(-1, 0)));
        double[] expected = Rows.map(ROWS, row -> {
            double p = (Rows.sigmoid(2 * row[0] - 0.5) + Rows.sigmoid(row[1])) / 2;
            return new double[] {1 - p, p};
        });
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("predict_proba").doubles()).containsExactly(expected, within(1e-15));
        assertThat(answers.get("predict").longs()).containsExactly(4, 4, 5);
    }

    @Test
    void severalClassesAreNormalized() {
        Object model = calibrated(
                new long[] {0, 1, 2}, fold("estimator", machine(THREE), platt(-2, 0.5), platt(-1, 0), platt(-3, 1)));
        double[] expected = Rows.map(
                ROWS,
                row -> Rows.normalized(
                        Rows.sigmoid(2 * row[0] - 0.5),
                        Rows.sigmoid(row[1]),
                        Rows.sigmoid(3 * (-row[0] - row[1]) - 1)));
        assertThat(Asked.doubles(model, "predict_proba", ROWS)).containsExactly(expected, within(1e-15));
    }

    /** Where all steps give nothing, each class is as likely as the others. */
    @Test
    void impossibleRowsAreEven() {
        Made.Obj zero = steps(new double[] {-9, 9}, new double[] {0, 0}, "clip");
        Made.Obj half = steps(new double[] {0, 1}, new double[] {0, 1}, "clip");
        Object model = calibrated(new long[] {0, 1, 2}, fold("estimator", machine(THREE), half, zero, zero));
        assertThat(Asked.doubles(model, "predict_proba", new double[][] {{-1, 0}, {0.5, 0}}))
                .containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0, 1, 0, 0);
    }

    /** Without a decision function the probability of the second class is calibrated. */
    @Test
    void probabilitiesAreScoresWhereThereIsNoOther() {
        Object bayes = sk("GaussianNB")
                .with("theta_", new double[][] {{0}, {2}})
                .with("var_", new double[][] {{1}, {1}})
                .with("class_prior_", new double[] {0.5, 0.5})
                .with("classes_", new long[] {0, 1});
        Object model = calibrated(new long[] {0, 1}, fold("estimator", bayes, platt(-4, 2)));
        double inner = Rows.sigmoid(2 * (0.3 - 1));
        double p = Rows.sigmoid(4 * inner - 2);
        assertThat(Asked.doubles(model, "predict_proba", new double[][] {{0.3}}))
                .containsExactly(new double[] {1 - p, p}, within(1e-14));
    }

    /** Guo and others 2017: a softmax of scores times one factor; two classes from the score and its opposite. */
    @Test
    void temperaturesScaleTheScores() {
        Made.Obj scaling = sk("_TemperatureScaling").with("beta_", 0.5);
        Object two = calibrated(
                new long[] {0, 1},
                fold("estimator", machine(new double[] {1, 0}), scaling).with("method", "temperature"));
        double[] expected = Rows.map(ROWS, row -> Rows.softmax(-0.5 * row[0], 0.5 * row[0]));
        assertThat(Asked.doubles(two, "predict_proba", ROWS)).containsExactly(expected, within(1e-15));
        Object three = calibrated(
                new long[] {0, 1, 2}, fold("estimator", machine(THREE), scaling).with("method", "temperature"));
        double[] each = Rows.map(ROWS, row -> Rows.softmax(0.5 * row[0], 0.5 * row[1], -0.5 * (row[0] + row[1])));
        assertThat(Asked.doubles(three, "predict_proba", ROWS)).containsExactly(each, within(1e-15));
    }

    @Test
    void otherCalibratorsAreNamed() {
        Object model = calibrated(new long[] {0, 1}, fold("estimator", machine(new double[] {1, 0}), sk("Spline")));
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("calibrator Spline");
    }

    private static Made.Obj logistic() {
        return sk("LogisticRegression")
                .with("coef_", new double[][] {{1, 0}})
                .with("intercept_", new double[] {0})
                .with("classes_", Made.objects("no", "yes"));
    }

    /** The score must reach the threshold; which score and which threshold where none is stated, goes by the estimator. */
    @ParameterizedTest
    @CsvSource({
        "auto, 0.9, 'no no yes'",
        "auto, , 'no yes yes'",
        "predict_proba, 0.05, 'yes yes yes'",
        "decision_function, 0.25, 'no yes yes'",
        "decision_function, 0.3, 'no no yes'",
        "decision_function, , 'no yes yes'"
    })
    void thresholdsOnTheScoreOfTheSecondClass(String method, Double threshold, String expected) {
        Made.Obj fixed = sk("FixedThresholdClassifier")
                .with("estimator_", logistic())
                .with("response_method", method)
                .with("threshold", threshold == null ? "auto" : (Object) threshold);
        assertThat(Asked.all(fixed, ROWS).get("predict").strings()).containsExactly(expected.split(" "));
        if (threshold != null) {
            Made.Obj tuned = sk("TunedThresholdClassifierCV")
                    .with("estimator_", logistic())
                    .with("response_method", method)
                    .with("best_threshold_", threshold);
            assertThat(Asked.all(tuned, ROWS).get("predict").strings()).containsExactly(expected.split(" "));
        }
    }

    @Test
    void regressionThresholdsKeepTheScoresOfTheirEstimator() {
        Object model =
                sk("FixedThresholdClassifier").with("estimator", logistic()).with("threshold", 0.9);
        assertThat(Asked.all(model, ROWS)).containsOnlyKeys("predict", "predict_proba", "decision_function");
        Made.Obj svc = sk("FixedThresholdClassifier").with("estimator_", machine(new double[] {1, 0}));
        assertThat(Asked.longs(svc.with("pos_label", 1), "predict", ROWS)).containsExactly(0, 1, 1);
        for (Object refused : new Object[] {svc.with("pos_label", 0), svc.with("estimator_", machine(THREE))}) {
            assertThatThrownBy(() -> Asked.imported(refused))
                    .isInstanceOf(UnsupportedOperatorException.class)
                    .hasMessageContaining("pos_label = ");
        }
    }
}
