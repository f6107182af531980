package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.pipeline;
import static io.edgeai.formats.sklearn.Made.sk;
import static io.edgeai.formats.sklearn.Made.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model's graph takes and gives, found without being told the number or kind of its columns. */
class InputsTest {
    private static String values(List<OnnxValue> values) {
        return values.stream()
                .map(value -> value.name() + " " + value.type())
                .collect(Collectors.joining(", "))
                .replace("OfTensor", "")
                .replaceAll("[\\[\\]=]", "");
    }

    private static String inputs(Object model) {
        return Asked.imported(model).graph().inputs().stream()
                .map(input -> input.name() + ":" + input.type().toString().replaceAll("(?s).*?(DOUBLE|STRING).*", "$1"))
                .collect(Collectors.joining(" "));
    }

    private static final Made.Obj WORDS = sk("CountVectorizer").with("vocabulary_", Map.of("aa", 0));
    private static final Made.Obj RIDGE =
            sk("Ridge").with("coef_", new double[] {1, 2, 3}).with("intercept_", 0.0);

    private static Made.Obj codes(Object... categories) {
        return sk("OrdinalEncoder").with("categories_", List.of(categories));
    }

    static Stream<Arguments> models() {
        Made.Arr text = Made.objects("a", "b");
        double[] numbers = {1, 2};
        return Stream.of(
                Arguments.of("a regression", RIDGE, "input:DOUBLE"),
                Arguments.of("a scaler", sk("MaxAbsScaler").with("scale_", new double[] {1, 2}), "input:DOUBLE"),
                Arguments.of("words", WORDS, "input:STRING"),
                Arguments.of("words in a pipeline", pipeline("w", WORDS, "p", "passthrough"), "input:STRING"),
                Arguments.of("words in a union", union(WORDS, WORDS), "input:STRING"),
                Arguments.of("text codes", codes(text, text), "input:STRING"),
                Arguments.of("number codes", codes(numbers, numbers), "input:DOUBLE"),
                Arguments.of("both codes", codes(text, numbers), "x0:STRING x1:DOUBLE"),
                Arguments.of("labels", sk("LabelEncoder").with("classes_", text), "input:STRING"),
                Arguments.of(
                        "filled text then codes",
                        pipeline(
                                "f",
                                sk("SimpleImputer").with("statistics_", text).with("strategy", "constant"),
                                "c",
                                codes(text, text)),
                        "input:STRING"),
                Arguments.of(
                        "a search of a pipeline",
                        sk("GridSearchCV").with("best_estimator_", pipeline("c", codes(text, numbers), "r", two())),
                        "x0:STRING x1:DOUBLE"),
                Arguments.of(
                        "names of the frame",
                        codes(text, numbers).with("feature_names_in_", Made.objects("city", "age")),
                        "city:STRING age:DOUBLE"),
                Arguments.of(
                        "names twice are none",
                        codes(text, numbers).with("feature_names_in_", Made.objects("city", "city")),
                        "x0:STRING x1:DOUBLE"),
                Arguments.of(
                        "a vote of encoded text",
                        sk("VotingRegressor")
                                .with("estimators_", List.of(pipeline("c", codes(text, numbers), "r", two()))),
                        "x0:STRING x1:DOUBLE"));
    }

    private static Made.Obj two() {
        return sk("Ridge").with("coef_", new double[] {1, 2}).with("intercept_", 0.0);
    }

