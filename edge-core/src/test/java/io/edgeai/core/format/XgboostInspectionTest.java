package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One model written as JSON, as UBJSON in every way that draft 12 allows, and as the old binary. */
class XgboostInspectionTest {
    private static final String LONG_NAME = "n".repeat(300);

    @TempDir
    Path folder;

    private ModelInspection inspect(String bytes) throws IOException {
        return ModelInspector.inspect(Files.write(folder.resolve("model"), Samples.latin(bytes)));
    }

    private static String json(String booster, String objective, int classes, int targets) {
        String model = booster.equals("gblinear")
                ? "\"model\":{\"weights\":[1,2,3,4,5,6]},"
                : booster.equals("dart")
                        ? "\"gbtree\":{\"model\":{\"trees\":[" + tree(3) + "," + tree(5) + "]},\"name\":\"gbtree\"},"
                        : "\"model\":{\"trees\":[" + tree(3) + "," + tree(5) + "]},";
        return "{\"learner\":{\"attributes\":{\"best_score\":\"0.5\"},\"feature_names\":[\"age\",\"" + LONG_NAME
                + "\",\"fare\"],\"gradient_booster\":{" + model + "\"name\":\"" + booster + "\"},"
                + "\"learner_model_param\":{\"num_class\":\"" + classes + "\",\"num_feature\":\"3\",\"num_target\":\""
                + targets + "\"},\"objective\":{\"name\":\"" + objective + "\"}},\"version\":[2,1,3]}";
    }

    private static String tree(int nodes) {
        return "{\"base_weights\":[1,2],\"name\":\"x\",\"tree_param\":{\"num_nodes\":\"" + nodes + "\"}}";
    }

    @ParameterizedTest
    @CsvSource({
        "gbtree, reg:squarederror, 0, 1, 8, 'margin: FLOAT[N,1]', 'prediction: FLOAT[N,1]'",
        "dart, binary:logistic, 0, 1, 8, 'margin: FLOAT[N,1]', 'prediction: FLOAT[N,1]'",
        "gblinear, reg:squarederror, 0, 1, 6, 'margin: FLOAT[N,1]', 'prediction: FLOAT[N,1]'",
        "gbtree, multi:softprob, 4, 1, 8, 'margin: FLOAT[N,4]', 'prediction: FLOAT[N,4]'",
        "gbtree, multi:softmax, 4, 1, 8, 'margin: FLOAT[N,4]', 'prediction: FLOAT[N,1]'",
        "gbtree, reg:squarederror, 0, 5, 8, 'margin: FLOAT[N,5]', 'prediction: FLOAT[N,5]'"
    })
    void aDocumentTellsItsShapeAndItsNumbers(
            String booster, String objective, int classes, int targets, long numbers, String margin, String prediction)
            throws IOException {
        ModelInspection model = inspect(json(booster, objective, classes, targets));
        assertThat(model.signature().inputs()).singleElement().hasToString("input: FLOAT[N,3]");
        assertThat(model.signature().outputs()).extracting(Object::toString).containsExactly(margin, prediction);
        assertThat(model.parameters()).isEqualTo(numbers);
        assertThat(model.formatVersion()).isEqualTo("2.1.3");
        assertThat(model.metadata())
                .containsEntry("booster", booster)
                .containsEntry("objective", objective)
                .containsEntry("best_score", "0.5")
                .containsEntry("feature names", "age,fare and 1 more");
    }

    private static String key(String key) {
        return "L" + big(key.length(), 8) + key;
    }

    private static String text(String text) {
        return "SL" + big(text.length(), 8) + text;
    }

    private static String big(long value, int bytes) {
        return new StringBuilder(PickleBytes.little(value, bytes)).reverse().toString();
    }

