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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regressors of transformed targets, and baselines that ignore their input. */
class TargetsTest {
    private static Made.Obj target(Object transformer) {
        Object identity = sk("Ridge").with("coef_", new double[] {1}).with("intercept_", 0.0);
        return sk("TransformedTargetRegressor")
                .with("regressor_", identity)
                .with("transformer_", transformer)
                .with("n_features_in_", 1);
    }

    static Stream<Arguments> scalers() {
        double[] scale = {4};
        return Stream.of(
                Arguments.of(
                        sk("StandardScaler").with("mean_", new double[] {3}).with("scale_", scale), 4.0, 3.0),
                Arguments.of(sk("StandardScaler").with("with_mean", false).with("scale_", scale), 4.0, 0.0),
                Arguments.of(sk("StandardScaler").with("with_std", false).with("mean_", new double[] {3}), 1.0, 3.0),
                Arguments.of(
                        sk("RobustScaler").with("center_", new double[] {3}).with("scale_", scale), 4.0, 3.0),
                Arguments.of(sk("RobustScaler").with("with_centering", false).with("scale_", scale), 4.0, 0.0),
                Arguments.of(sk("MaxAbsScaler").with("scale_", scale), 4.0, 0.0),
                Arguments.of(sk("MinMaxScaler").with("min_", new double[] {-2}).with("scale_", scale), 0.25, 0.5));
    }

    @ParameterizedTest
    @MethodSource("scalers")
    void scaledTargetsAreScaledBack(Made.Obj scaler, double slope, double shift) {
        assertThat(Asked.predict(target(scaler), new double[][] {{0}, {1}, {-2.5}}))
                .containsExactly(shift, slope + shift, -2.5 * slope + shift);
    }

    /** The inverse of each transform, checked by sending its answer through the transform again. */
    @ParameterizedTest
    @CsvSource({
        "box-cox, 0",
        "box-cox, 0.5",
        "box-cox, -0.3",
        "box-cox, 1e-9",
        "yeo-johnson, 0",
        "yeo-johnson, 0.5",
        "yeo-johnson, 2",
        "yeo-johnson, 1e-9",
        "yeo-johnson, 1.7"
    })
    void regressionBentTargetsAreBentBack(String method, double lambda) {
        Made.Obj power = sk("PowerTransformer")
                .with("method", method)
                .with("lambdas_", new double[] {lambda})
                .with("standardize", false);
        double[][] bent = {{-0.4}, {-1e-9}, {1e-9}, {0.3}, {1.25}};
        double[] straight = Asked.predict(target(power), bent);
        double[] again = Asked.transform(
                power, Arrays.stream(straight).mapToObj(v -> new double[] {v}).toArray(double[][]::new));
        for (int i = 0; i < again.length; i++) {
            double grain = method.equals("box-cox") ? 2e-15 : 1e-14 * Math.abs(bent[i][0]);
            assertThat(again[i]).as("of " + bent[i][0]).isCloseTo(bent[i][0], within(grain));
        }
    }

    @Test
    void bentTargetsAreScaledBackFirst() {
        Object power = sk("PowerTransformer")
                .with("method", "box-cox")
                .with("lambdas_", new double[] {0})
                .with("standardize", true)
                .with(
                        "_scaler",
                        sk("StandardScaler").with("mean_", new double[] {1}).with("scale_", new double[] {2}));
        assertThat(Asked.predict(target(power), new double[] {0.5})[0]).isCloseTo(Math.exp(2), within(1e-14));
    }

    @Test
    void functionsAndQuantilesHaveTheirInverse() {
        Object function = sk("FunctionTransformer")
                .with("func", new Made.Global("numpy", "log1p"))
                .with("inverse_func", new Made.Global("numpy", "expm1"));
        assertThat(Asked.predict(target(function), new double[] {2})[0]).isCloseTo(Math.expm1(2), within(1e-14));
        assertThat(Asked.predict(target(sk("FunctionTransformer")), new double[] {2}))
                .containsExactly(2);
        Made.Obj quantiles = sk("QuantileTransformer")
                .with("quantiles_", new double[][] {{10}, {20}, {60}})
                .with("references_", new double[] {0, 0.5, 1});
        assertThat(Asked.predict(target(quantiles), new double[][] {{-1}, {0.25}, {0.75}, {9}}))
                .containsExactly(10, 15, 40, 60);
        assertThatThrownBy(() -> Asked.imported(target(quantiles.with("output_distribution", "normal"))))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("inverse of a quantile transform to normal");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pipeline", "PCA", "Mine"})
    void otherInversesAreNamed(String kind) {
        assertThatThrownBy(() -> Asked.imported(target(sk(kind))))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("inverse of " + kind);
    }

    @Test
    void severalTargetsStayAMatrix() {
        Object two = sk("Ridge").with("coef_", new double[][] {{1}, {2}}).with("intercept_", 0.0);
        Object model = target(
                        sk("StandardScaler").with("mean_", new double[] {1, 2}).with("scale_", new double[] {10, 20}))
                .with("regressor_", two)
                .with("_training_dim", 2);
        Tensor answer = Asked.all(model, new double[][] {{1}, {3}}).get("predict");
        assertThat(answer.shape()).containsExactly(2, 2);
        assertThat(answer.doubles()).containsExactly(11, 42, 31, 122);
        Object powers = target(
                sk("PowerTransformer").with("lambdas_", new double[] {1, 2}).with("standardize", false));
        assertThatThrownBy(() -> Asked.imported(powers)).hasMessageContaining("power transform of several targets");
    }

    private static Made.Obj baseline(String strategy) {
        return sk("DummyClassifier")
                .with("strategy", strategy)
                .with("class_prior_", new double[] {0.2, 0.5, 0.3})
                .with("classes_", Made.objects("a", "b", "c"));
    }

    @ParameterizedTest
    @CsvSource({"prior, b, '0.2 0.5 0.3'", "most_frequent, b, '0 1 0'", "constant, c, '0 0 1'"})
    void baselinesIgnoreTheirRows(String strategy, String label, String shares) {
        Object model = baseline(strategy).with("constant", strategy.equals("constant") ? "c" : null);
        Map<String, Tensor> answers = Asked.all(model, new double[][] {{1, 2, 3}, {Double.NaN, 0, 0}});
        assertThat(answers.get("predict").strings()).containsExactly(label, label);
        double[] row = Arrays.stream(shares.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(answers.get("predict_proba").doubles()).containsExactly(Rows.flat(row, row));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stratified", "uniform"})
    void randomBaselinesAreNamed(String strategy) {
        assertThatThrownBy(() -> Asked.imported(baseline(strategy)))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("strategy = " + strategy + ", which is random");
    }

    @Test
    void constantsThatAreNoClassAreRefused() {
        assertThatThrownBy(() -> Asked.imported(baseline("constant").with("constant", "z")))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("DummyClassifier");
        Object boxed = baseline("constant").with("constant", Made.objects("a"));
        assertThat(Asked.all(boxed, new double[][] {{1}}).get("predict").strings())
                .containsExactly("a");
    }

    @Test
    void constantsOfRegressors() {
        Object one = sk("DummyRegressor").with("constant_", new double[][] {{2.5}});
        assertThat(Asked.all(one, new double[][] {{1}, {2}}).get("predict").shape())
                .containsExactly(2);
        Object two = sk("DummyRegressor").with("constant_", new double[][] {{2.5, 3}});
        assertThat(Asked.predict(two, new double[][] {{1}, {2}})).containsExactly(2.5, 3, 2.5, 3);
    }
}
