package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.pickle.PickleLimits;
import io.edgeai.formats.pickle.PickleReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * XGBoost's wrappers as XGBoost 1.7.4 pickled them ({@code make_xgboost_cases.py}), with its own answers; and boosters
 * of one stump written by hand, whose answers are read off.
 */
class XgboostModelsTest {
    /** XGBoost adds floats. */
    private static final double TOLERANCE = 1e-5;

    private static final double[][] ROWS = {{1}, {3}, {Double.NaN}, {-1}};

    @TempDir
    Path folder;

    @Test
    void everyWrapperAnswersAsItsOriginal() throws IOException {
        List<Path> cases = Unzipped.cases("xgboost-1.7.4.zip", folder);
        assertThat(GoldenCase.wrong(cases, TOLERANCE))
                .as("of " + cases.size() + " models")
                .isEmpty();
        assertThat(cases).hasSizeGreaterThan(20);
    }

    @Test
    void damageAnywhereIsAGraphOrATypedError() throws IOException {
        int seed = 0;
        for (Path one : Unzipped.cases("xgboost-1.7.4.zip", folder)) {
            byte[] whole = Files.readAllBytes(one.resolve("model.pkl"));
            for (int round = 0; round < 20; round++) {
                Random random = new Random(++seed);
                byte[] bytes = whole.clone();
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                try {
                    assertThat(SklearnImporter.convert(PickleReader.read(bytes, PickleLimits.DEFAULT))
                                    .graph()
                                    .outputs())
                            .as("seed " + seed)
                            .isNotEmpty();
                } catch (EdgeException e) {
                    assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
                }
            }
        }
    }

    @Test
    void jsonOfReleasesBeforeUbjsonIsReadToo() {
        double[] answers = Asked.doubles(wrapper("XGBRegressor", stump("reg:squarederror", "{}")), "predict", ROWS);
        assertThat(answers).containsExactly(10.5, 20.5, 20.5, 10.5);
    }

    @Test
    void theStatedValueIsMissingAndSoIsNaN() {
        Made.Obj model =
                wrapper("XGBRegressor", stump("reg:squarederror", "{}")).with("missing", -1.0);
        assertThat(Asked.doubles(model, "predict", ROWS)).containsExactly(10.5, 20.5, 20.5, 20.5);
    }

    @Test
    void roundsAfterTheBestOneAreLeftOut() {
        String two = stump("reg:squarederror", "{\"best_iteration\": \"0\"}")
                .replace("\"tree_info\": [0]", "\"tree_info\": [0, 0]")
                .replaceAll("\"trees\": \\[(.*)\\], \"end\"", "\"trees\": [$1, $1], \"end\"");
        double[] best = Asked.doubles(wrapper("XGBRegressor", two), "predict", ROWS);
        assertThat(best).containsExactly(10.5, 20.5, 20.5, 10.5);
        double[] all = Asked.doubles(wrapper("XGBRegressor", two.replace("best_iteration", "other")), "predict", ROWS);
        assertThat(all).containsExactly(20.5, 40.5, 40.5, 20.5);
        double[] alone = Asked.doubles(booster(two), "predict", ROWS);
        assertThat(alone).as("a booster by itself takes all").containsExactly(all);
    }

    @Test
    void labelsOfTheOldEncoderAreGivenBack() {
        Made.Obj model = wrapper("XGBClassifier", stump("binary:hinge", "{}").replace("10.0", "-10.0"))
                .with("_le", Made.sk("LabelEncoder", "classes_", Made.objects("no", "yes")));
        assertThat(Asked.all(model, ROWS).get("predict").strings()).containsExactly("no", "yes", "yes", "no");
    }

    /** Three stumps of 0.5 and below 2 one of 10, of 20 and of -1; the definitions are XGBoost's. */
    @Test
    void quantilesAreSortedAndExpectilesAddUp() {
        String three = stump("reg:quantileerror", "{}")
                .replace("\"num_class\": \"0\"", "\"num_class\": \"0\", \"num_target\": \"3\"")
                .replace("\"tree_info\": [0]", "\"tree_info\": [0, 1, 2]")
                .replaceAll("\"trees\": \\[(.*)\\], \"end\"", "\"trees\": [$1, $1, $1], \"end\"")
                .replaceFirst("10\\.0, 20\\.0", "11.0, 21.0")
                .replaceFirst("(11\\.0.*?)10\\.0, 20\\.0", "$1-1.0, -2.0");
        double[][] row = {{1}};
        assertThat(Asked.doubles(wrapper("XGBRegressor", three), "predict", row))
                .containsExactly(11.5, -0.5, 10.5);
        String sorting = three.replace("[1, 5, 0]", "[3, 4, 0]");
        assertThat(Asked.doubles(wrapper("XGBRegressor", sorting), "predict", row))
                .containsExactly(-0.5, 10.5, 11.5);
        String expectiles =
                sorting.replace("reg:quantileerror", "reg:expectileerror").replace("\"5E-1\"", "\"[1,2,3]\"");
        double start = Math.log(Math.exp(1 - 1e-6) - 1);
        double second = 12 + 1e-6 + Math.log1p(Math.exp(start - 1));
        double third = second + 1e-6 + Math.log1p(Math.exp(start + 10));
        double[] answers = Asked.doubles(wrapper("XGBRegressor", expectiles), "predict", row);
        assertThat(answers[0]).isEqualTo(12);
        assertThat(answers[1]).isCloseTo(second, within(1e-6));
        assertThat(answers[2]).isCloseTo(third, within(1e-5));
    }

    @Test
    void whatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> Asked.imported(wrapper("XGBRegressor", stump("mine", "{}"))))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("objective (mine)");
        assertThatThrownBy(() -> Asked.imported(wrapper("XGBRegressor", "CONFIG-offset:")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("old binary format");
        assertThatThrownBy(() -> Asked.imported(Made.of("xgboost.sklearn", "XGBRegressor", "missing", Double.NaN)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Maybe it was not fitted");
    }

    private static Made.Obj booster(String json) {
        return Made.of("xgboost.core", "Booster", "handle", json.getBytes(StandardCharsets.UTF_8));
    }

    private static Made.Obj wrapper(String kind, String json) {
        return Made.of("xgboost.sklearn", kind, "missing", Double.NaN, "_Booster", booster(json));
    }

    /** Below 2 gives 10, else and where it is missing 20, and half a point on top. */
    private static String stump(String objective, String attributes) {
        return ("{\"Config\": {}, \"Model\": {\"version\": [1, 5, 0], \"learner\": {\"attributes\": " + attributes
                        + ", \"objective\": {\"name\": \"" + objective + "\"}, \"learner_model_param\":"
                        + " {\"base_score\": \"5E-1\", \"num_class\": \"0\", \"num_feature\": \"1\"},"
                        + " \"gradient_booster\": {\"name\": \"gbtree\", \"model\": {\"gbtree_model_param\":"
                        + " {\"num_trees\": \"1\"}, \"tree_info\": [0], \"trees\": [{\"tree_param\":"
                        + " {\"num_nodes\": \"3\", \"num_feature\": \"1\"}, \"left_children\": [1, -1, -1],"
                        + " \"right_children\": [2, -1, -1], \"split_indices\": [0, 0, 0],"
                        + " \"split_conditions\": [2.0, 10.0, 20.0], \"default_left\": [false, false, false]}]")
                + ", \"end\": 0}}}}}";
    }
}