    private static Made.Obj union(Object first, Object second) {
        return sk("FeatureUnion").with("transformer_list", List.of(tuple("a", first), tuple("b", second)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void textAndNumbersAreTold(String name, Object model, String expected) {
        assertThat(inputs(model)).as(name).isEqualTo(expected);
    }

    /** Attributes that hold one value for each column tell their number where nothing else does. */
    @ParameterizedTest
    @ValueSource(strings = {"mean_", "scale_", "center_", "lambdas_", "variances_"})
    void columnsAreCountedByWhatWasFitted(String attribute) {
        Object scaler = sk("StandardScaler")
                .with("with_mean", attribute.equals("mean_"))
                .with("with_std", false)
                .with(attribute, new double[] {1, 2, 3, 4});
        assertThat(Asked.transform(scaler, new double[] {1, 2, 3, 4})).hasSize(4);
    }

    @Test
    void outputsAreNamedAsTheMethods() {
        Made.Obj classifier = sk("LogisticRegression")
                .with("coef_", new double[][] {{1, 2}})
                .with("intercept_", new double[] {0})
                .with("classes_", Made.objects("no", "yes"));
        String outputs = values(Asked.imported(classifier).graph().outputs());
        assertThat(outputs).contains("predict ", "STRING", "decision_function ", "predict_proba ", "N");
        assertThat(Asked.imported(RIDGE).graph().outputs())
                .extracting(OnnxValue::name)
                .containsExactly("predict");
    }

    /** The last estimator may follow as an item of its own, as notebooks save them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void estimatorsInARowAreSteps(boolean list) {
        Made.Obj scaler = sk("MaxAbsScaler").with("scale_", new double[] {2, 4, 8});
        Object row = list ? List.of(scaler, scaler, RIDGE) : tuple(scaler, scaler, RIDGE);
        assertThat(Asked.predict(row, new double[] {4, 16, 64})).containsExactly(1 + 2 + 3);
        ImportedModel model = Asked.imported(row);
        assertThat(model.notes()).anyMatch(note -> note.contains("3 estimators, taken as steps"));
    }

    @Test
    void valuesThatAreNoEstimatorAreRefused() {
        for (Object content :
                new Object[] {List.of(), 5, "model", new double[] {1}, Map.of("model", RIDGE), List.of(1)}) {
            assertThatThrownBy(() -> Asked.imported(content))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("not one estimator")
                    .hasMessageContaining("Maybe save the fitted pipeline by itself");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"pickled_model: m/model.pkl", "  model_path: m/model.pkl", "pickled_model:m/../m/model.pkl"})
    void foldersNameTheirPickle(String line, @TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("m"));
        Files.write(folder.resolve("m/model.pkl"), Made.pickle(RIDGE));
        Files.writeString(folder.resolve("MLmodel"), "flavors:\n" + line + "\n");
        assertThat(new SklearnImporter().read(folder).graph().outputs()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "pickled_model: none.pkl", "pickled_model: ../up.pkl", "pickled_model: /etc/passwd"})
    void foldersThatNameNoneOfTheirFilesAreRefused(String line, @TempDir Path folder) throws IOException {
        Path inner = Files.createDirectories(folder.resolve("model"));
        Files.write(folder.resolve("up.pkl"), Made.pickle(RIDGE));
        assertThatThrownBy(() -> new SklearnImporter().read(inner)).isInstanceOf(ModelFormatException.class);
        Files.writeString(inner.resolve("MLmodel"), line + "\n");
        assertThatThrownBy(() -> new SklearnImporter().read(inner))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no MLmodel that names a pickle in it")
                .hasMessageContaining("Maybe name the pickle itself");
    }

    @Test
    void theProducerIsTheVersionOfTheFile() {
        ImportedModel stated = Asked.imported(RIDGE.with("_sklearn_version", "1.4.2"));
        assertThat(stated.producer()).isEqualTo("scikit-learn 1.4.2");
        assertThat(stated.graph().info().producerVersion()).isEqualTo("1.4.2");
        assertThat(Asked.imported(RIDGE).producer()).isEqualTo("scikit-learn");
    }

    @Test
    void stepsWithTooFewPartsAreRefused() {
        Object broken = sk("Pipeline").with("steps", List.of(List.of("only a name")));
        assertThatThrownBy(() -> Asked.imported(broken))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("a step of (1) parts, not 2");
        assertThatThrownBy(() -> Asked.imported(sk("Pipeline").with("steps", List.of(List.of("a", 5)))))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("holds (5) where the estimator (a) belongs");
    }
}
