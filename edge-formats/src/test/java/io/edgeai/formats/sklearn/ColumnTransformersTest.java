package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.pipeline;
import static io.edgeai.formats.sklearn.Made.sk;
import static io.edgeai.formats.sklearn.Made.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.spi.ImportedModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways a column transformer names its columns, on a row whose columns hold their own numbers. */
class ColumnTransformersTest {
    private static final double[] ROW = {0, 1, 2, 3, 4};

    private static Made.Obj columns(Object[]... transformers) {
        return sk("ColumnTransformer")
                .with("transformers_", Arrays.asList((Object[]) transformers))
                .with("feature_names_in_", Made.objects("a", "b", "c", "d", "e"))
                .with("n_features_in_", 5);
    }

    /** The answer to {@link #ROW}, given as one matrix or, where some columns are not used, each by its name. */
    private static double[] answer(Object model) {
        ImportedModel imported = Asked.imported(model);
        Map<String, Tensor> inputs = new HashMap<>();
        for (OnnxValue input : imported.graph().inputs()) {
            int column = "abcde".indexOf(input.name());
            inputs.put(input.name(), column < 0 ? Tensor.of(ROW, 1, 5) : Tensor.of(new double[] {column}, 1, 1));
        }
        return Asked.run(imported.graph(), inputs).get("transform").doubles();
    }

    private static Made.Call slice(Object from, Object to, Object step) {
        return new Made.Call(new Made.Global("builtins", "slice"), from, to, step);
    }

