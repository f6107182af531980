package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bayes' rule with each family's likelihood, multiplied out as probabilities. */
class NaiveBayesTest {
    private static final double[] PRIOR = {0.5, 0.3, 0.2};
    private static final double[][] COUNTS = {{2, 0, 1}, {0, 0, 0}, {1, 3, 0}};
    /** The chance of each of three features within each class. */
    private static final double[][] CHANCE = {{0.5, 0.25, 0.25}, {0.1, 0.8, 0.1}, {0.2, 0.3, 0.5}};

    private static double[][] logs(double[][] values) {
        return Arrays.stream(values)
                .map(row -> Arrays.stream(row).map(Math::log).toArray())
                .toArray(double[][]::new);
    }

    private static double[] logs(double... values) {
        return Arrays.stream(values).map(Math::log).toArray();
    }

    /** The answers as probabilities, once the predicted classes are seen to be the likeliest. */
    private static double[] probabilities(Object model, double[][] rows, Function<double[], double[]> likelihoods) {
        Map<String, Tensor> answers = Asked.all(model, rows);
        long[] classes = Arrays.stream(rows)
                .mapToLong(row -> 5 + Rows.argmax(likelihoods.apply(row)))
                .toArray();
        assertThat(answers.get("predict").longs()).isEqualTo(classes);
        return answers.get("predict_proba").doubles();
    }

    private static double[] shares(double[][] rows, Function<double[], double[]> likelihoods) {
        return Rows.map(rows, row -> Rows.normalized(likelihoods.apply(row)));
    }

    private static Made.Obj model(String kind) {
        return sk(kind).with("classes_", new long[] {5, 6, 7});
    }

    @ParameterizedTest
    @CsvSource({"var_", "sigma_"})
    void gaussians(String variances) {
        double[][] mean = {{0, 1}, {2, -1}, {-1, 0.5}};
        double[][] variance = {{1, 0.25}, {2, 1}, {0.5, 3}};
        Object model = model("GaussianNB")
                .with("theta_", mean)
                .with(variances, variance)
                .with("class_prior_", PRIOR);
        double[][] rows = {{0, 0}, {2, -1}, {-1, 4}};
        Function<double[], double[]> likelihoods = row -> {
            double[] joint = PRIOR.clone();
            for (int k = 0; k < 3; k++) {
                for (int f = 0; f < 2; f++) {
                    double gap = row[f] - mean[k][f];
                    joint[k] *= Math.exp(-gap * gap / (2 * variance[k][f])) / Math.sqrt(2 * Math.PI * variance[k][f]);
                }
            }
            return joint;
        };
        assertThat(probabilities(model, rows, likelihoods)).containsExactly(shares(rows, likelihoods), within(1e-13));
    }

    @Test
    void multinomials() {
        Object model =
                model("MultinomialNB").with("feature_log_prob_", logs(CHANCE)).with("class_log_prior_", logs(PRIOR));
        Function<double[], double[]> likelihoods = row -> {
            double[] joint = PRIOR.clone();
            for (int k = 0; k < 3; k++) {
                for (int f = 0; f < 3; f++) {
                    joint[k] *= Math.pow(CHANCE[k][f], row[f]);
                }
            }
            return joint;
        };
        assertThat(probabilities(model, COUNTS, likelihoods))
                .containsExactly(shares(COUNTS, likelihoods), within(1e-13));
    }

    /** Complements hold weights that count for the class already; priors matter only where there is one class. */
    @Test
    void complements() {
        double[][] weights = {{0.5, 0.2, 0.1}, {0.3, 0.9, 0.4}, {0.8, 0.1, 0.6}};
        Object model = model("ComplementNB").with("feature_log_prob_", weights).with("class_log_prior_", logs(PRIOR));
        Function<double[], double[]> likelihoods = row -> Arrays.stream(weights)
                .mapToDouble(own -> Math.exp(Rows.dot(own, row)))
                .toArray();
        assertThat(probabilities(model, COUNTS, likelihoods))
                .containsExactly(shares(COUNTS, likelihoods), within(1e-13));
        Object single = sk("ComplementNB")
                .with("classes_", new long[] {5})
                .with("feature_log_prob_", new double[][] {{1, 2, 3}})
                .with("class_log_prior_", new double[] {0});
        assertThat(Asked.doubles(single, "predict_proba", COUNTS)).containsExactly(1, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, 1.5})
    void bernoullis(double threshold) {
        boolean binarizes = !Double.isNaN(threshold);
        Object model = model("BernoulliNB")
                .with("feature_log_prob_", logs(CHANCE))
                .with("class_log_prior_", logs(PRIOR))
                .with("binarize", binarizes ? threshold : null);
        double[][] rows = binarizes ? COUNTS : new double[][] {{1, 0, 1}, {0, 0, 0}, {1, 1, 0}};
        Function<double[], double[]> likelihoods = row -> {
            double[] joint = PRIOR.clone();
            for (int k = 0; k < 3; k++) {
                for (int f = 0; f < 3; f++) {
                    boolean present = binarizes ? row[f] > threshold : row[f] == 1;
                    joint[k] *= present ? CHANCE[k][f] : 1 - CHANCE[k][f];
                }
            }
            return joint;
        };
        assertThat(probabilities(model, rows, likelihoods)).containsExactly(shares(rows, likelihoods), within(1e-13));
    }

    @Test
    void categories() {
        double[][] colours = {{0.2, 0.8}, {0.5, 0.5}, {0.9, 0.1}};
        Object model = model("CategoricalNB")
                .with("feature_log_prob_", List.of(logs(CHANCE), logs(colours)))
                .with("class_log_prior_", logs(PRIOR))
                .with("n_features_in_", 2);
        double[][] rows = {{0, 1}, {2, 0}, {1, 1}};
        Function<double[], double[]> likelihoods = row -> {
            double[] joint = PRIOR.clone();
            for (int k = 0; k < 3; k++) {
                joint[k] *= CHANCE[k][(int) row[0]] * colours[k][(int) row[1]];
            }
            return joint;
        };
        assertThat(probabilities(model, rows, likelihoods)).containsExactly(shares(rows, likelihoods), within(1e-13));
        Object narrow = model("CategoricalNB")
                .with("feature_log_prob_", Collections.singletonList(logs(CHANCE)))
                .with("class_log_prior_", logs(PRIOR))
                .with("n_features_in_", 2);
        assertThatThrownBy(() -> Asked.imported(narrow))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("(2) columns for 1");
    }

    /** Hundreds of words make every likelihood zero as a number; their logarithms still compare. */
    @Test
    void tinyLikelihoodsStillCompare() {
        Object model =
                model("MultinomialNB").with("feature_log_prob_", logs(CHANCE)).with("class_log_prior_", logs(PRIOR));
        double[] answer = Asked.doubles(model, "predict_proba", new double[][] {{4000, 1, 0}});
        assertThat(answer[0]).isCloseTo(1, within(1e-15));
        assertThat(answer[1] + answer[2]).isBetween(0.0, 1e-300);
    }
}
