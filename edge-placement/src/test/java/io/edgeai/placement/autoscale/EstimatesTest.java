package io.edgeai.placement.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.autoscale.ServiceProfile.ColdStart;
import io.edgeai.placement.autoscale.ServiceProfile.Variant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimatesTest {
    /** Knuth's method: count uniform factors until their product falls below e^−mean. */
    private static long poisson(SplittableRandom random, double mean) {
        double left = Math.exp(-mean);
        double product = random.nextDouble();
        long count = 0;
        while (product > left) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }

    @Test
    void aSteadyRateIsKnownFromMinutes() {
        int close = 0;
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ArrivalRate rate = new ArrivalRate(256);
            for (int i = 0; i < 400; i++) {
                rate.add(2, poisson(random, 20));
            }
            if (Math.abs(rate.rate() - 10) < 0.6 && rate.window() >= 64) {
                close++;
            }
        }
        assertThat(close)
                .as("of 50 within 4 standard errors over a minute or more")
                .isGreaterThanOrEqualTo(45);
    }

    @Test
    void aStepIsSeenWithinTwoTicks() {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ArrivalRate rate = new ArrivalRate(256);
            for (int i = 0; i < 200; i++) {
                rate.add(2, poisson(random, 40));
            }
            rate.add(2, poisson(random, 160));
            rate.add(2, poisson(random, 160));
            assertThat(rate.rate()).as("seed " + seed).isBetween(60.0, 110.0);
        }
    }

    @Test
    void theMeanOverATimeIsThatOfItsTicks() {
        ArrivalRate rate = new ArrivalRate(4);
        for (long arrivals : new long[] {100, 2, 4, 6, 8}) {
            rate.add(2, arrivals);
        }
        assertThat(rate.over(2)).isEqualTo(4);
        assertThat(rate.over(4)).isEqualTo(3.5);
        assertThat(rate.over(100)).as("only four ticks are kept").isEqualTo(2.5);
    }

    @Test
    void theSeasonSaysWhatUsuallyComesNext() {
        SeasonalForecast season = new SeasonalForecast(24, 24);
        for (int second = 0; second < 72; second++) {
            double usual = 100 + 80 * Math.sin(2 * Math.PI * (second % 24) / 24);
            season.add(second + 0.5, 1, Math.round(usual));
        }
        assertThat(season.ratio(48.5, 6)).isCloseTo(180.0 / 100, within(0.02));
        assertThat(season.ratio(54.5, 12)).isCloseTo(1.0 / 3, within(1e-9));
        assertThat(season.error()).as("regular seasons are foretold").isLessThan(0.1);
        assertThat(new SeasonalForecast(24, 24).ratio(3, 4)).isEqualTo(1);
    }

    @Test
    void serviceTimesMoveFromWhatWasToldToWhatIsSeen() {
        ServiceTimes times = new ServiceTimes(new Variant("v", 1, 0, 1));
        assertThat(times.known().serviceSeconds()).isEqualTo(1);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2000; i++) {
            double one = -0.25 * Math.log(1 - random.nextDouble());
            double two = -0.25 * Math.log(1 - random.nextDouble());
            times.add(2, one + two, one * one + two * two);
        }
        assertThat(times.known().serviceSeconds()).isCloseTo(0.25, within(0.03));
        assertThat(times.known().scv()).as("of an exponential law").isCloseTo(1, within(0.25));
    }

    @Test
    void coldStartsAreToldUntilTenWereSeen() {
        ColdStarts starts = new ColdStarts(new ColdStart(10, 20));
        assertThat(starts.usual()).isCloseTo(10 * Math.exp(Math.log(2) * 1.2815515655 / 1.6448536270), within(1e-6));
        for (int i = 1; i <= 9; i++) {
            starts.add(i);
        }
        assertThat(starts.usual()).isGreaterThan(10);
        starts.add(10);
        assertThat(starts.usual()).as("the ninth of ten").isEqualTo(9);
    }
}
