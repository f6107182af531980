package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Latencies made to a known plan: slower by day, quicker at weekends, 5 % noise on the median and 10 % on the p99. Begins
 * on a Monday at midnight.
 */
class SeasonalLatencyTest {
    private static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
    private static final double DAY = 24;
    private static final double WEEK = 7 * DAY;

    private static final class Service {
        private final Duration window;
        private final Random random;
        private final double night;
        private final double weekend;
        private final LatencyWatch watch;
        private final List<Double> alerts = new ArrayList<>();
        private long next;
        private int row;

        Service(int seconds, double night, double weekend, long seed) {
            this.window = Duration.ofSeconds(seconds);
            this.random = new Random(seed);
            this.night = night;
            this.weekend = weekend;
            this.watch = new LatencyWatch(FalseAlarmBudget.ofDefaults(), window);
        }

        double hour() {
            return next * window.toSeconds() / 3600.0;
        }

        /** @param shift hours by which people are early */
        void playUntil(double hour, double factor, double shift) {
            while (hour() < hour) {
                double local = hour() + shift;
                double day = 1 - night * Math.cos(2 * Math.PI * local / DAY);
                double usual = 1e6 * factor * day * (local % WEEK >= 5 * DAY ? weekend : 1);
                double p50 = usual * Math.exp(0.05 * random.nextGaussian());
                double p99 = 4 * usual * Math.exp(0.1 * random.nextGaussian());
                Instant start = MONDAY.plus(window.multipliedBy(next));
                row = watch.update(new WindowSummary(
                                                start, window, 500, 0, p50, p50, p99, p99, ResourceReading.NONE, false))
                                        .score()
                                >= 0.5
                        ? row + 1
                        : 0;
                if (row == 2) {
                    alerts.add(hour());
                }
                next++;
            }
        }
    }

    /** From the first minute on: no week was seen before. */
    @ParameterizedTest
    @CsvSource({
        "60, 0.3, 0.8, 1, 1",
        "60, 0.3, 0.8, -1, 2",
        "60, 0.3, 0.5, 1, 3",
        "60, 0.3, 0.5, -1, 4",
        "300, 0.3, 0.8, 1, 5",
        "300, 0.3, 0.6, -1, 6",
        "300, 0.6, 0.5, 1, 7"
    })
    void aMonthOfDaysAndWeeksWithAChangeOfTheClockIsNoIncident(
            int seconds, double night, double weekend, double shift, long seed) {
        Service service = new Service(seconds, night, weekend, seed);
        service.playUntil(3 * WEEK, 1, 0);
        service.playUntil(4.5 * WEEK, 1, shift);
        assertThat(service.alerts).as("seed %s", seed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"60, 1", "60, 2", "300, 3", "300, 4"})
    void aRiseByHalfIsFoundInTheFirstWeekAtNoonAndInTheFifthAtAnyTime(int seconds, long seed) {
        for (double hour : new double[] {3 * DAY + 12, 4 * WEEK + 5 * DAY + 2, 4 * WEEK + 2 * DAY + 8}) {
            Service service = new Service(seconds, 0.3, 0.7, seed);
            service.playUntil(hour, 1, 0);
            assertThat(service.alerts).as("before hour %s, seed %s", hour, seed).isEmpty();
            service.playUntil(hour + 20 * seconds / 3600.0, 1.7, 0);
            assertThat(service.alerts).as("hour %s, seed %s", hour, seed).hasSize(1);
        }
    }

    /** Twice as slow from a Wednesday on: one alert, and the days after it are still known. */
    @ParameterizedTest
    @CsvSource({"60, 1", "300, 2"})
    void aLastingRiseIsOneAlert(int seconds, long seed) {
        Service service = new Service(seconds, 0.3, 0.7, seed);
        double noon = 3 * WEEK + 2 * DAY + 12;
        service.playUntil(noon, 1, 0);
        service.playUntil(5 * WEEK, 2, 0);
        assertThat(service.alerts).as("seed %s", seed).hasSize(1).allMatch(hour -> hour >= noon);
    }

    /** The price of silence on the first Monday: a rise at night to what noon has is not told before a week is known. */
    @Test
    void aRiseAtNightToWhatNoonHasIsToldOnceTheWeekIsKnown() {
        Service young = new Service(60, 0.5, 1, 8);
        young.playUntil(3 * DAY, 1, 0);
        young.playUntil(3 * DAY + 1, 2, 0);
        assertThat(young.alerts).as("first week, seed 8").isEmpty();
        Service old = new Service(60, 0.5, 1, 8);
        old.playUntil(4 * WEEK, 1, 0);
        old.playUntil(4 * WEEK + 1, 2, 0);
        assertThat(old.alerts).as("fifth week, seed 8").hasSize(1);
    }
}
