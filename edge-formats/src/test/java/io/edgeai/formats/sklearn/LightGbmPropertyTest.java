package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random boosters in LightGBM's text against a walk over that text, row by row. */
class LightGbmPropertyTest {
    private static final int ROWS = 80;
    private static final int FEATURES = 5;

    private static Object wrapped(String kind, String text, int best, Object... more) {
        Object[] attributes = Arrays.copyOf(more, more.length + 4);
        attributes[more.length] = "_Booster";
        attributes[more.length + 1] =
                Made.of("lightgbm.basic", "Booster", "_handle", text, "best_iteration", (long) best);
        attributes[more.length + 2] = "_n_features";
        attributes[more.length + 3] = FEATURES;
        return Made.of("lightgbm.sklearn", kind, attributes);
    }

    private static double[][] rows(LightGbmDump dump) {
        double[][] rows = new double[ROWS][];
        Arrays.setAll(rows, i -> dump.row());
        return rows;
    }

    private static LightGbmDump boosted(long seed, int groups, String objective, boolean averaged, int rounds) {
        LightGbmDump dump = new LightGbmDump(seed, FEATURES, groups, objective, averaged);
        for (int i = 0; i < rounds * groups; i++) {
            dump.grow(1 + (int) ((seed + i) % 14));
        }
        return dump;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyRowTakesTheWayOfItsText(long seed) {
        LightGbmDump dump = boosted(seed, 1, "regression", false, 12);
        double[][] rows = rows(dump);

        double[] found = Asked.predict(wrapped("LGBMRegressor", dump.text(), 0), rows);

        for (int i = 0; i < ROWS; i++) {
            assertThat(found[i])
                    .as("seed %d, row %s", seed, Arrays.toString(rows[i]))
                    .isCloseTo(LightGbmDump.walk(dump.text(), 1, 99, rows[i])[0], within(1e-12));
        }
    }

    static Stream<Arguments> links() {
        DoubleUnaryOperator sigmoid = Rows::sigmoid;
        return Stream.of(
                Arguments.of("regression", DoubleUnaryOperator.identity()),
                Arguments.of("regression_l1", DoubleUnaryOperator.identity()),
                Arguments.of("huber", DoubleUnaryOperator.identity()),
                Arguments.of("fair", DoubleUnaryOperator.identity()),
                Arguments.of("quantile alpha:0.9", DoubleUnaryOperator.identity()),
                Arguments.of("mape", DoubleUnaryOperator.identity()),
                Arguments.of("lambdarank", DoubleUnaryOperator.identity()),
                Arguments.of("regression sqrt", (DoubleUnaryOperator) raw -> Math.signum(raw) * raw * raw),
                Arguments.of("poisson", (DoubleUnaryOperator) Math::exp),
                Arguments.of("gamma", (DoubleUnaryOperator) Math::exp),
                Arguments.of("tweedie", (DoubleUnaryOperator) Math::exp),
                Arguments.of("cross_entropy", sigmoid));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("links")
    void eachObjectiveBendsTheSumInItsWay(String objective, DoubleUnaryOperator link) {
        LightGbmDump dump = boosted(21, 1, objective, false, 6);
        double[][] rows = rows(dump);

        double[] found = Asked.predict(wrapped("LGBMRegressor", dump.text(), 0), rows);

        for (int i = 0; i < ROWS; i++) {
            double wanted = link.applyAsDouble(LightGbmDump.walk(dump.text(), 1, 99, rows[i])[0]);
            assertThat(found[i]).as("row %d", i).isCloseTo(wanted, within(1e-9 * Math.max(1, Math.abs(wanted))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"multiclass num_class:3", "multiclassova num_class:3 sigmoid:1.5"})
    void treesOfSeveralClassesTakeTurns(String objective) {
        LightGbmDump dump = boosted(31, 3, objective, false, 5);
        double[][] rows = rows(dump);

        Map<String, Tensor> found = Asked.all(
                wrapped("LGBMClassifier", dump.text(), 0, "_classes", Made.objects("low", "middle", "high")), rows);

        double[] shares = found.get("predict_proba").doubles();
        for (int i = 0; i < ROWS; i++) {
            double[] raw = LightGbmDump.walk(dump.text(), 3, 99, rows[i]);
            double[] wanted = objective.startsWith("multiclassova")
                    ? Arrays.stream(raw).map(r -> Rows.sigmoid(1.5 * r)).toArray()
                    : Rows.softmax(raw);
            for (int c = 0; c < 3; c++) {
                assertThat(shares[3 * i + c]).as("row %d, class %d", i, c).isCloseTo(wanted[c], within(1e-12));
            }
            assertThat(found.get("predict").strings()[i])
                    .isEqualTo(new String[] {"low", "middle", "high"}[Rows.argmax(wanted)]);
        }
    }

    @Test
    void onlyTreesUpToTheBestRoundCount() {
        LightGbmDump dump = boosted(41, 1, "binary sigmoid:1", false, 9);
        double[][] rows = rows(dump);

        Map<String, Tensor> found =
                Asked.all(wrapped("LGBMClassifier", dump.text(), 4, "_classes", new long[] {0, 1}), rows);

        for (int i = 0; i < ROWS; i++) {
            double raw = LightGbmDump.walk(dump.text(), 1, 4, rows[i])[0];
            assertThat(found.get("predict_proba").doubles()[2 * i + 1]).isCloseTo(Rows.sigmoid(raw), within(1e-12));
            assertThat(found.get("decision_function").doubles()[i]).isCloseTo(raw, within(1e-12));
            assertThat(found.get("predict").longs()[i]).isEqualTo(raw > 0 ? 1 : 0);
        }
    }

    /** Random forests answer with the mean of their trees; raw scores stay sums. */
    @Test
    void forestsAreAveraged() {
        LightGbmDump dump = boosted(51, 1, "regression", true, 8);
        double[][] rows = rows(dump);

        double[] found = Asked.predict(wrapped("LGBMRegressor", dump.text(), 0), rows);

        assertThat(dump.trees()).isEqualTo(8);
        for (int i = 0; i < ROWS; i++) {
            assertThat(found[i])
                    .as("row %d", i)
                    .isCloseTo(LightGbmDump.walk(dump.text(), 1, 99, rows[i])[0] / 8, within(1e-12));
        }
    }
}
