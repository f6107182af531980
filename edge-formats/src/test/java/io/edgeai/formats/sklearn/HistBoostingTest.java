package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Histogram boosting against a walk through its nodes, rows with missing values and categories among them. */
class HistBoostingTest {
    private static final String MEMBERS =
            "value:f8 feature_idx:i8 num_threshold:f8 missing_go_to_left:u1 left:i8 right:i8 is_leaf:u1 "
                    + "is_categorical:u1 bitset_idx:i8";

    private static double[] leaf(double value) {
        return new double[] {value, 0, 0, 0, 0, 0, 1, 0, 0};
    }

    private static double[] split(int feature, double threshold, int missingLeft, int left, int right) {
        return new double[] {0, feature, threshold, missingLeft, left, right, 0, 0, 0};
    }

    private static Object predictor(double[]... nodes) {
        return Made.of("sklearn.ensemble._hist_gradient_boosting.predictor", "TreePredictor")
                .with("nodes", Made.table(MEMBERS, nodes));
    }

    private static Made.Obj model(String kind, int features, Object... stages) {
        return sk(kind).with("_predictors", Arrays.asList(stages))
                .with("_baseline_prediction", 0.5)
                .with("n_features_in_", features);
    }

    private static int grow(List<double[]> nodes, Random random, int depth) {
        int own = nodes.size();
        nodes.add(leaf(random.nextGaussian()));
        if (depth < 4 && random.nextInt(4) > 0) {
            int left = grow(nodes, random, depth + 1);
            int right = grow(nodes, random, depth + 1);
            nodes.set(own, split(random.nextInt(3), random.nextInt(5) / 2.0, random.nextInt(2), left, right));
        }
        return own;
    }

    private static double walk(List<double[]> nodes, double[] row) {
        int at = 0;
        while (nodes.get(at)[6] == 0) {
            double[] node = nodes.get(at);
            double x = row[(int) node[1]];
            boolean left = Double.isNaN(x) ? node[3] == 1 : x <= node[2];
            at = (int) (left ? node[4] : node[5]);
        }
        return nodes.get(at)[0];
    }