    /** Arrays of numbers in all their forms. */
    static List<String> arrays() {
        return List.of(
                "[$d#L" + big(4, 8) + "\0".repeat(16),
                "[$l#i\4" + "\0".repeat(16),
                "[$U#U\4" + "\0".repeat(4),
                "[#l" + big(4, 4) + "i\1U\2I\0\3D" + "\0".repeat(8),
                "[d" + "\0".repeat(4) + "L" + "\0".repeat(8) + "i\1l" + "\0".repeat(4) + "]");
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void ubjsonIsReadInAllItsForms(String weights) throws IOException {
        String body = "{" + key("learner") + "{"
                + key("feature_names") + "[#L" + big(2, 8) + text("a") + text("b")
                + key("gradient_booster") + "{" + key("model") + "{" + key("weights") + weights + "}"
                + key("name") + text("gblinear") + "}"
                + key("learner_model_param") + "{" + key("num_feature") + text("2") + key("odd") + "Z"
                + key("flag") + "T" + "}"
                + key("objective") + "{" + key("name") + text("reg:squarederror") + "}}"
                + key("version") + "[$l#L" + big(3, 8) + big(3, 4) + big(1, 4) + big(0, 4) + "}";
        ModelInspection model = inspect(body);
        assertThat(model.variant()).isEqualTo("UBJSON");
        assertThat(model.parameters()).isEqualTo(4);
        assertThat(model.formatVersion()).isEqualTo("3.1.0");
        assertThat(model.metadata())
                .containsEntry("feature names", "a,b")
                .containsEntry("num_feature", "2")
                .containsEntry("booster", "gblinear");
        assertThat(model.signature().inputs()).singleElement().hasToString("input: FLOAT[N,2]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "L\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff}", // a key longer than anything
                "L\0\0\0\0\0\0\0\1k[$d#L\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff}", // an array likewise
                "L\0\0\0\0\0\0\0\1k[$d#i\u00ff}", // less than nothing
                "L\0\0\0\0\0\0\0\1k[$d}", // a type without a count
                "L\0\0\0\0\0\0\0\1k?}", // a mark that does not exist
                "L\0\0\0\0\0\0\0\1kZ" // no end, though its last byte looks like one: }
            })
    void ubjsonThatLiesIsRefused(String part) {
        assertThatThrownBy(() -> inspect("{" + key("learner") + "{" + part + "}"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("UBJSON that is damaged at byte")
                .hasMessageContaining("Maybe");
    }

    @Test
    void ubjsonWithoutEndOfNestingIsRefused() {
        assertThatThrownBy(() -> inspect("{" + key("learner") + "[".repeat(5000) + "}"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("nested deeper");
    }

    /** learner.cc and gbtree_model.h of version 1: parameters of 136, 160 and 148 bytes, nodes of 20 + 16. */
    private static String binary(String mark, int... nodes) {
        StringBuilder text = new StringBuilder(mark + "\0\0\0?" + PickleBytes.little(9, 4) + PickleBytes.little(3, 4));
        text.append("\0".repeat(8)).append(PickleBytes.little(1, 4)).append(PickleBytes.little(6, 4));
        text.append("\0".repeat(136 - 28));
        text.append(PickleBytes.little(14, 8)).append("multi:softprob");
        text.append(PickleBytes.little(6, 8)).append("gbtree");
        text.append(PickleBytes.little(nodes.length, 4)).append("\0".repeat(156));
        for (int n : nodes) {
            text.append(PickleBytes.little(1, 4))
                    .append(PickleBytes.little(n, 4))
                    .append("\0".repeat(140));
            text.append("\0".repeat(36 * n));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"binf", ""})
    void theOldBinaryIsWalkedBlockByBlock(String mark) throws IOException {
        ModelInspection model = inspect(binary(mark, 3, 1, 7));
        assertThat(model.operators()).isEqualTo(Map.of("tree", 3));
        assertThat(model.parameters()).isEqualTo(11);
        assertThat(model.formatVersion()).isEqualTo("1.6");
        assertThat(model.metadata())
                .containsEntry("objective", "multi:softprob")
                .containsEntry("num_class", "3");
        assertThat(model.signature().outputs().get(0)).hasToString("margin: FLOAT[N,3]");
    }

    @Test
    void aTreeOfMoreNodesThanBytesEndsTheWalk() throws IOException {
        String whole = binary("binf", 3, 5);
        ModelInspection model = inspect(whole.substring(0, whole.length() - 40));
        assertThat(model.parameters()).isEqualTo(3);
        assertThat(model.warnings()).anyMatch(text -> text.contains("number (1) on are not counted"));
    }
}
