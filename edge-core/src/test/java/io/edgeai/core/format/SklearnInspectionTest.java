package io.edgeai.core.format;

import static io.edgeai.core.format.PickleBytes.array;
import static io.edgeai.core.format.PickleBytes.bytes;
import static io.edgeai.core.format.PickleBytes.dict;
import static io.edgeai.core.format.PickleBytes.global;
import static io.edgeai.core.format.PickleBytes.joblib;
import static io.edgeai.core.format.PickleBytes.list;
import static io.edgeai.core.format.PickleBytes.little;
import static io.edgeai.core.format.PickleBytes.number;
import static io.edgeai.core.format.PickleBytes.object;
import static io.edgeai.core.format.PickleBytes.text;
import static io.edgeai.core.format.PickleBytes.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pickles written opcode by opcode; what is told of them is what was written. */
class SklearnInspectionTest {
    @TempDir
    Path folder;

    private ModelInspection inspect(byte[] bytes) throws IOException {
        return ModelInspector.inspect(Files.write(folder.resolve("model"), bytes));
    }

    private static String scaler() {
        return object(
                "sklearn.preprocessing._data",
                "StandardScaler",
                "mean_",
                array("f8", bytes("\0".repeat(24)), 3),
                "n_features_in_",
                number(3),
                "feature_names_in_",
                array("O8", list(text("age"), text("größe"), text("fare")), 3));
    }

    private static String classifier() {
        return object(
                "sklearn.linear_model._logistic",
                "LogisticRegression",
                "coef_",
                array("f8", bytes("\0".repeat(48)), 2, 3),
                "intercept_",
                array("f4", bytes("\0".repeat(8)), 2),
                "classes_",
                array("i8", bytes(little(-1, 8) + little(7, 8)), 2),
                "_sklearn_version",
                text("1.4.2"));
    }

    private static byte[] pipeline() {
        return PickleBytes.file(object(
                "sklearn.pipeline",
                "Pipeline",
                "steps",
                list(tuple(text("scale"), scaler()), tuple(text("classify"), classifier()))));
    }

    @Test
    void aPipelineTellsStepsFeaturesClassesAndNumbers() throws IOException {
        ModelInspection model = inspect(pipeline());
        assertThat(model.operators()).isEqualTo(Map.of("Pipeline", 1, "StandardScaler", 1, "LogisticRegression", 1));
        assertThat(model.parameters())
                .as("means, coefficients, intercepts; no labels")
                .isEqualTo(3 + 6 + 2);
        assertThat(model.weightBytes()).isEqualTo(24 + 48 + 8);
        assertThat(model.producer()).isEqualTo("scikit-learn 1.4.2");
        assertThat(model.metadata())
                .containsEntry("estimator", "sklearn.pipeline.Pipeline")
                .containsEntry("steps", "StandardScaler -> LogisticRegression")
                .containsEntry("features", "3")
                .containsEntry("feature names", "age,größe,fare")
                .containsEntry("classes", "-1,7")
                .containsEntry("arrays", "3");
        assertThat(model.warnings()).contains("The pickle was followed; nothing was unpickled.");
    }

