package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.pipeline;
import static io.edgeai.formats.sklearn.Made.sk;
import static io.edgeai.formats.sklearn.Made.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not converted is said by name and place, all of it at once, with a way out. */
class RefusalsTest {
    private static final Made.Obj RIDGE =
            sk("Ridge").with("coef_", new double[] {1}).with("intercept_", 0.0);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MiniBatchDictionaryLearning",
                "SparseCoder",
                "TSNE",
                "UMAP",
                "DBSCAN",
                "AgglomerativeClustering",
                "SpectralClustering",
                "FeatureHasher",
                "PolynomialCountSketch",
                "MultiLabelBinarizer",
                "Isomap",
                "LocallyLinearEmbedding",
                "RandomForestQuantileRegressor"
            })
    void estimatorsWithoutAConverterAreNamed(String kind) {
        assertThat(SklearnImporter.estimators()).doesNotContain(kind);
        for (Object model : List.of(sk(kind), pipeline("scale", sk(kind), "fit", RIDGE))) {
            assertThatThrownBy(() -> Asked.imported(model))
                    .isInstanceOf(UnsupportedOperatorException.class)
                    .hasMessageContaining("(sklearn.made." + kind + ") x1 at")
                    .hasMessageContaining("Maybe replace them, or see docs/guide/sklearn.md");
        }
    }

    /** A class of the same name elsewhere may do anything, a subclass of scikit-learn's own included. */
    @ParameterizedTest
    @CsvSource({
        "mine.models, Ridge",
        "__main__, StandardScaler",
        "sklearnx.linear_model, Ridge",
        "xgboost.sklearn, XGBSomething",
        "catboost.core, CatBoostClassifier",
        "imblearn.pipeline, Pipeline",
        "sklearnex.svm, SVC"
    })
    void classesOfOtherPackagesAreNamed(String module, String name) {
        Object model = Made.of(module, name, "coef_", new double[] {1}, "intercept_", 0.0);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(" + module + "." + name + ") x1 at model");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sklearn", "sklearn.linear_model", "sklearn.linear_model._ridge", "sklearn.linear_model.ridge"})
    void modulesOfAllVersionsAreScikitLearns(String module) {
        Object model = Made.of(module, "Ridge", "coef_", new double[] {3}, "intercept_", 1.0);
        assertThat(Asked.predict(model, new double[] {2})).containsExactly(7);
    }

    /** One error names each kind once, with how often and where. */
    @Test
    void everythingIsListedAtOnce() {
        Object strange = sk("Strange").with("n_features_in_", 1);
        Object wrong = sk("Normalizer").with("norm", "l7");
        Object union = sk("FeatureUnion")
                .with("transformer_list", List.of(tuple("u", strange), tuple("v", wrong), tuple("w", strange)));
        Object model = pipeline("a", strange, "b", union, "c", sk("SVR").with("kernel", "mine"), "d", sk("Other"));
        Throwable error = catchThrowable(() -> Asked.imported(model));
        assertThat(error)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(sklearn.made.Strange) x3 at a, b/u, b/w")
                .hasMessageContaining("(Normalizer: norm = l7) x1 at b/v")
                .hasMessageContaining("(sklearn.made.Other) x1 at d");
        assertThat(error.getMessage().split("Strange", -1)).as("named once").hasSize(2);
    }

    /** Options that hold a function of one's own, in the words of the estimator. */
    @Test
    void functionsOfYourOwnAreNamed() {
        Object mine = new Made.Global("mine", "f");
        Made.Obj ridge = sk("KernelRidge").with("X_fit_", new double[][] {{1}}).with("dual_coef_", new double[] {1});
        Made.Obj near = sk("KNeighborsRegressor")
                .with("_fit_X", new double[][] {{1}})
                .with("_y", new double[] {1})
                .with("n_neighbors", 1);
        Made.Obj descent = sk("SGDClassifier")
                .with("coef_", new double[][] {{1}})
                .with("intercept_", new double[] {0})
                .with("classes_", new long[] {0, 1});
        Made.Obj words = sk("CountVectorizer").with("vocabulary_", Map.of("aa", 0));
        Map<String, Made.Obj> refused = Map.of(
                "kernel = mine.f", ridge.with("kernel", mine),
                "metric = mine.f", near.with("metric", mine),
                "weights = mine.f", near.with("weights", mine),
                "function mine.f", sk("FunctionTransformer").with("func", mine),
                "tokenizer = mine.f", words.with("tokenizer", mine),
                "importance_getter = mine.f",
                        sk("SelectFromModel").with("estimator_", RIDGE).with("importance_getter", mine),
                "norm = mine.f", sk("Normalizer").with("norm", mine),
                "loss = mine.f", descent.with("loss", mine));
        for (Map.Entry<String, Made.Obj> entry : refused.entrySet()) {
            Made.Obj model = entry.getValue();
            assertThatThrownBy(() -> Asked.imported(model))
                    .isInstanceOf(UnsupportedOperatorException.class)
                    .hasMessageContaining(model.name() + ": " + entry.getKey());
        }
    }

    /** Without its fitted attributes an estimator says so; nothing fails with an error of Java's own. */
    @Test
    void estimatorsThatWereNotFittedGiveErrorsOfTheLibrary() {
        Map<String, Throwable> foreign = new TreeMap<>();
        int refused = 0;
        for (String kind : SklearnImporter.estimators()) {
            String module = kind.startsWith("LGBM") ? "lightgbm.sklearn" : "sklearn.made";
            Throwable error = catchThrowable(() -> Asked.imported(Made.of(module, kind)));
            if (error instanceof EdgeException) {
                refused++;
            } else if (error != null) {
                foreign.put(kind, error);
            }
        }
        assertThat(foreign).isEmpty();
        assertThat(refused).isGreaterThan(SklearnImporter.estimators().size() - 10);
    }

    /** Attributes of the wrong kind everywhere: text where arrays belong, numbers where lists belong. */
    @ParameterizedTest
    @ValueSource(strings = {"text", "number", "list", "array", "object"})
    void attributesOfTheWrongKindGiveErrorsOfTheLibrary(String what) {
        Object value =
                switch (what) {
                    case "text" -> "x";
                    case "number" -> 3;
                    case "list" -> List.of("x", 1);
                    case "array" -> Made.doubles(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
                    default -> sk("Strange");
                };
        Map<String, Throwable> foreign = new TreeMap<>();
        for (String kind : SklearnImporter.estimators()) {
            Made.Obj model = sk(kind).with("n_features_in_", 2);
            for (String attribute : ATTRIBUTES) {
                model = model.with(attribute, value);
            }
            Made.Obj broken = model;
            Throwable error = catchThrowable(() -> Asked.imported(broken));
            if (error != null && !(error instanceof EdgeException)) {
                foreign.put(kind, error);
            }
        }
        assertThat(foreign).isEmpty();
    }

    private static final List<String> ATTRIBUTES = List.of(
            "coef_",
            "intercept_",
            "classes_",
            "scale_",
            "mean_",
            "min_",
            "center_",
            "components_",
            "categories_",
            "estimators_",
            "tree_",
            "means_",
            "theta_",
            "var_",
            "class_prior_",
            "feature_log_prob_",
            "class_log_prior_",
            "_fit_X",
            "_y",
            "n_neighbors",
            "support_vectors_",
            "_dual_coef_",
            "_intercept_",
            "_n_support",
            "coefs_",
            "intercepts_",
            "cluster_centers_",
            "steps",
            "transformers_",
            "transformer_list",
            "statistics_",
            "scores_",
            "pvalues_",
            "support_",
            "estimator_",
            "vocabulary_",
            "lambdas_",
            "quantiles_",
            "references_",
            "bin_edges_",
            "bsplines_",
            "calibrated_classifiers_",
            "_predictors",
            "_baseline_prediction",
            "init_",
            "weights_",
            "precisions_cholesky_",
            "X_fit_",
            "dual_coef_",
            "label_binarizer_",
            "_label_binarizer",
            "final_estimator_",
            "stack_method_",
            "best_estimator_",
            "regressor_",
            "transformer_",
            "kernel_",
            "X_train_",
            "alpha_");

    /** Half of an estimator's own parts gone, one at a time. */
    @ParameterizedTest
    @ValueSource(strings = {"coef_", "intercept_"})
    void eachMissingPartIsNamed(String part) {
        assertThatThrownBy(() -> Asked.imported(RIDGE.with(part, null)))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("Estimator (Ridge) at (top) has no (" + part + ")")
                .hasMessageContaining("Maybe it was not fitted before it was saved");
    }

    @Test
    void nestingEndsSomewhere() {
        Object model = RIDGE;
        for (int depth = 0; depth < 63; depth++) {
            model = pipeline("p", model);
        }
        assertThat(Asked.predict(model, new double[] {5})).containsExactly(5);
        Object deeper = pipeline("p", model);
        assertThatThrownBy(() -> Asked.imported(deeper)).hasMessageContaining("nesting deeper than 64");
    }

    /** An estimator that contains itself ends as nesting does. */
    @Test
    void circlesEndToo() {
        String code = "csklearn.pipeline\nPipeline\n)\u0081q\0}(U\5steps](U\1ah\0\u0086eub.";
        byte[] bytes = code.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        Object circle =
                io.edgeai.formats.pickle.PickleReader.read(bytes, io.edgeai.formats.pickle.PickleLimits.DEFAULT);
        assertThatThrownBy(() -> SklearnImporter.convert(circle))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("nesting deeper than 64");
    }
}
