package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.pipeline;
import static io.edgeai.formats.sklearn.Made.sk;
import static io.edgeai.formats.sklearn.Made.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.spi.ImportReport;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompositionTest {
    private static final Object SCALER =
            sk("StandardScaler", "mean_", new double[] {10, 0}, "scale_", new double[] {2, 4}, "n_features_in_", 2);

    private static Object table(String unknown) {
        return sk(
                "ColumnTransformer",
                "feature_names_in_",
                Made.objects("age", "city", "fare", "junk"),
                "n_features_in_",
                4,
                "transformers_",
                List.of(
                        tuple("num", SCALER, List.of("age", "fare")),
                        tuple(
                                "cat",
                                sk(
                                        "OneHotEncoder",
                                        "categories_",
                                        List.of(Made.objects("Lyon", "Paris")),
                                        "handle_unknown",
                                        unknown),
                                List.of("city")),
                        tuple("remainder", "drop", List.of(3))));
    }

    private static Map<String, Tensor> people(String... cities) {
        double[] ages = new double[cities.length];
        double[] fares = new double[cities.length];
        for (int i = 0; i < ages.length; i++) {
            ages[i] = 10 + 2 * i;
            fares[i] = 4 * i;
        }
        return Map.of(
                "age", Tensor.of(ages, ages.length, 1),
                "fare", Tensor.of(fares, ages.length, 1),
                "city", Tensor.of(cities, ages.length, 1));
    }

    @Test
    void textAndNumbersComeAsOneInputForEachColumnThatIsUsed() {
        ImportedModel model = Asked.imported(table("ignore"));
        assertThat(model.graph().inputs()).extracting(OnnxValue::name).containsExactly("age", "city", "fare");
        Tensor answer =
                Asked.run(model.graph(), people("Paris", "Lyon", "Nice")).get("transform");
        assertThat(answer.shape()).containsExactly(3, 4);
        assertThat(answer.doubles()).containsExactly(0, 0, 0, 1, 1, 1, 1, 0, 2, 2, 0, 0);
    }

    @Test
    void whereScikitLearnWouldRaiseTheAnswerIsNotANumber() {
        double[] answer =
                Asked.all(table("error"), people("Nice")).get("transform").doubles();
        assertThat(answer).containsExactly(0, 0, Double.NaN, Double.NaN);
    }

    @Test
    void stepsFollowEachOtherAndPassThrough() {
        Object model = pipeline(
                "a", SCALER, "b", "passthrough", "c", sk("Ridge", "coef_", new double[] {1, 1}, "intercept_", 1.0));
        assertThat(Asked.doubles(model, "predict", new double[][] {{12, 4}})).containsExactly(1 + 1 + 1);
    }

    @Test
    void unionsStandSideBySideWithTheirWeights() {
        Object union = sk(
                "FeatureUnion",
                "transformer_list",
                List.of(tuple("s", SCALER), tuple("d", "drop"), tuple("p", "passthrough")),
                "transformer_weights",
                Map.of("s", 3.0));
        assertThat(Asked.doubles(union, "transform", new double[][] {{12, 4}})).containsExactly(3, 3, 12, 4);
    }

    @Test
    void everythingUnsupportedIsListedAtOnceWithCountAndPlace() {
        Object strange = Made.of("sklearn.other", "Strange", "n_features_in_", 2);
        Object model = pipeline(
                "first",
                strange,
                "both",
                sk(
                        "FeatureUnion",
                        "transformer_list",
                        List.of(tuple("x", strange), tuple("y", SCALER), tuple("z", sk("Normalizer", "norm", "l7")))),
                "last",
                Made.of("mine.models", "Ridge", "coef_", new double[] {1}));
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(sklearn.other.Strange) x2 at first, both/x")
                .hasMessageContaining("(Normalizer: norm = l7) x1 at both/z")
                .hasMessageContaining("(mine.models.Ridge) x1 at last")
                .hasMessageContaining("Maybe");
    }

    @Test
    void theReportTellsWhatBecameOfEachPart() {
        ImportedModel model = Asked.imported(pipeline(
                "scale",
                SCALER,
                "fit",
                sk("Ridge", "coef_", new double[] {1, 1}, "intercept_", 1.0, "_sklearn_version", "1.2.1")));
        assertThat(model.notes()).hasSize(3).anyMatch(note -> note.startsWith("scale: StandardScaler -> Sub, Div"));
        assertThat(model.report().items())
                .contains(new ImportReport.Item("StandardScaler", 1, "Div, Sub", List.of("scale")))
                .extracting(ImportReport.Item::kind)
                .containsExactlyInAnyOrder("StandardScaler", "Ridge", "Pipeline");
        assertThat(model.source()).isEqualTo(ModelFormat.SCIKIT_LEARN);
        assertThat(Asked.imported(sk("Normalizer", "_sklearn_version", "1.2.1")).producer())
                .isEqualTo("scikit-learn 1.2.1");
    }

    @Test
    void whatIsNoEstimatorIsRefused() {
        assertThatThrownBy(() -> Asked.imported(List.of(SCALER, "notes")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("not one estimator");
        Object ridge = sk("Ridge", "coef_", new double[] {1, 1}, "intercept_", 1.0);
        assertThatThrownBy(() -> Asked.imported(Made.tuple(ridge, SCALER)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(Ridge) has no transform");
    }

    @Test
    void aTransformerSavedBesideItsModelComesFirst() {
        Object ridge = sk("Ridge", "coef_", new double[] {1, 1}, "intercept_", 1.0);
        ImportedModel model = Asked.imported(Made.tuple(SCALER, ridge));
        assertThat(model.notes()).anyMatch(note -> note.contains("2 estimators, taken as steps"));
        assertThat(Asked.run(model.graph(), Map.of("input", Asked.matrix(new double[][] {{12, 4}})))
                        .get("predict")
                        .doubles())
                .containsExactly(3);
    }

    @Test
    void anMlflowFolderNamesItsPickle(@TempDir Path folder) throws IOException {
        Files.write(folder.resolve("model.pkl"), Made.pickle(SCALER));
        Files.writeString(folder.resolve("MLmodel"), "flavors:\n  sklearn:\n    pickled_model: model.pkl\n");
        assertThat(new SklearnImporter().read(folder).graph().outputs()).hasSize(1);
        Files.writeString(folder.resolve("MLmodel"), "pickled_model: ../elsewhere.pkl\n");
        assertThatThrownBy(() -> new SklearnImporter().read(folder))
                .hasMessageContaining("no MLmodel that names a pickle");
    }

    @Test
    void nestingIsBounded() {
        Object model = sk("Ridge", "coef_", new double[] {1}, "intercept_", 0.0);
        for (int i = 0; i < 70; i++) {
            model = pipeline("p", model);
        }
        Object deep = model;
        assertThatThrownBy(() -> Asked.imported(deep)).isInstanceOf(UnsupportedOperatorException.class);
    }
}
