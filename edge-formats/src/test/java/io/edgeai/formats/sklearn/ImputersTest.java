package io.edgeai.formats.sklearn;

import static io.edgeai.formats.sklearn.Made.sk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImputersTest {
    private static final double NONE = Double.NaN;
    private static final double[][] ROWS = {{NONE, 1}, {2, NONE}, {-1, -1}};

    private static Made.Obj simple(String strategy, Object fills) {
        return sk("SimpleImputer").with("strategy", strategy).with("statistics_", fills);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "median", "most_frequent", "constant"})
    void missingValuesGetTheirColumnsStatistic(String strategy) {
        Object model = simple(strategy, new double[] {7, 8});
        assertThat(Asked.transform(model, ROWS)).containsExactly(7, 1, 2, 8, -1, -1);
    }

    /** A marker other than NaN is replaced, and NaN is then a value like others. */
    @Test
    void anyNumberMayMarkWhatIsMissing() {
        Object model = simple("mean", new double[] {7, 8}).with("missing_values", -1);
        assertThat(Asked.transform(model, ROWS)).containsExactly(NONE, 1, 2, NONE, 7, 8);
        Object real = simple("mean", new double[] {7, 8}).with("missing_values", 2.0);
        assertThat(Asked.transform(real, ROWS)).containsExactly(NONE, 1, 7, NONE, -1, -1);
        Object nan = simple("mean", new double[] {7, 8}).with("missing_values", NONE);
        assertThat(Asked.transform(nan, ROWS)).containsExactly(7, 1, 2, 8, -1, -1);
    }

    /** A column without any value in training has no statistic: it is left out, unless it is kept. */
    @ParameterizedTest
    @CsvSource({"mean, false, '1 8 -1'", "mean, true, 'NaN 1 2 8 -1 -1'", "constant, false, 'NaN 1 2 8 -1 -1'"})
    void emptyColumnsAreLeftOutUnlessTheyAreKept(String strategy, boolean keeps, String expected) {
        Object model = simple(strategy, new double[] {NONE, 8}).with("keep_empty_features", keeps);
        double[] values = Arrays.stream(expected.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(Asked.transform(model, ROWS)).isEqualTo(values);
    }

    @Test
    void indicatorsFollowTheValues() {
        Object indicator = sk("MissingIndicator").with("features_", new long[] {0, 1});
        Object model =
                simple("mean", new double[] {7, 8}).with("add_indicator", true).with("indicator_", indicator);
        assertThat(Asked.transform(model, ROWS)).containsExactly(7, 1, 1, 0, 2, 8, 0, 1, -1, -1, 0, 0);
        Object none = sk("MissingIndicator").with("features_", new long[0]);
        Object without =
                simple("mean", new double[] {7, 8}).with("add_indicator", true).with("indicator_", none);
        assertThat(Asked.transform(without, ROWS)).containsExactly(7, 1, 2, 8, -1, -1);
    }

    @Test
    void anIndicatorAloneGivesFlagsOfItsColumns() {
        Object model = sk("MissingIndicator")
                .with("features_", new long[] {1})
                .with("missing_values", -1)
                .with("n_features_in_", 2);
        Tensor answer = Asked.all(model, ROWS).get("transform");
        assertThat(answer.shape()).containsExactly(3, 1);
        assertThat(answer.bytes()).containsExactly(0, 0, 1);
    }

    @Test
    void regressionTextOfSeveralColumnsIsFilledWithText() {
        Object model = simple("constant", Made.objects("none", "?"));
        Map<String, Tensor> answer =
                Asked.all(model, Map.of("input", Tensor.of(new String[] {"", "b", "a", ""}, 2, 2)));
        assertThat(answer.get("transform").strings()).containsExactly("none", "b", "a", "?");
        Object marked = simple("constant", Made.objects("none")).with("missing_values", "n/a");
        Object coded = Made.pipeline(
                "fill",
                marked,
                "code",
                sk("OrdinalEncoder").with("categories_", List.of(Made.objects("", "a", "none"))));
        assertThat(Asked.ofText(coded, "n/a", "a", "")).containsExactly(2, 1, 0);
    }

    @Test
    void otherMarkersAreNamed() {
        Object model = simple("mean", new double[] {7}).with("missing_values", new Made.Global("pandas", "NA"));
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("missing_values = ");
    }

    /**
     * scikit-learn's definition written out: distances over the columns both rows have, scaled up; of the rows that have
     * the value the k nearest are averaged; where no row shares a column, the column's mean.
     */
    @Test
    void nearestNeighboursFillTheirMean() {
        for (int seed = 0; seed < 15; seed++) {
            Random random = new Random(seed);
            double[][] train = holes(random, 20, 4, 0.3);
            double[][] asked = holes(random, 12, 4, 0.4);
            asked[0] = new double[] {NONE, NONE, NONE, NONE};
            int k = 1 + random.nextInt(6);
            Object model = sk("KNNImputer")
                    .with("_fit_X", train)
                    .with("_valid_mask", Made.flags(true, true, true, true))
                    .with("n_neighbors", k)
                    .with("weights", "uniform");
            double[] expected = Rows.map(asked, row -> {
                double[] filled = row.clone();
                for (int f = 0; f < 4; f++) {
                    filled[f] = Double.isNaN(row[f]) ? imputed(train, row, f, k) : row[f];
                }
                return filled;
            });
            assertThat(Asked.transform(model, asked)).as("seed " + seed).containsExactly(expected, within(1e-12));
        }
    }

    private static double[][] holes(Random random, int count, int width, double share) {
        double[][] rows = Rows.random(random, count, width);
        for (double[] row : rows) {
            for (int f = 0; f < width; f++) {
                row[f] = random.nextDouble() < share ? NONE : row[f];
            }
        }
        return rows;
    }

    private static double imputed(double[][] train, double[] row, int column, int k) {
        int[] donors = IntStream.range(0, train.length)
                .filter(i -> !Double.isNaN(train[i][column]))
                .toArray();
        double[] near = Arrays.stream(donors)
                .boxed()
                .filter(i -> Double.isFinite(distance(train[i], row)))
                .sorted(Comparator.comparingDouble(i -> distance(train[i], row)))
                .limit(k)
                .mapToDouble(i -> train[i][column])
                .toArray();
        return near.length > 0
                ? Arrays.stream(near).average().orElseThrow()
                : Arrays.stream(donors)
                        .mapToDouble(i -> train[i][column])
                        .average()
                        .orElseThrow();
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        int both = 0;
        for (int f = 0; f < a.length; f++) {
            if (!Double.isNaN(a[f]) && !Double.isNaN(b[f])) {
                sum += (a[f] - b[f]) * (a[f] - b[f]);
                both++;
            }
        }
        return both == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(sum * a.length / both);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void regressionEmptyColumnsOfNeighboursAreZeroWhereTheyAreKept(boolean keeps) {
        Object model = sk("KNNImputer")
                .with("_fit_X", new double[][] {{1, NONE, 5}, {2, NONE, 6}})
                .with("_valid_mask", Made.flags(true, false, true))
                .with("n_neighbors", 1)
                .with("weights", "uniform")
                .with("keep_empty_features", keeps);
        double[] answer = Asked.transform(model, new double[] {1.9, 3, NONE});
        assertThat(answer).isEqualTo(keeps ? new double[] {1.9, 0, 6} : new double[] {1.9, 6});
    }

    @ParameterizedTest
    @CsvSource({"weights, distance", "metric, manhattan", "missing_values, -1"})
    void otherWaysOfLookingForNeighboursAreNamed(String option, String value) {
        Object model = sk("KNNImputer")
                .with("_fit_X", new double[][] {{1}})
                .with("_valid_mask", Made.flags(true))
                .with("n_neighbors", 1)
                .with(option, option.equals("missing_values") ? Long.valueOf(-1) : value);
        assertThatThrownBy(() -> Asked.imported(model))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("KNNImputer")
                .hasMessageContaining(option);
    }

    private static Made.Obj iterative(Object rounds) {
        return sk("IterativeImputer")
                .with("initial_imputer_", simple("mean", new double[] {7, 8}))
                .with("imputation_sequence_", rounds)
                .with("_min_value", new double[] {-100, -100})
                .with("_max_value", new double[] {100, 100})
                .with("n_features_in_", 2);
    }

    private static Object round(int target, int predictor, double slope, double intercept) {
        Object fit = sk("LinearRegression").with("coef_", new double[] {slope}).with("intercept_", intercept);
        return Made.tuple(target, new long[] {predictor}, fit);
    }

    /** Each round sees what the rounds before it filled; known values are never touched. */
    @Test
    void roundsBuildOnEachOther() {
        Object rounds = List.of(round(0, 1, 2, 1), round(1, 0, -1, 0), round(0, 1, 10, 0));
        double[] answer = Asked.transform(iterative(rounds), ROWS);
        assertThat(answer).containsExactly(10, 1, 2, -2, -1, -1);
        double[] both = Asked.transform(iterative(rounds), new double[] {NONE, NONE});
        double first = 2 * 8 + 1;
        assertThat(both).containsExactly(-100, -first);
    }

    @Test
    void roundsMayBeNamedTuplesAndEndAtTheBounds() {
        Made.Call triplet = new Made.Call(
                new Made.Global("sklearn.impute._iterative", "_ImputerTriplet"),
                1,
                new long[] {0},
                sk("Ridge").with("coef_", new double[] {1000}).with("intercept_", 0.0));
        Made.Obj model = iterative(List.of(triplet));
        assertThat(Asked.transform(model, ROWS)).containsExactly(7, 1, 2, 100, -1, -1);
        assertThat(Asked.transform(model.with("_max_value", 5.5), ROWS)).containsExactly(7, 1, 2, 5.5, -1, -1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sample_posterior", "keep_empty_features"})
    void whatIterativeImputersCannotRepeatIsNamed(String option) {
        assertThatThrownBy(() -> Asked.imported(iterative(List.of()).with(option, true)))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(option + " = True");
    }

    @Test
    void roundsNeedAStartInEachColumn() {
        Object empty = iterative(List.of()).with("initial_imputer_", simple("mean", new double[] {NONE, 8}));
        assertThatThrownBy(() -> Asked.imported(empty)).hasMessageContaining("columns without any value in training");
    }
}
