package io.edgeai.monitor.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kendall's statistic and the slopes against enumeration of all orders and all pairs. */
class KendallPropertyTest {
    private static Slopes slopes(double[] values) {
        return Slopes.of(Points.of(values, Deseasoned.of(values, values.length, 1)));
    }

    private static long kendall(double[] values) {
        long sum = 0;
        for (int i = 0; i < values.length; i++) {
            for (int j = i + 1; j < values.length; j++) {
                sum += Double.compare(values[j], values[i]);
            }
        }
        return sum;
    }

    /** Squares of the statistic of every order of the values, by exchanging each with each. */
    private static double squares(double[] values, int from) {
        if (from == values.length) {
            return (double) kendall(values) * kendall(values);
        }
        double sum = 0;
        for (int i = from; i < values.length; i++) {
            exchange(values, from, i);
            sum += squares(values, from + 1);
            exchange(values, from, i);
        }
        return sum;
    }

    private static void exchange(double[] values, int i, int j) {
        double kept = values[i];
        values[i] = values[j];
        values[j] = kept;
    }

    /** Without a trend every order is as likely: the variance is the mean square over all n! of them. */
    @ParameterizedTest
    @ValueSource(strings = {"1234567", "1123456", "1122334", "1112223", "1111222", "1111112", "5555555", "12", "11222"})
    void theVarianceIsThatOverAllOrders(String digits) {
        double[] values = digits.chars().mapToDouble(c -> c).toArray();
        double orders = IntStream.rangeClosed(1, values.length).asDoubleStream().reduce(1, (a, b) -> a * b);

        assertThat(slopes(values).variance()).isCloseTo(squares(values.clone(), 0) / orders, within(1e-9));
    }

    @RepeatedTest(10)
    void statisticAndSlopesAreThoseOfAllPairs(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        int rows = 10 + random.nextInt(60);
        double[] values = new double[rows];
        List<Integer> present = new ArrayList<>();
        for (int t = 0; t < rows; t++) {
            boolean missing = t >= 10 && random.nextInt(4) == 0;
            values[t] = missing ? Double.NaN : random.nextInt(2 + (int) seed) + 0.1 * t;
            if (!missing) {
                present.add(t);
            }
        }
        List<Double> all = new ArrayList<>();
        long rising = 0;
        for (int i : present) {
            for (int j : present) {
                if (i < j) {
                    all.add((values[j] - values[i]) / (j - i));
                    rising += Double.compare(values[j], values[i]);
                }
            }
        }
        Collections.sort(all);
        double median = (all.get((all.size() - 1) / 2) + all.get(all.size() / 2)) / 2;

        Trend trend = TrendTest.ofDefaults().test(values);

        assertThat(trend.rows()).as("seed %s", seed).isEqualTo(present.size());
        assertThat(trend.tau()).as("seed %s", seed).isCloseTo((double) rising / all.size(), within(1e-12));
        assertThat(trend.slope()).as("seed %s", seed).isCloseTo(median, within(1e-12));
        assertThat(trend.slope()).as("seed %s", seed).isBetween(trend.slopeLow(), trend.slopeHigh());
    }

    /** What turning a series upside down, backwards, or into another unit must do to a verdict. */
    @RepeatedTest(8)
    void mirroredSeriesHaveMirroredTrends(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        double[] values = Noise.autoregressive(new Random(seed), 61, 0.3);
        IntStream.range(0, 61).forEach(t -> values[t] += 0.01 * seed * t);
        double[] backwards =
                IntStream.range(0, 61).mapToDouble(t -> values[60 - t]).toArray();
        TrendTest test = TrendTest.ofDefaults();

        Trend trend = test.test(values);
        Trend down = test.test(Arrays.stream(values).map(v -> -v).toArray());
        Trend back = test.test(backwards);
        Trend scaled = test.test(Arrays.stream(values).map(v -> 1024 * v).toArray());

        for (Trend mirrored : List.of(down, back)) {
            assertThat(mirrored.tau()).as("seed %s", seed).isEqualTo(-trend.tau());
            assertThat(mirrored.slope()).as("seed %s", seed).isCloseTo(-trend.slope(), within(1e-12));
            assertThat(mirrored.pValue()).as("seed %s", seed).isCloseTo(trend.pValue(), within(1e-9));
            assertThat(mirrored.falling()).as("seed %s", seed).isEqualTo(trend.rising());
        }
        assertThat(scaled.slope()).as("seed %s", seed).isEqualTo(1024 * trend.slope());
        assertThat(scaled.pValue()).as("seed %s", seed).isCloseTo(trend.pValue(), within(1e-12));
    }
}