    @Test
    void sumsOfTreesAreThoseOfTheirNodes() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<List<double[]>> trees = new ArrayList<>();
            Object[] stages = new Object[1 + random.nextInt(4)];
            for (int t = 0; t < stages.length; t++) {
                List<double[]> nodes = new ArrayList<>();
                grow(nodes, random, 0);
                trees.add(nodes);
                stages[t] = List.of(predictor(nodes.toArray(double[][]::new)));
            }
            double[][] rows = new double[15][3];
            for (double[] row : rows) {
                Arrays.setAll(row, f -> random.nextInt(4) == 0 ? Double.NaN : random.nextInt(6) / 2.0);
            }
            double[] expected = Rows.each(
                    rows,
                    row -> 0.5
                            + trees.stream()
                                    .mapToDouble(nodes -> walk(nodes, row))
                                    .sum());
            assertThat(Asked.predict(model("HistGradientBoostingRegressor", 3, stages), rows))
                    .as("seed " + seed)
                    .containsExactly(expected, within(1e-14));
        }
    }

    private static final Object STEP = predictor(split(0, 1, 1, 1, 2), leaf(-1), leaf(2));

    @ParameterizedTest
    @CsvSource({
        "squared_error, false",
        "absolute_error, false",
        "quantile, false",
        "least_squares, false",
        "poisson, true",
        "gamma, true"
    })
    void lossesBendTheSum(String loss, boolean exponential) {
        Made.Obj model =
                model("HistGradientBoostingRegressor", 1, List.of(STEP)).with("loss", loss);
        double[] sums = {-0.5, 2.5};
        double[] expected = exponential ? new double[] {Math.exp(-0.5), Math.exp(2.5)} : sums;
        assertThat(Asked.predict(model, new double[][] {{1}, {1.25}})).containsExactly(expected, within(1e-14));
        assertThatThrownBy(() -> Asked.imported(model.with("loss", "pinball")))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("loss = pinball");
    }

    @Test
    void twoClassesHaveOneTreeAndSeveralOneEach() {
        double[][] rows = {{1}, {1.25}};
        Map<String, Tensor> two = Asked.all(
                model("HistGradientBoostingClassifier", 1, List.of(STEP))
                        .with("loss", "log_loss")
                        .with("classes_", Made.objects("no", "yes")),
                rows);
        assertThat(two.get("decision_function").doubles()).containsExactly(-0.5, 2.5);
        assertThat(two.get("predict").strings()).containsExactly("no", "yes");
        assertThat(two.get("predict_proba").doubles()[1]).isCloseTo(Rows.sigmoid(-0.5), within(1e-15));
        Object other = predictor(leaf(1));
        Map<String, Tensor> three = Asked.all(
                model("HistGradientBoostingClassifier", 1, List.of(STEP, other, other))
                        .with("_baseline_prediction", new double[][] {{0.5, 0, -1}})
                        .with("loss", "log_loss")
                        .with("classes_", new long[] {3, 4, 5}),
                rows);
        assertThat(three.get("decision_function").doubles()).containsExactly(-0.5, 1, 0, 2.5, 1, 0);
        assertThat(three.get("predict").longs()).containsExactly(4, 3);
        assertThat(Arrays.copyOf(three.get("predict_proba").doubles(), 3))
                .containsExactly(Rows.softmax(-0.5, 1, 0), within(1e-15));
    }

    /** Rows of eight 32-bit words hold the codes that go left; bit 31 of a word must not be taken for a sign. */
    private static Made.Obj categorical(double missingLeft, int... codes) {
        double[] split = {0, 0, 0, missingLeft, 1, 2, 0, 1, 1};
        double[][] words = new double[16][1];
        for (int code : codes) {
            words[8 + code / 32][0] += Math.pow(2, code % 32);
        }
        Made.Arr packed = Made.table("word:u4", words);
        Object bits = new Made.Arr("u4", null, new int[] {2, 8}, packed.data());
        Object tree = ((Made.Obj) predictor(split, leaf(10), leaf(20))).with("raw_left_cat_bitsets", bits);
        Object mapper = sk("_BinMapper")
                .with("is_categorical_", new long[] {1})
                .with("bin_thresholds_", List.of(new double[] {0, 3, 31, 32, 63, 200, 255}));
        return model("HistGradientBoostingRegressor", 1, List.of(tree)).with("_bin_mapper", mapper);
    }

    @Test
    void categoriesGoLeftWhereTheirBitIsSet() {
        Object model = categorical(0, 3, 31, 63, 255);
        double[] answer = Asked.predict(model, new double[][] {{0}, {3}, {31}, {32}, {63}, {200}, {255}});
        assertThat(answer).containsExactly(20.5, 10.5, 10.5, 20.5, 10.5, 20.5, 10.5);
    }

    /** Codes that training never saw, and missing values, go where missing values went. */
    @ParameterizedTest
    @CsvSource({"0, 20.5", "1, 10.5"})
    void unseenCategoriesCountAsMissing(double missingLeft, double expected) {
        double[] answer = Asked.predict(categorical(missingLeft, 3), new double[][] {{7}, {Double.NaN}, {-1}, {999}});
        assertThat(answer).containsExactly(expected, expected, expected, expected);
    }

    @Test
    void categoriesWithoutTheirBitsAreRefused() {
        Object tree = predictor(new double[] {0, 0, 0, 0, 1, 2, 0, 1, 0}, leaf(1), leaf(2));
        assertThatThrownBy(() -> Asked.imported(model("HistGradientBoostingRegressor", 1, List.of(tree))))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("a category split without its categories");
        assertThatThrownBy(() -> Asked.imported(model("HistGradientBoostingRegressor", 1, List.of("tree"))))
                .hasMessageContaining("holds (tree) where a tree belongs");
    }

    @Test
    void aPreprocessorComesFirst() {
        Object columns = sk("ColumnTransformer")
                .with(
                        "transformers_",
                        List.of(Made.tuple("n", "passthrough", List.of(1)), Made.tuple("d", "drop", List.of(0))));
        Object model = model("HistGradientBoostingRegressor", 2, List.of(STEP)).with("_preprocessor", columns);
        assertThat(Asked.predict(model, new double[][] {{9, 0}, {0, 9}})).containsExactly(-0.5, 2.5);
    }
}
