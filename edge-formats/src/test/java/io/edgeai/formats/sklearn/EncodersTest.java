package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncodersTest {
    private static final double NONE = Double.NaN;

    private static double[] numbers(String text) {
        return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static Made.Obj oneHot(Object... categories) {
        return sk("OneHotEncoder").with("categories_", Arrays.asList(categories));
    }

    /** One column of numbers 10, 20, 30; the last row is unknown. */
    @ParameterizedTest
    @CsvSource({
        "error, , '0 1 0  0 0 1  NaN NaN NaN'",
        "ignore, , '0 1 0  0 0 1  0 0 0'",
        "infrequent_if_exist, , '0 1 0  0 0 1  0 0 0'",
        "warn, , '0 1 0  0 0 1  0 0 0'",
        "ignore, 0, '1 0  0 1  0 0'",
        "ignore, 1, '0 0  0 1  0 0'",
        "error, 2, '0 1  0 0  NaN NaN'"
    })
    void unknownAndDroppedCategories(String unknown, Integer dropped, String expected) {
        Made.Obj model = oneHot(new double[] {10, 20, 30}).with("handle_unknown", unknown);
        model = dropped == null ? model : model.with("drop_idx_", Made.objects((long) dropped));
        assertThat(Asked.transform(model, new double[][] {{20}, {30}, {25}}))
                .isEqualTo(numbers(expected.replace("  ", " ")));
    }

    /** Categories 0 and 3 of four are rare: frequent ones come first, the joined rare ones last. */
    @ParameterizedTest
    @CsvSource({
        "infrequent_if_exist, '0 0 1  1 0 0  0 1 0  0 0 1  0 0 1'",
        "warn, '0 0 1  1 0 0  0 1 0  0 0 1  0 0 1'",
        "ignore, '0 0 1  1 0 0  0 1 0  0 0 1  0 0 0'",
        "error, '0 0 1  1 0 0  0 1 0  0 0 1  NaN NaN NaN'"
    })
    void rareCategoriesShareAColumn(String unknown, String expected) {
        Object model = rare(unknown);
        assertThat(Asked.transform(model, new double[][] {{1}, {2}, {3}, {4}, {9}}))
                .isEqualTo(numbers(expected.replace("  ", " ")));
    }

    private static Made.Obj rare(String unknown) {
        return oneHot(new double[] {1, 2, 3, 4})
                .with("handle_unknown", unknown)
                .with("_infrequent_enabled", true)
                .with("_default_to_infrequent_mappings", List.of(new long[] {2, 0, 1, 2}));
    }

    /** Old files say which category is dropped, newer ones which column after grouping. */
    @Test
    void droppingAmongRareCategories() {
        Object column = rare("ignore").with("_drop_idx_after_grouping", Made.objects(2L));
        Object category = rare("ignore").with("drop_idx_", Made.objects(3L));
        for (Object model : List.of(column, category)) {
            assertThat(Asked.transform(model, new double[][] {{1}, {2}, {3}, {9}}))
                    .containsExactly(0, 0, 1, 0, 0, 1, 0, 0);
        }
        Object none = rare("ignore").with("drop_idx_", Made.objects((Object) null));
        assertThat(Asked.transform(none, new double[][] {{4}})).containsExactly(0, 0, 1);
    }

    @Test
    void columnsWithoutRareCategoriesStandBesideOthers() {
        Object model = oneHot(new double[] {1, 2}, new double[] {5, 6, 7})
                .with("handle_unknown", "infrequent_if_exist")
                .with("_infrequent_enabled", true)
                .with("_default_to_infrequent_mappings", Arrays.asList(null, new long[] {1, 0, 1}));
        assertThat(Asked.transform(model, new double[][] {{2, 5}, {9, 6}, {1, 9}}))
                .containsExactly(0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1);
    }

    @Test
    void missingNumbersAreACategoryOfTheirOwn() {
        Object model = oneHot(new double[] {1, NONE}).with("handle_unknown", "ignore");
        assertThat(Asked.transform(model, new double[][] {{NONE}, {1}, {2}})).containsExactly(0, 1, 1, 0, 0, 0);
        Object withNone = oneHot(Made.objects(1L, null)).with("handle_unknown", "ignore");
        assertThat(Asked.transform(withNone, new double[][] {{NONE}, {1}})).containsExactly(0, 1, 1, 0);
    }

    @Test
    void missingTextIsTheEmptyText() {
        Object model = oneHot(Made.objects("a", "b", null)).with("handle_unknown", "ignore");
        assertThat(Asked.ofText(model, "", "b", "?")).containsExactly(0, 0, 1, 0, 1, 0, 0, 0, 0);
        Object flags = oneHot(Made.flags(false, true)).with("handle_unknown", "ignore");
        assertThat(Asked.transform(flags, new double[][] {{1}, {0}})).containsExactly(0, 1, 1, 0);
    }

    /** The column that holds text comes as its own input beside those of numbers. */
    @Test
    void textAndNumbersSideBySide() {
        Object model = sk("OrdinalEncoder").with("categories_", List.of(Made.objects("x", "y"), new double[] {3, 5}));
        Tensor answer = Asked.all(
                        model,
                        Map.of(
                                "x0", Tensor.of(new String[] {"y", "x"}, 2, 1),
                                "x1", Tensor.of(new double[] {3, 5}, 2, 1)))
                .get("transform");
        assertThat(answer.doubles()).containsExactly(1, 0, 0, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "error, 7, '0 1 NaN NaN'",
        "use_encoded_value, 7, '0 1 NaN 7'",
        "use_encoded_value, NaN, '0 1 NaN NaN'",
        "use_encoded_value, -1, '0 1 NaN -1'"
    })
    void ordinalCodesOfUnknownAndMissingValues(String handling, double unknown, String expected) {
        Object model = sk("OrdinalEncoder")
                .with("categories_", List.of(new double[] {4, 6, NONE}))
                .with("handle_unknown", handling)
                .with("unknown_value", unknown);
        assertThat(Asked.transform(model, new double[][] {{4}, {6}, {NONE}, {5}}))
                .isEqualTo(numbers(expected));
    }

    @Test
    void missingValuesMayHaveACode() {
        Object model = sk("OrdinalEncoder")
                .with("categories_", List.of(new double[] {4, 6, NONE}))
                .with("encoded_missing_value", -2);
        assertThat(Asked.transform(model, new double[][] {{NONE}, {6}})).containsExactly(-2, 1);
        Object joined = sk("OrdinalEncoder")
                .with("categories_", List.of(new double[] {4, 6, 8}))
                .with("_infrequent_enabled", true)
                .with("_default_to_infrequent_mappings", List.of(new long[] {1, 0, 1}));
        assertThat(Asked.transform(joined, new double[][] {{4}, {6}, {8}})).containsExactly(1, 0, 1);
    }

    @Test
    void targetsEncodeEachClassOfEachColumn() {
        Object two = sk("TargetEncoder")
                .with("categories_", List.of(new double[] {1, 2}, new double[] {5}))
                .with("encodings_", List.of(new double[] {0.1, 0.2}, new double[] {0.3}))
                .with("target_mean_", 0.25);
        assertThat(Asked.transform(two, new double[][] {{2, 5}, {1, 9}})).containsExactly(0.2, 0.3, 0.1, 0.25);
        Object classes = sk("TargetEncoder")
                .with("categories_", List.of(new double[] {1, 2}, new double[] {5}))
                .with(
                        "encodings_",
                        List.of(new double[] {.1, .2}, new double[] {.3, .4}, new double[] {.5}, new double[] {.6}))
                .with("target_mean_", new double[] {0.7, 0.8});
        assertThat(Asked.transform(classes, new double[][] {{2, 5}, {3, 9}}))
                .containsExactly(.2, .4, .5, .6, .7, .8, .7, .8);
    }

    @Test
    void labelsBecomeTheirPlace() {
        Object text = sk("LabelEncoder").with("classes_", Made.objects("a", "b", "c"));
        Tensor answer = Asked.all(text, Map.of("input", Tensor.of(new String[] {"c", "a", "?"}, 3, 1)))
                .get("transform");
        assertThat(answer.longs()).containsExactly(2, 0, -1);
        Object numbers = sk("LabelEncoder").with("classes_", new long[] {3, 7});
        assertThat(Asked.longs(numbers, "transform", new double[][] {{7}, {3}})).containsExactly(1, 0);
    }

    /** {@code label_binarize}: one column for two classes, one for each of more; rows of unknown labels have no mark. */
    @ParameterizedTest
    @CsvSource({
        "'3 7', 0, 1, '0 1 0'",
        "'3 7', -1, 2, '-1 2 -1'",
        "'3 7 9', 0, 1, '1 0 0  0 1 0  0 0 0'",
        "'3 7 9', -1, 1, '1 -1 -1  -1 1 -1  -1 -1 -1'"
    })
    void binarizedLabels(String classes, int low, int high, String expected) {
        Object model = sk("LabelBinarizer")
                .with(
                        "classes_",
                        Arrays.stream(numbers(classes)).mapToLong(v -> (long) v).toArray())
                .with("neg_label", low)
                .with("pos_label", high);
        assertThat(Asked.transform(model, new double[][] {{3}, {7}, {8}}))
                .isEqualTo(numbers(expected.replace("  ", " ")));
    }

    /** One class alone is marked nowhere, which {@code label_binarize} documents in its code. */
    @Test
    void regressionASingleClassHasNoMark() {
        Object model = sk("LabelBinarizer").with("classes_", new long[] {3}).with("neg_label", -1);
        assertThat(Asked.transform(model, new double[][] {{3}, {8}})).containsExactly(-1, -1);
    }

    @Test
    void whatIsNoPlainCategoryIsRefused() {
        Object mixed = oneHot(Made.objects("a", 2L));
        assertThatThrownBy(() -> Asked.imported(mixed))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("categories of text and numbers in one column");
        Object odd = oneHot(Made.objects(List.of(1, 2)));
        assertThatThrownBy(() -> Asked.imported(odd)).hasMessageContaining("category of kind");
        Object multi = sk("LabelBinarizer").with("classes_", new long[] {0, 1}).with("y_type_", "multilabel-indicator");
        assertThatThrownBy(() -> Asked.imported(multi)).hasMessageContaining("multilabel targets");
        Object list = sk("OneHotEncoder").with("categories_", List.of("auto"));
        assertThatThrownBy(() -> Asked.imported(list))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(auto) in (categories_), not an array");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 3, 99})
    void impossibleGroupsAreRefused(long group) {
        Object model = oneHot(new double[] {1, 2})
                .with("_infrequent_enabled", true)
                .with("_default_to_infrequent_mappings", List.of(new long[] {0, group}));
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("column (0) into impossible groups");
    }
}
