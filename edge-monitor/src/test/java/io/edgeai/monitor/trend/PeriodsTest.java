package io.edgeai.monitor.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Series whose period is known because they were made with it, and noise that has none. */
class PeriodsTest {
    private static double[] series(int rows, IntToDoubleFunction value) {
        double[] values = new double[rows];
        Arrays.setAll(values, value);
        return values;
    }

    private static double wave(int t, double period) {
        return Math.sin(2 * Math.PI * t / period) + 0.5 * Math.cos(4 * Math.PI * t / period + 1);
    }

    @ParameterizedTest
    @CsvSource({"4,56", "7,70", "12,100", "24,240", "60,700", "288,4032"})
    void aPeriodIsFoundInNoiseAndOnASlope(int period, int rows) {
        Random random = new Random(period);
        double[] values = series(rows, t -> 10 + 0.01 * t + wave(t, period) + 0.2 * random.nextGaussian());
        assertThat(Periods.find(values)).containsExactly(period);
    }

    @Test
    void aSquareWaveRepeatsAfterItsWholeLength() {
        double[] values = series(4032, t -> t % 288 < 100 ? 80 : 20);
        assertThat(Periods.find(values)).containsExactly(288);
    }

    @Test
    void aWeekIsFoundBesideTheDay() {
        Random random = new Random(3);
        double[] values =
                series(24 * 7 * 6, t -> 50 + 10 * wave(t, 24) * (t / 24 % 7 < 5 ? 1 : 0.3) + random.nextGaussian());
        assertThat(Periods.find(values)).containsExactly(24, 168);
    }

    /** A period of 47.6 rows lies near two days of half-hours; one of 40 near nothing. */
    @Test
    void thoseOfTheCalendarAreTakenWhereTheyAreNear() {
        Random random = new Random(5);
        double[] near = series(700, t -> wave(t, 47.6) + 0.3 * random.nextGaussian());
        assertThat(Periods.find(near, 48)).containsExactly(48);
        double[] far = series(700, t -> wave(t, 40) + 0.3 * random.nextGaussian());
        assertThat(Periods.find(far, 48)).containsExactly(40);
    }

    @Test
    void ofTheCalendarTheNextMultipleIsTakenTooWhereFourOfItAreThere() {
        double[] month = series(24 * 28, t -> wave(t, 24));
        assertThat(Periods.find(month, 24, 168)).containsExactly(24, 168);
        assertThat(Periods.find(Arrays.copyOf(month, 24 * 28 - 1), 24, 168)).containsExactly(24);
    }

    /** White, autocorrelated, and a random walk. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.7, 1})
    void noiseHasNoPeriod(double memory) {
        Random random = new Random(11);
        int found = 0;
        for (int run = 0; run < 400; run++) {
            double[] values = new double[50 + random.nextInt(600)];
            for (int t = 0; t < values.length; t++) {
                values[t] = (t == 0 ? 0 : memory * values[t - 1]) + random.nextGaussian();
            }
            found += Periods.find(values).length > 0 ? 1 : 0;
        }
        assertThat(found).as("of 400, seed 11").isLessThanOrEqualTo(16);
    }

    @Test
    void holesDoNotHideIt() {
        Random random = new Random(7);
        double[] values = series(480, t -> random.nextInt(4) == 0 ? Double.NaN : wave(t, 24));
        assertThat(Periods.find(values)).containsExactly(24);
    }

    @Test
    void whatIsTooShortConstantOrMissingHasNone() {
        assertThat(Periods.find(new double[0])).isEmpty();
        assertThat(Periods.find(new double[] {1, 2, 1, 2, 1, 2})).isEmpty();
        assertThat(Periods.find(new double[500], 24)).isEmpty();
        assertThat(Periods.find(series(500, t -> Double.NaN))).isEmpty();
        assertThat(Periods.find(series(500, t -> t % 3 == 0 ? wave(t, 24) : Double.POSITIVE_INFINITY)))
                .isEmpty();
        assertThat(Periods.find(series(500, t -> 1e200 * t))).isEmpty();
        assertThat(Periods.find(series(81, t -> t % 2 == 0 || t == 1 ? Double.NaN : wave(t, 8))))
                .as("39 of 81")
                .isEmpty();
        assertThat(Periods.find(series(81, t -> t % 2 == 0 ? Double.NaN : wave(t, 8))))
                .as("40 of 81, less than half")
                .isEmpty();
        assertThat(Periods.find(series(95, t -> wave(t, 24))))
                .as("three cycles")
                .isEmpty();
    }

    @Test
    void theCalendarInRows() {
        assertThat(Periods.ofCalendar(Duration.ofHours(1))).containsExactly(24, 168);
        assertThat(Periods.ofCalendar(Duration.ofMinutes(5))).containsExactly(12, 288, 2016);
        assertThat(Periods.ofCalendar(Duration.ofDays(1))).containsExactly(7);
        assertThat(Periods.ofCalendar(Duration.ofMinutes(7)))
                .as("a week has 1,440 of them")
                .containsExactly(1440);
        assertThat(Periods.ofCalendar(Duration.ZERO)).isEmpty();
    }

    @Test
    void forecastsGoOnWithWhatIsFound() {
        double[] values = series(24 * 20, t -> 100 + 30 * Math.sin(2 * Math.PI * t / 24));
        Forecast found = Forecaster.ofDefaults().forecast(values, 48);
        Forecast none = Forecaster.builder().periods().build().forecast(values, 48);
        assertThat(found.periods()).containsExactly(24);
        assertThat(none.periods()).isEmpty();
        for (int h = 1; h <= 48; h++) {
            double expected = 100 + 30 * Math.sin(2 * Math.PI * (values.length + h - 1) / 24);
            assertThat(found.mean()[h - 1]).isCloseTo(expected, within(0.5));
        }
    }
}
