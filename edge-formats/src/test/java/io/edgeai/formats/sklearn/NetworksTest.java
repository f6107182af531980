package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Perceptrons of several layers against their sums in loops. */
class NetworksTest {
    private static final double[][] ROWS = Rows.random(new Random(71), 8, 3);
    private static final double[][] HIDDEN = Rows.random(new Random(72), 3, 4);
    private static final double[] HIDDEN_BIAS = {0.1, -0.2, 0.3, 0};

    private static double[] layer(double[] x, double[][] weights, double[] bias) {
        return IntStream.range(0, bias.length)
                .mapToDouble(j -> bias[j]
                        + IntStream.range(0, x.length)
                                .mapToDouble(i -> x[i] * weights[i][j])
                                .sum())
                .toArray();
    }

    private static double activated(String name, double v) {
        return switch (name) {
            case "relu" -> Math.max(v, 0);
            case "tanh" -> Math.tanh(v);
            case "logistic" -> Rows.sigmoid(v);
            default -> v;
        };
    }

    private static double[] hidden(String activation, double[] row) {
        return Arrays.stream(layer(row, HIDDEN, HIDDEN_BIAS))
                .map(v -> activated(activation, v))
                .toArray();
    }

    private static Made.Obj network(String kind, String activation, String last, double[][] weights, double[] bias) {
        return sk(kind).with("coefs_", List.of(HIDDEN, weights))
                .with("intercepts_", List.of(HIDDEN_BIAS, bias))
                .with("activation", activation)
                .with("out_activation_", last)
                .with("n_features_in_", 3);
    }

    @ParameterizedTest
    @CsvSource({"relu, 1", "tanh, 2", "logistic, 1", "identity, 3"})
    void regressorsSumTheirLayers(String activation, int outputs) {
        double[][] weights = Rows.random(new Random(73), 4, outputs);
        double[] bias = Rows.vector(new Random(74), outputs);
        Object model = network("MLPRegressor", activation, "identity", weights, bias);
        Tensor answer = Asked.all(model, ROWS).get("predict");
        assertThat(answer.shape()).hasSize(outputs == 1 ? 1 : 2);
        assertThat(answer.doubles())
                .containsExactly(Rows.map(ROWS, row -> layer(hidden(activation, row), weights, bias)), within(1e-13));
    }

    @Test
    void poissonRegressorsEndInAnExponential() {
        double[][] weights = {{0.1}, {0.2}, {-0.1}, {0.3}};
        Object model = network("MLPRegressor", "tanh", "exp", weights, new double[] {0.5});
        double[] expected =
                Rows.each(ROWS, row -> Math.exp(layer(hidden("tanh", row), weights, new double[] {0.5})[0]));
        assertThat(Asked.predict(model, ROWS)).containsExactly(expected, within(1e-14));
    }

    private static Made.Obj binarizer(String type) {
        return sk("LabelBinarizer").with("classes_", new long[] {0, 1}).with("y_type_", type);
    }

    @Test
    void twoClassesAreOneUnit() {
        double[][] weights = Rows.random(new Random(75), 4, 1);
        Object model = network("MLPClassifier", "relu", "logistic", weights, new double[] {0.2})
                .with("classes_", Made.objects("no", "yes"))
                .with("_label_binarizer", binarizer("binary"));
        double[] p = Rows.each(ROWS, row -> Rows.sigmoid(layer(hidden("relu", row), weights, new double[] {0.2})[0]));
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        double[] expected = Arrays.stream(p)
                .flatMap(v -> Arrays.stream(new double[] {1 - v, v}))
                .toArray();
        assertThat(answers.get("predict_proba").doubles()).containsExactly(expected, within(1e-14));
        String[] labels = Arrays.stream(p).mapToObj(v -> v > 0.5 ? "yes" : "no").toArray(String[]::new);
        assertThat(answers.get("predict").strings()).containsExactly(labels);
    }

    /** Older files keep the classes in the binarizer alone. */
    @Test
    void severalClassesAreASoftmax() {
        double[][] weights = Rows.random(new Random(76), 4, 3);
        Object model = network("MLPClassifier", "tanh", "softmax", weights, new double[3])
                .with("_label_binarizer", sk("LabelBinarizer").with("classes_", new long[] {4, 5, 6}));
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        double[] expected = Rows.map(ROWS, row -> Rows.softmax(layer(hidden("tanh", row), weights, new double[3])));
        assertThat(answers.get("predict_proba").doubles()).containsExactly(expected, within(1e-14));
        long[] labels = Arrays.stream(ROWS)
                .mapToLong(row -> 4 + Rows.argmax(layer(hidden("tanh", row), weights, new double[3])))
                .toArray();
        assertThat(answers.get("predict").longs()).isEqualTo(labels);
    }

    @Test
    void severalLabelsEachTurnAtOneHalf() {
        double[][] weights = Rows.random(new Random(77), 4, 2);
        Object model = network("MLPClassifier", "tanh", "logistic", weights, new double[2])
                .with("_label_binarizer", binarizer("multilabel-indicator"));
        Map<String, Tensor> answers = Asked.all(model, ROWS);
        double[] scores = Rows.map(ROWS, row -> layer(hidden("tanh", row), weights, new double[2]));
        assertThat(answers.get("predict").longs())
                .isEqualTo(Arrays.stream(scores).mapToLong(s -> s > 0 ? 1 : 0).toArray());
        assertThat(answers.get("predict_proba").doubles())
                .containsExactly(Arrays.stream(scores).map(Rows::sigmoid).toArray(), within(1e-14));
    }

    @Test
    void layersMayBeOneOrTwo() {
        Object model = sk("MLPRegressor")
                .with("coefs_", List.of(Rows.transposed(new double[][] {{2, 3}}), new double[][] {{10}}))
                .with("intercepts_", List.of(new double[] {1}, new double[] {5}))
                .with("activation", "identity")
                .with("n_features_in_", 2);
        assertThat(Asked.predict(model, new double[] {1, 1})).containsExactly(65);
        Object single = sk("MLPRegressor")
                .with("coefs_", Collections.singletonList(Rows.transposed(new double[][] {{2, 3}})))
                .with("intercepts_", Collections.singletonList(new double[] {1}))
                .with("n_features_in_", 2);
        assertThat(Asked.predict(single, new double[] {1, 1})).containsExactly(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"swish", "gelu"})
    void otherActivationsAreNamed(String activation) {
        Object model = network("MLPRegressor", activation, "identity", new double[4][1], new double[1]);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(MLPRegressor: activation = " + activation + ")");
    }

    @Test
    void layersThatDoNotFitAreRefused() {
        Object fewer = network("MLPRegressor", "relu", "identity", new double[4][1], new double[1])
                .with("n_features_in_", 2);
        assertThatThrownBy(() -> Asked.imported(fewer))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("was fitted on (3) columns but gets 2");
        Object unbiased = network("MLPRegressor", "relu", "identity", new double[4][1], new double[1])
                .with("intercepts_", List.of(HIDDEN_BIAS));
        assertThatThrownBy(() -> Asked.imported(unbiased))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("contradict each other");
    }
}
