package io.edgeai.monitor.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real exporters deliver: holes, infinite ratios, counters that begin anew, sensors that hang. */
class DirtySeriesTest {
    private static final int ROWS = 96;
    private static final List<Consumer<double[]>> READERS = List.of(
            series -> Forecaster.builder().periods(24).build().forecast(series, 5),
            series -> TrendTest.ofDefaults().test(series),
            series -> CrossingForecaster.ofDefaults().forecast(series, 1e6));

    private static double[] line() {
        double[] noise = Noise.autoregressive(new Random(4), ROWS, 0);
        return IntStream.range(0, ROWS).mapToDouble(t -> 100 + t + noise[t]).toArray();
    }

    private static double[] with(double value, int... rows) {
        double[] series = line();
        for (int row : rows) {
            series[row] = value;
        }
        return series;
    }

    private static Named<double[]> named(String name, double... series) {
        return Named.of(name, series);
    }

    static Stream<Named<double[]>> dirty() {
        int[] half = IntStream.range(0, ROWS / 2).map(i -> 2 * i).toArray();
        int[] head = IntStream.range(0, ROWS / 2).toArray();
        int[] tail = IntStream.range(ROWS / 2, ROWS).toArray();
        return Stream.of(
                named("every other row missing", with(Double.NaN, half)),
                named("begins late", with(Double.NaN, head)),
                named("ends early", with(Double.NaN, tail)),
                named("infinite", with(Double.POSITIVE_INFINITY, 0, 50, ROWS - 1)),
                named("minus infinite", with(Double.NEGATIVE_INFINITY, 0, 50, ROWS - 1)),
                named("largest", with(Double.MAX_VALUE, 20, ROWS - 1)),
                named("largest and its negative", with(-Double.MAX_VALUE, 1, 2, 3)),
                named("smallest", with(Double.MIN_VALUE, 20, ROWS - 1)),
                named("negative zero", with(-0.0, half)),
                named(
                        "hangs",
                        IntStream.range(0, ROWS)
                                .mapToDouble(t -> Math.min(t, 30))
                                .toArray()),
                named(
                        "counter reset",
                        IntStream.range(0, ROWS).mapToDouble(t -> t % 40).toArray()),
                named("constant", IntStream.range(0, ROWS).mapToDouble(t -> 7).toArray()),
                named(
                        "constant but one",
                        IntStream.range(0, ROWS)
                                .mapToDouble(t -> t == 50 ? 8 : 7)
                                .toArray()),
                named("tiny", Arrays.stream(line()).map(v -> v * 1e-300).toArray()));
    }

    @ParameterizedTest
    @MethodSource("dirty")
    void answersAreFiniteAndInOrder(double[] series) {
        double[] before = series.clone();
        Forecast forecast = Forecaster.builder().periods(24).build().forecast(series, 30);
        for (int h = 0; h < 30; h++) {
            assertThat(forecast.mean()[h]).as("step %s", h).isFinite();
            assertThat(forecast.lower()[h]).as("step %s", h).isFinite().isLessThanOrEqualTo(forecast.upper()[h]);
        }
        assertThat(forecast.members().stream()
                        .mapToDouble(Forecast.Share::weight)
                        .sum())
                .isCloseTo(1, within(1e-9));

        Trend trend = TrendTest.ofDefaults().test(series);
        assertThat(trend.pValue()).isBetween(0.0, 1.0);
        assertThat(trend.tau()).isBetween(-1.0, 1.0);
        assertThat(trend.slope()).isFinite().isBetween(trend.slopeLow(), trend.slopeHigh());
        assertThat(trend.autocorrelation()).isBetween(0.0, 1.0);

        Crossing crossing = CrossingForecaster.of(24, 50, 1).forecast(series, 1e6);
        assertThat(crossing.chance()).isBetween(0.0, 1.0);
        assertThat(crossing.p10()).isLessThanOrEqualTo(crossing.p50());
        assertThat(crossing.p50()).isLessThanOrEqualTo(crossing.p90());
        assertThat(series).as("the series is only read").containsExactly(before);
    }

    static Stream<Named<double[]>> hopeless() {
        double[] nothing = new double[ROWS];
        Arrays.fill(nothing, Double.NaN);
        return Stream.of(
                named("empty"),
                named("nothing", nothing),
                named("nine", Arrays.copyOf(line(), 9)),
                named("mostly missing", with(Double.NaN, IntStream.range(20, 70).toArray())),
                named(
                        "mostly infinite",
                        with(Double.POSITIVE_INFINITY, IntStream.range(0, 49).toArray())));
    }

    @ParameterizedTest
    @MethodSource("hopeless")
    void whatIsTooLittleIsRefusedByItsFigures(double[] series) {
        long finite = Arrays.stream(series).filter(Double::isFinite).count();
        for (Consumer<double[]> reader : READERS) {
            assertThatThrownBy(() -> reader.accept(series))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + finite + ") finite values in (" + series.length + ")")
                    .hasMessageContaining("Maybe");
        }
    }

    /** A hole is the mean of a period earlier and later, else the straight line between its neighbours. */
    @Test
    void holesAreFilledFromTheirPeriodElseFromTheirNeighbours() {
        double no = Double.NaN;
        double[] series = {no, 2, no, 7, 8, 10, no, 14, no};

        assertThat(RegularSeries.filled(series, 1)).containsExactly(2, 2, 4.5, 7, 8, 10, 12, 14, 14);
        assertThat(RegularSeries.filled(series, 1, 3)).containsExactly(7, 2, 10, 7, 8, 10, 7, 14, 10);
        assertThat(RegularSeries.filled(series, 1, 3, 4)).containsExactly(8, 2, 10, 7, 8, 10, 7, 14, 8);
    }

    /** One garbled value in a hundred moves the slope of all pairs hardly at all, whatever it is. */
    @ParameterizedTest
    @MethodSource("dirty")
    void aGarbledValueDoesNotTurnALine(double[] garbled) {
        double[] series = line();
        series[50] = garbled[50];
        Trend trend = TrendTest.ofDefaults().test(series);

        assertThat(trend.slope()).isCloseTo(1, within(0.02));
        assertThat(trend.rising()).isTrue();
    }
}
