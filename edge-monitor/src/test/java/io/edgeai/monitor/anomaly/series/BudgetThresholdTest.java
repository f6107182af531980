package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetThresholdTest {
    private static BudgetThreshold of(double perDay) {
        return new BudgetThreshold(new FalseAlarmBudget(perDay));
    }

    @ParameterizedTest
    @CsvSource({"3600,0", "300,0", "134.16407865,0.5", "60,1", "1,1"})
    void finenessRunsFromFiveMinutesToOne(double seconds, double fine) {
        assertThat(BudgetThreshold.fineness(seconds)).isCloseTo(fine, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0.1,300,100", "0.1,60,30", "0.1,134.16407865,65", "1,3600,7", "1000,60,1"})
    void alertsAreApartByTheRefractoryTimeOrAThirdOfTheBudgets(double perDay, double seconds, long rows) {
        assertThat(of(perDay).refractory(seconds)).isEqualTo(rows);
    }

    @ParameterizedTest
    @CsvSource({"0.1,300,3.35", "0.1,60,6.2", "0.01,300,4.35", "0.01,60,7.2", "1,60,5.2", "1000,300,1.2"})
    void atFirstItIsTheUsualOneMovedByADecadeForEachOfTheBudget(double perDay, double seconds, double threshold) {
        assertThat(of(perDay).next(0, seconds)).isCloseTo(threshold, within(0.15));
    }

    @Test
    void rowsThatComeOftenBeginWithAHigherThreshold() {
        double last = 0;
        for (double seconds : new double[] {3600, 60, 30, 10, 1}) {
            double threshold = of(0.1).next(0, seconds);
            assertThat(threshold).as("rows every %s s", seconds).isGreaterThan(last);
            last = threshold;
        }
    }

    /** Surprises with a known tail: independent, exponential beyond 2 with a mean excess, in one row of a hundred. */
    private static double exceedance(double threshold, double mean) {
        return 0.01 * Math.exp(-(threshold - 2) / mean);
    }

    /** The lightest tails meet the least threshold of fine rows, which leaves them a tenth of the budget. */
    @ParameterizedTest
    @CsvSource({"0.6, 60, 12", "0.7, 60, 3", "0.9, 60, 3", "0.6, 10, 12", "0.8, 10, 4"})
    void independentSurprisesStayUnderThreeBudgetsAndAreNotSilenced(double mean, double seconds, double quieter) {
        Random random = new Random(11);
        BudgetThreshold threshold = of(0.1);
        double now = 0;
        for (int row = 0; row < 40 * 86_400 / seconds; row++) {
            double surprise = random.nextInt(100) == 0 ? 2 - mean * Math.log(random.nextDouble()) : 0;
            now = threshold.next(surprise, seconds);
        }
        double perDay = exceedance(now, mean) * 86_400 / seconds;

        assertThat(perDay).as("alarms a day at %s, seed 11", now).isBetween(0.1 / quieter, 0.1 * 3);
    }

    /** Half an anomaly a day, each far above all else, in a series that is otherwise as above. */
    @Test
    void anomaliesMoveItByLessThanAQuarter() {
        double[] thresholds = new double[2];
        for (int run = 0; run < 2; run++) {
            Random random = new Random(12);
            BudgetThreshold threshold = of(0.1);
            for (int row = 0; row < 40 * 1440; row++) {
                double surprise = random.nextInt(100) == 0 ? 2 - 0.8 * Math.log(random.nextDouble()) : 0;
                boolean anomaly = run == 1 && row % 2880 == 2000;
                thresholds[run] = threshold.next(anomaly ? 15 : surprise, 60);
            }
        }
        assertThat(thresholds[1]).isBetween(thresholds[0], 1.25 * thresholds[0]);
    }

    @Test
    void aQuietSeriesOfAnHourLowersItAndOneOfAMinuteDoesNot() {
        BudgetThreshold hourly = of(0.1);
        BudgetThreshold minutely = of(0.1);
        double slow = 0;
        double fast = 0;
        for (int row = 0; row < 50_000; row++) {
            slow = hourly.next(0.5, 3600);
            fast = minutely.next(0.5, 60);
        }
        assertThat(slow).isCloseTo(3.35 - 0.65, within(1e-9));
        assertThat(fast).isCloseTo(6.2, within(1e-9));
    }
}
