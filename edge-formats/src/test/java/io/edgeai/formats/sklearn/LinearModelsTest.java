package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearModelsTest {
    private static final double[][] ROWS = {{1, 2}, {-0.5, 4}, {0, 0}};

    @Test
    void aRegressionIsItsScalarProduct() {
        Object model = sk("LinearRegression", "coef_", new double[] {0.5, -2}, "intercept_", 0.25);
        Tensor predicted = Asked.all(model, ROWS).get("predict");
        assertThat(predicted.shape()).containsExactly(3);
        assertThat(predicted.doubles()).containsExactly(0.5 - 4 + 0.25, -0.25 - 8 + 0.25, 0.25);
        Object two = sk("Ridge", "coef_", new double[][] {{1, 0}, {0, 3}}, "intercept_", new double[] {0, 1});
        assertThat(Asked.all(two, ROWS).get("predict").shape()).containsExactly(3, 2);
        assertThat(Asked.doubles(two, "predict", ROWS)).containsExactly(1, 7, -0.5, 13, 0, 1);
    }

    @Test
    void linksOfGeneralizedModels() {
        Object poisson = sk("PoissonRegressor", "coef_", new double[] {1, 0}, "intercept_", 0.5);
        assertThat(Asked.doubles(poisson, "predict", ROWS)[0]).isCloseTo(Math.exp(1.5), within(1e-15 * 5));
        Object tweedie =
                sk("TweedieRegressor", "coef_", new double[] {1, 0}, "intercept_", 0.5, "power", 0.0, "link", "auto");
        assertThat(Asked.doubles(tweedie, "predict", ROWS)[0]).isEqualTo(1.5);
    }

    @Test
    void twoClassesByOneScore() {
        Object model = sk(
                "LogisticRegression",
                "coef_",
                new double[][] {{1, -1}},
                "intercept_",
                new double[] {0},
                "classes_",
                Made.objects("no", "yes"),
                "multi_class",
                "auto");
        Map<String, Tensor> answers = Asked.all(model, new double[][] {{2, 1}, {1, 1}, {0, 3}});
        assertThat(answers.get("predict").strings()).containsExactly("yes", "no", "no");
        assertThat(answers.get("decision_function").doubles()).containsExactly(1, 0, -3);
        double p = 1 / (1 + Math.exp(-1));
        assertThat(answers.get("predict_proba").doubles())
                .containsExactly(
                        new double[] {1 - p, p, 0.5, 0.5, 1 / (1 + Math.exp(-3)), 1 / (1 + Math.exp(3))},
                        within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ovr", "multinomial", "auto", "deprecated"})
    void severalClassesByScheme(String scheme) {
        double[][] coef = {{1, 0}, {0, 1}, {-1, -1}};
        Object model = sk(
                "LogisticRegression",
                "coef_",
                coef,
                "intercept_",
                new double[3],
                "classes_",
                new long[] {3, 5, 9},
                "multi_class",
                scheme,
                "solver",
                "lbfgs");
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("predict").longs()).containsExactly(5, 5, 3);
        double[] scores = {1, 2, -3};
        double[] expected = new double[3];
        double sum = 0;
        for (int k = 0; k < 3; k++) {
            expected[k] = scheme.equals("ovr") ? 1 / (1 + Math.exp(-scores[k])) : Math.exp(scores[k]);
            sum += expected[k];
        }
        for (int k = 0; k < 3; k++) {
            assertThat(answers.get("predict_proba").doubles()[k]).isCloseTo(expected[k] / sum, within(1e-15));
        }
    }

    /** All scores far below zero: one-versus-rest divides tiny by tiny, which a rounded sigmoid turns into NaN. */
    @Test
    void regressionTinyProbabilitiesKeepTheirRatio() {
        Object model = sk(
                "SGDClassifier",
                "coef_",
                new double[][] {{-1, 0}, {-1, 0}, {-1, 0}},
                "intercept_",
                new double[] {0, 1, 2},
                "classes_",
                new long[] {0, 1, 2},
                "loss",
                "log_loss");
        double[] proba = Asked.doubles(model, "predict_proba", new double[][] {{720, 0}});
        double total = 1 + Math.E + Math.E * Math.E;
        assertThat(proba)
                .containsExactly(new double[] {1 / total, Math.E / total, Math.E * Math.E / total}, within(1e-9));
    }

    @Test
    void modifiedHuberIsEvenWhereAllAreImpossible() {
        Object model = sk(
                "SGDClassifier",
                "coef_",
                new double[][] {{1, 0}, {0, 1}, {1, 1}},
                "intercept_",
                new double[3],
                "classes_",
                new long[] {0, 1, 2},
                "loss",
                "modified_huber");
        double[] proba = Asked.doubles(model, "predict_proba", new double[][] {{-5, -5}, {0, 9}});
        assertThat(proba).containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0, 0.2, 0.4, 0.4}, within(1e-15));
    }

    @Test
    void anOutlierDetectorGivesPlusAndMinusOne() {
        Object model = sk("SGDOneClassSVM", "coef_", new double[] {1, 1}, "offset_", new double[] {2});
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        assertThat(answers.get("predict").longs()).containsExactly(1, 1, -1);
        assertThat(answers.get("score_samples").doubles()).containsExactly(3, 3.5, 0);
        assertThat(answers.get("decision_function").doubles()).containsExactly(1, 1.5, -2);
    }

    @Test
    void anUnfittedModelIsNamed() {
        assertThatThrownBy(() -> Asked.imported(sk("Lasso", "alpha", 1.0)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(Lasso)")
                .hasMessageContaining("coef_")
                .hasMessageContaining("Maybe it was not fitted");
    }

    @Test
    void columnsThatDoNotFitAreNamedWithTheirPlace() {
        Object model = Made.pipeline(
                "scale",
                        sk(
                                "StandardScaler",
                                "mean_",
                                new double[2],
                                "scale_",
                                new double[] {1, 1},
                                "n_features_in_",
                                2),
                "fit", sk("Ridge", "coef_", new double[] {1, 2, 3}, "intercept_", 0.0));
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("at (fit) was fitted on (3) columns but gets 2");
    }
}