    static Stream<Arguments> specifications() {
        return Stream.of(
                Arguments.of("a list", List.of(3, 1), new double[] {3, 1}),
                Arguments.of("from the end", List.of(-1, 0), new double[] {4, 0}),
                Arguments.of("one number", 2, new double[] {2}),
                Arguments.of("one number from the end", -2, new double[] {3}),
                Arguments.of("an array", new long[] {4, 4, 0}, new double[] {4, 4, 0}),
                Arguments.of("a tuple", tuple(1, 2), new double[] {1, 2}),
                Arguments.of("names", List.of("d", "b"), new double[] {3, 1}),
                Arguments.of("one name", "c", new double[] {2}),
                Arguments.of("names in an array", Made.objects("e", "a"), new double[] {4, 0}),
                Arguments.of("a mask", List.of(true, false, false, true, false), new double[] {0, 3}),
                Arguments.of("a mask array", Made.flags(false, true, false, false, true), new double[] {1, 4}),
                Arguments.of("a slice", slice(1, 3, null), new double[] {1, 2}),
                Arguments.of("a slice with step one", slice(1, 3, 1), new double[] {1, 2}),
                Arguments.of("a slice from the start", slice(null, 2, null), new double[] {0, 1}),
                Arguments.of("a slice to the end", slice(3, null, null), new double[] {3, 4}),
                Arguments.of("a slice from the end", slice(-2, null, null), new double[] {3, 4}),
                Arguments.of("a slice beyond the end", slice(-99, 99, null), ROW),
                Arguments.of("a slice of names", slice("b", "d", null), new double[] {1, 2, 3}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("specifications")
    void columnsAreNamedInManyWays(String how, Object specification, double[] expected) {
        assertThat(answer(columns(tuple("all", "passthrough", specification))))
                .as(how)
                .containsExactly(expected);
    }

    /** What was fitted knows the columns as numbers; that table counts before the specification. */
    @Test
    void fittedIndicesComeFirst() {
        Object list = columns(tuple("some", "passthrough", "a"))
                .with("_transformer_to_input_indices", Map.of("some", List.of(4, 2)));
        assertThat(answer(list)).containsExactly(4, 2);
        Object array = columns(tuple("some", "passthrough", "a"))
                .with("_transformer_to_input_indices", Map.of("some", new long[] {1}));
        assertThat(answer(array)).containsExactly(1);
    }

    @Test
    void branchesStandInTheirOrderAndWeight() {
        Object scaler = sk("MaxAbsScaler").with("scale_", new double[] {2, 4});
        Object identity = sk("FunctionTransformer").with("func", null);
        Object model = columns(
                        tuple("s", scaler, List.of(4, 2)),
                        tuple("gone", "drop", List.of(0)),
                        tuple("none", scaler, List.of()),
                        tuple("i", identity, List.of(1)),
                        tuple("remainder", "passthrough", List.of(3)))
                .with("transformer_weights", Map.of("s", 10.0, "remainder", 1.0, "i", 3));
        assertThat(answer(model)).containsExactly(20, 5, 3, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "A", ""})
    void unknownNamesAreNamed(String name) {
        assertThatThrownBy(() -> Asked.imported(columns(tuple("t", "passthrough", List.of(name)))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("column (" + name + "), which is not one of [a, b, c, d, e]");
    }

    @Test
    void impossibleColumnsAreRefused() {
        for (Object specification : List.of(List.of(5), List.of(-6), 9)) {
            assertThatThrownBy(() -> Asked.imported(columns(tuple("t", "passthrough", specification))))
                    .as(String.valueOf(specification))
                    .isInstanceOf(EdgeException.class);
        }
        assertThatThrownBy(() -> Asked.imported(columns(tuple("t", "passthrough", slice(0, 4, 2)))))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("a slice of columns with a step");
        assertThatThrownBy(() -> Asked.imported(columns(tuple("t", "passthrough"))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("a step of (2) parts, not 3");
    }

    /** Columns that nothing reads are no inputs, whether they hold text or numbers. */
    @Test
    void onlyColumnsInUseAreInputs() {
        Object words = sk("CountVectorizer").with("vocabulary_", Map.of("aa", 0, "bb", 1));
        Object model = columns(tuple("w", words, "b"), tuple("n", "passthrough", List.of("e")));
        ImportedModel imported = Asked.imported(model);
        assertThat(imported.graph().inputs()).extracting(OnnxValue::name).containsExactly("b", "e");
        Map<String, Tensor> inputs = Map.of(
                "b", Tensor.of(new String[] {"bb aa bb", ""}, 2, 1),
                "e", Tensor.of(new double[] {7, 8}, 2, 1));
        assertThat(Asked.run(imported.graph(), inputs).get("transform").doubles())
                .containsExactly(1, 2, 7, 0, 0, 8);
    }

    @Test
    void transformersMayNest() {
        Object inner = sk("ColumnTransformer")
                .with("transformers_", List.of(tuple("x", "passthrough", List.of(1)), tuple("y", "drop", List.of(0))))
                .with("n_features_in_", 2);
        Object union =
                sk("FeatureUnion").with("transformer_list", List.of(tuple("i", inner), tuple("p", "passthrough")));
        Object model = columns(tuple("u", pipeline("first", "passthrough", "second", union), List.of(4, 2)));
        assertThat(answer(model)).containsExactly(2, 4, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV"})
    void searchesAreTheBestTheyFound(String kind) {
        Object ridge = sk("Ridge").with("coef_", new double[] {1, 10}).with("intercept_", 100.0);
        Object search = sk(kind).with("best_estimator_", ridge).with("estimator", sk("Lasso"));
        assertThat(Asked.predict(search, new double[] {2, 3})).containsExactly(132);
    }

    /** Regression: a frozen estimator at the top had one column, whatever its estimator had. */
    @Test
    void regressionWrappersTakeTheColumnsOfTheirEstimator() {
        Object bayes = sk("GaussianNB")
                .with("theta_", new double[][] {{0, 0, 0}, {2, 2, 2}})
                .with("var_", new double[][] {{1, 1, 1}, {1, 1, 1}})
                .with("class_prior_", new double[] {0.5, 0.5})
                .with("classes_", new long[] {0, 1});
        double[][] rows = {{0, 0, 1}, {2, 2, 2}};
        assertThat(Asked.longs(sk("FrozenEstimator").with("estimator", bayes), "predict", rows))
                .containsExactly(0, 1);
        for (String name : List.of("estimator_", "base_estimator_")) {
            Object self = sk("SelfTrainingClassifier").with(name, bayes);
            assertThat(Asked.longs(self, "predict", rows)).as(name).containsExactly(0, 1);
        }
    }
}