    private static byte[] zlib(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    @Test
    void compressionChangesNothing() throws IOException {
        ModelInspection plain = inspect(pipeline());
        for (byte[] packed : List.of(Samples.gzip(pipeline()), zlib(pipeline()))) {
            ModelInspection model = inspect(packed);
            assertThat(model.variant()).contains("compressed");
            assertThat(model.metadata()).isEqualTo(plain.metadata());
            assertThat(model.operators()).isEqualTo(plain.operators());
            assertThat(model.parameters()).isEqualTo(plain.parameters());
        }
    }

    static List<String> labels() {
        return List.of(
                array("i8", bytes(little(3, 8) + little(5, 8)), 2),
                array("i4", bytes(little(3, 4) + little(5, 4)), 2),
                array("u1", bytes("\3\5"), 2),
                array("O8", list(number(3), number(5)), 2),
                array("U1", bytes("3\0\0\0" + "5\0\0\0"), 2),
                // bytes of protocol 2: a text and the name of its encoding
                array(
                        "i2",
                        PickleBytes.called(global("_codecs", "encode"), tuple(text("\3\0\5\0"), text("latin1"))),
                        2),
                joblib("i8", little(3, 8) + little(5, 8), 2),
                joblib("O8", "", 2).replace("\3\u00ff\u00ff\u00ff", "") + "\u0080\4"
                        + array("O8", list(text("3"), text("5")), 2) + ".",
                PickleBytes.called(
                        global("numpy.core.numeric", "_frombuffer"),
                        tuple(bytes("\3\0\5\0"), PickleBytes.dtype("i2"), PickleBytes.shape(2), text("C"))));
    }

    /** However an array is written, its elements are the same, and what stands behind it is found. */
    @ParameterizedTest
    @MethodSource("labels")
    void classesAreReadFromEveryKindOfArray(String labels) throws IOException {
        ModelInspection model = inspect(PickleBytes.file(
                object("sklearn.svm._classes", "SVC", "classes_", labels, "n_features_in_", number(11))));
        assertThat(model.metadata()).containsEntry("classes", "3,5").containsEntry("features", "11");
    }

    @Test
    void joblibsBytesAreSteppedOver() throws IOException {
        String weights = joblib("f4", ".".repeat(4 * 50_000), 50, 1000);
        ModelInspection model = inspect(PickleBytes.file(object(
                "sklearn.neural_network._multilayer_perceptron",
                "MLPRegressor",
                "coefs_",
                list(weights, joblib("f4", "R".repeat(400), 100)),
                "n_features_in_",
                number(50))));
        assertThat(model.parameters()).isEqualTo(50_000 + 100);
        assertThat(model.weightBytes()).isEqualTo(4 * 50_100);
        assertThat(model.metadata()).containsEntry("features", "50");
    }

    @Test
    void severalEstimatorsInOneFileAreAllNamed() throws IOException {
        ModelInspection model = inspect(PickleBytes.file(tuple(
                object(
                        "sklearn.feature_extraction._dict_vectorizer",
                        "DictVectorizer",
                        "feature_names_",
                        list(text("a"), text("b=c"))),
                object("sklearn.linear_model._base", "LinearRegression", "n_features_in_", number(2)))));
        assertThat(model.metadata().get("estimator"))
                .endsWith("DictVectorizer,sklearn.linear_model._base.LinearRegression");
        assertThat(model.metadata()).containsEntry("feature names", "a,b=c").containsEntry("features", "2");
    }

    @Test
    void aForestCountsItsTreesOnce() throws IOException {
        String tree = object("sklearn.tree._classes", "DecisionTreeClassifier", "max_depth", number(3));
        ModelInspection model = inspect(PickleBytes.file(object(
                "sklearn.ensemble._forest",
                "RandomForestClassifier",
                "estimators_",
                list(tree + "q\1", tree, tree, "h\1"), // the last is the first once more
                "base_estimator",
                tree)));
        assertThat(model.operators()).isEqualTo(Map.of("RandomForestClassifier", 1, "DecisionTreeClassifier", 4));
        assertThat(model.metadata()).containsEntry("wraps", "DecisionTreeClassifier");
    }

    /** A length that no bytes stand behind is no weight. */
    @Test
    void anArrayThatClaimsMoreThanItHoldsCountsNothing() throws IOException {
        ModelInspection model = inspect(PickleBytes.file(object(
                "sklearn.linear_model._base",
                "LinearRegression",
                "coef_",
                array("f8", bytes("\0".repeat(16)), 1_000_000, 1_000_000))));
        assertThat(model.parameters()).isEqualTo(-1);
    }

    /** A list that holds itself, and keys that are no texts. */
    @Test
    void circlesAndStrangeKeysEnd() throws IOException {
        ModelInspection model = inspect(PickleBytes.file(object(
                "sklearn.dummy",
                "DummyRegressor",
                "self",
                "]q\1h\1a",
                "odd",
                "}(" + number(1) + list(number(2)) + list() + text("x") + "u",
                "n_features_in_",
                number(4))));
        assertThat(model.metadata()).containsEntry("features", "4");
    }

    @Test
    void aPickleThatBreaksOffTellsWhatCameBefore() throws IOException {
        String whole = object(
                "sklearn.linear_model._base", "LinearRegression", "coef_", array("f8", bytes("\0".repeat(80)), 10));
        ModelInspection model = inspect(Samples.latin("\u0080\4" + whole.substring(0, whole.length() - 30)));
        assertThat(model.metadata()).containsEntry("estimator", "sklearn.linear_model._base.LinearRegression");
        assertThat(model.warnings()).anyMatch(warning -> warning.contains("damaged"));
    }

    @Test
    void otherLibrariesInAPipelineAreNamed() throws IOException {
        String booster = object("xgboost.core", "Booster", "handle", PickleBytes.NONE);
        ModelInspection model = inspect(PickleBytes.file(object(
                "sklearn.pipeline",
                "Pipeline",
                "steps",
                list(tuple(text("x"), object("xgboost.sklearn", "XGBClassifier", "_Booster", booster))),
                "memory",
                dict())));
        assertThat(model.operators()).isEqualTo(Map.of("Pipeline", 1, "XGBClassifier", 1, "Booster", 1));
    }
}
