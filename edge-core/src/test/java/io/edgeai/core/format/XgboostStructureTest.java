package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage that keeps a model well-formed, of the kind that ends a process inside XGBoost's own parser. */
class XgboostStructureTest {
    private static final Path MODELS =
            Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats", "xgboost");

    /** Two trees on two features and three classes: a root with a leaf and a node that splits by two categories. */
    private static final String MODEL =
            """
            {"learner": {
              "learner_model_param": {"num_feature": "2", "num_class": "3", "num_target": "1"},
              "objective": {"name": "multi:softprob"},
              "gradient_booster": {"name": "gbtree", "model": {
                "iteration_indptr": [0, 2], "tree_info": [0, 2], "trees": [TREE, TREE]}}},
             "version": [2, 1, 0]}
            """
                    .replace(
                            "TREE",
                            """
                            {"left_children": [1, -1, 3, -1, -1], "right_children": [2, -1, 4, -1, -1],
                             "parents": [2147483647, 0, 0, 2, 2], "split_indices": [0, 0, 1, 0, 0],
                             "split_type": [0, 0, 1, 0, 0], "categories": [4, 7], "categories_nodes": [2],
                             "categories_segments": [0], "categories_sizes": [2], "tree_param": {"num_nodes": "5"}}""");

    @TempDir
    Path folder;

    private String check(String json) throws IOException {
        return XgboostStructure.requireSound(Files.writeString(folder.resolve("model.json"), json));
    }

    @Test
    void aSoundModelTellsItsVersion() throws IOException {
        assertThat(check(MODEL)).isEqualTo("2.1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1, -1, 3, -1, -1]  | [1, -1, 9, -1, -1]  | in tree 0 node 2 has child 9 of 5",
                "[1, -1, 3, -1, -1]  | [1, -1, -7, -1, -1] | in tree 0 node 2 has child -7 of 5",
                "[1, -1, 3, -1, -1]  | [0, -1, 3, -1, -1]  | in tree 0 node 0 is reached twice",
                "[1, -1, 3, -1, -1]  | [1, -1, 1, -1, -1]  | in tree 0 node 1 is reached twice",
                "[1, -1, 3, -1, -1]  | [1, -1, -1, -1, -1] | in tree 0 node 2 has one child",
                "[1, -1, 3, -1, -1]  | [1, -1, 3, -1]      | in tree 0 its lists of nodes differ in length",
                "[1, -1, 3, -1, -1]  | [1, -1, 3.5, -1, -1]| in tree 0 node 2 has child",
                "[2147483647, 0, 0, 2, 2] | [2147483647, 0, 0, 2, 99] | in tree 0 node 4 has parent 99 of 5",
                "'\"num_nodes\": \"5\"' | '\"num_nodes\": \"6\"' | in tree 0 it states 6 nodes and has 5",
                "[0, 0, 1, 0, 0], \"split_type\" | [0, 0, 2, 0, 0], \"split_type\" | a tree looks at feature 2 of 2",
                "[0, 0, 1, 0, 0], \"split_type\" | [0, 0, -3, 0, 0], \"split_type\" | node 2 looks at feature -3",
                "\"categories_nodes\": [2] | \"categories_nodes\": [8] | categories belong to node 8 of 5",
                "\"categories_sizes\": [2] | \"categories_sizes\": [3] | categories 0 to 3 of 2",
                "\"categories_segments\": [0] | \"categories_segments\": [] | lists of categories differ in length",
                "[0, 0, 1, 0, 0], \"categories\" | [0, 1, 1, 0, 0], \"categories\" | 2 nodes split by categories and 1",
                "{\"num_nodes\" | {\"size_leaf_vector\": \"8\", \"num_nodes\" | its leaves have 8 values each and its nodes 0",
                "\"tree_info\": [0, 2] | \"tree_info\": [0, 3] | a tree belongs to output 3 of 3",
                "\"tree_info\": [0, 2] | \"tree_info\": [0, -1] | tree_info holds -1",
                "\"iteration_indptr\": [0, 2] | \"iteration_indptr\": [0, 3] | rounds end at tree 3 of 2",
                "\"iteration_indptr\": [0, 2] | \"iteration_indptr\": [2, 0] | rounds go back from tree 2 to 0"
            })
    void whatPointsNowhereIsNamed(String right, String wrong, String complaint) {
        String flat = MODEL.replaceAll(",\\s+", ", ");
        assertThat(flat).contains(right);
        assertThatThrownBy(() -> check(flat.replace(right, wrong)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("is damaged: ")
                .hasMessageContaining(complaint);
    }

    @Test
    void theLastTreeIsLookedAtToo() {
        int last = MODEL.lastIndexOf("[1, -1, 3");
        String wrong = MODEL.substring(0, last) + "[1, -1, 8" + MODEL.substring(last + 9);
        assertThatThrownBy(() -> check(wrong)).hasMessageContaining("in tree 1 node 2 has child 8 of 5");
    }

    /** Big-endian 32-bit numbers under the typed-array mark, and 20-byte nodes: the same damage in the other two forms. */
    @ParameterizedTest
    @ValueSource(strings = {"reg_dia/model.ubj", "binary_bc/model.deprecated"})
    void childrenBeyondTheTreeAreFoundInBinaryForms(String name) throws IOException {
        Path source = MODELS.resolve(name);
        assumeThat(source).as("models of formats/xgboost").exists();
        byte[] bytes = Files.readAllBytes(source);
        XgboostStructure.requireSound(source);
        int at;
        if (name.endsWith("ubj")) {
            at = indexOf(bytes, "left_children[$l#L") + "left_children[$l#L".length() + 8;
            bytes[at] = 1;
        } else {
            int booster = indexOf(bytes, "gbtree") + "gbtree".length();
            at = booster + 160 + 148 + 4;
            bytes[at + 3] = 1;
        }
        Path damaged = Files.write(folder.resolve("damaged"), bytes);
        assertThatThrownBy(() -> XgboostStructure.requireSound(damaged))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("in tree 0 node 0 has child 16777217");
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
    }

    @Test
    void modelsOfOtherFormatsAreNamed() throws IOException {
        Path weights = MODELS.resolveSibling("pytorch/candle_test.pt");
        assumeThat(weights).as("models of formats/pytorch").exists();
        assertThatThrownBy(() -> XgboostStructure.requireSound(weights))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("of format (PyTorch), not XGBoost");
    }
}
