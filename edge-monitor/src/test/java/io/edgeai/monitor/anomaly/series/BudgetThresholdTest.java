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
    @CsvSource({"0.1,300,3.35", "0.1,60,6.05", "0.01,300,4.35", "0.01,60,7.05", "1,60,5.05", "1000,300,1.2"})
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

    /** What eight series of 40 days (a minute: 100) give on average at their last thresholds. */
    @ParameterizedTest
    @CsvSource({"0.6, 60, 100", "0.7, 60, 100", "0.9, 60, 100", "0.6, 10, 40", "0.8, 10, 40"})
    void independentSurprisesKeepTheBudgetWithinAFactorOfThree(double mean, double seconds, int days) {
        double perDay = 0;
        for (int seed = 11; seed < 19; seed++) {
            Random random = new Random(seed);
            BudgetThreshold threshold = of(0.1);
            double now = 0;
            for (int row = 0; row < days * 86_400 / seconds; row++) {
                double surprise = random.nextInt(100) == 0 ? 2 - mean * Math.log(random.nextDouble()) : 0;
                now = threshold.next(surprise, seconds);
            }
            perDay += exceedance(now, mean) * 86_400 / seconds / 8;
        }
        assertThat(perDay).as("alarms a day, seeds 11 to 18").isBetween(0.1 / 3, 0.1 * 3);
    }

    /** Tails much lighter than an exponential, as of bounded noise: the right threshold is far below the least at first. */
    @ParameterizedTest
    @CsvSource({"60, 100, 2.0", "10, 60, 2.2"})
    void lightTailsGetTheirBudgetToo(double seconds, int days, double size) {
        int alerts = 0;
        int seeds = 6;
        for (int seed = 0; seed < seeds; seed++) {
            Random random = new Random(seed);
            BudgetThreshold threshold = of(0.1);
            long last = -1000;
            for (int row = 0; row < days * 86_400 / seconds; row++) {
                double surprise = random.nextInt(20) == 0 ? size * Math.sqrt(-Math.log(1 - random.nextDouble())) : 0;
                if (surprise >= threshold.next(surprise, seconds) && row - last > 30) {
                    alerts++;
                    last = row;
                }
            }
        }
        assertThat(alerts / (0.1 * days * seeds))
                .as("share of the budget, seeds 0 to 5")
                .isBetween(1 / 3.0, 3.0);
    }

    /** A budget so large that anomalies hardly count in it is kept by counting. */
    @ParameterizedTest
    @CsvSource({"1, 10", "1, 60", "3, 60"})
    void aLargeBudgetIsKeptWithinAFactorOfTwo(double budget, double seconds) {
        int alerts = 0;
        int days = seconds < 60 ? 15 : 60;
        int seeds = 4;
        for (int seed = 21; seed < 21 + seeds; seed++) {
            Random random = new Random(seed);
            BudgetThreshold threshold = of(budget);
            long last = -1000;
            for (int row = 0; row < days * 86_400 / seconds; row++) {
                double surprise = 2 - 0.6 * Math.log(1 - random.nextDouble());
                if (surprise >= threshold.next(surprise, seconds) && row - last >= threshold.refractory(seconds)) {
                    alerts++;
                    last = row;
                }
            }
        }
        assertThat(alerts / (budget * days * seeds))
                .as("share of the budget, seeds 21 to 24")
                .isBetween(0.5, 2.0);
    }

    /** Half an anomaly a day, five times the budget and each far above all else, in a series that is otherwise as above. */
    @Test
    void anomaliesMoveItByHalfAtMost() {
        double ratio = 0;
        for (int seed = 12; seed < 20; seed++) {
            double[] thresholds = new double[2];
            for (int run = 0; run < 2; run++) {
                Random random = new Random(seed);
                BudgetThreshold threshold = of(0.1);
                for (int row = 0; row < 40 * 1440; row++) {
                    double surprise = random.nextInt(100) == 0 ? 2 - 0.8 * Math.log(random.nextDouble()) : 0;
                    boolean anomaly = run == 1 && row % 2880 == 2000;
                    thresholds[run] = threshold.next(anomaly ? 15 : surprise, 60);
                }
            }
            ratio += thresholds[1] / thresholds[0] / 8;
        }
        assertThat(ratio).as("mean of seeds 12 to 19").isBetween(1.0, 1.5);
    }

    @Test
    void aQuietSeriesLowersItByAFifthAtMost() {
        BudgetThreshold hourly = of(0.1);
        BudgetThreshold minutely = of(0.1);
        double slow = 0;
        double fast = 0;
        for (int row = 0; row < 50_000; row++) {
            slow = hourly.next(0.5, 3600);
            fast = minutely.next(0.5, 60);
        }
        assertThat(slow).isCloseTo(3.35 - 0.65, within(1e-9));
        assertThat(fast).isCloseTo(0.8 * 6.05, within(1e-9));
    }
}
