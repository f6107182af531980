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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls made to a known plan: days of ±30 %, weekends with fewer, Poisson counts around 200 a window. What is an incident
 * and what is season is known by construction. Begins on a Monday at midnight.
 */
class SeasonalThroughputTest {
    private static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
    private static final double USUAL = 200;
    private static final double DAY = 24;
    private static final double WEEK = 7 * DAY;
    private static final double WEDNESDAY_OF_WEEK_SIX = 5 * WEEK + 2 * DAY;

    /** Plays calls to a watch and keeps the hours at which an alert fired: at the second unusual window in a row. */
    private static final class Service {
        private final Duration window;
        private final Random random;
        private final double weekend;
        private final double night;
        private final ThroughputWatch watch;
        private final List<Double> alerts = new ArrayList<>();
        private long next;
        private int row;
        private int unusual;

        Service(int seconds, double night, double weekend, long seed) {
            this.window = Duration.ofSeconds(seconds);
            this.random = new Random(seed);
            this.night = night;
            this.weekend = weekend;
            this.watch = new ThroughputWatch(FalseAlarmBudget.ofDefaults(), window);
        }

        double hour() {
            return next * window.toSeconds() / 3600.0;
        }

        void playUntil(double hour, double factor) {
            playUntil(hour, factor, 0);
        }

        /** @param shift hours by which people are early */
        void playUntil(double hour, double factor, double shift) {
            while (hour() < hour) {
                double local = hour() + shift;
                double day = 1 - night * Math.cos(2 * Math.PI * local / DAY);
                double week = local % WEEK >= 5 * DAY ? weekend : 1;
                boolean high = watch.update(closed(poisson(random, USUAL * factor * day * week)))
                                .score()
                        >= 0.5;
                unusual += high && row == 0 ? 1 : 0;
                row = high ? row + 1 : 0;
                if (row == 2) {
                    alerts.add(hour());
                }
                next++;
            }
        }

        private WindowSummary closed(long calls) {
            Instant start = MONDAY.plus(window.multipliedBy(next));
            return new WindowSummary(start, window, calls, 0, 1e6, 1e6, 2e6, 2e6, ResourceReading.NONE, false);
        }

        List<Double> alertsSince(double hour) {
            return alerts.stream().filter(at -> at >= hour).toList();
        }
    }

    /** Knuth's product of uniforms, in parts of at most 50 so that nothing underflows. */
    private static long poisson(Random random, double mean) {
        long count = 0;
        for (double left = mean; left > 0; left -= 50) {
            double floor = Math.exp(-Math.min(50, left));
            for (double product = random.nextDouble(); product > floor; product *= random.nextDouble()) {
                count++;
            }
        }
        return count;
    }

    @ParameterizedTest
    @CsvSource({
        "60, 0.3, 0.8, 1",
        "60, 0.3, 0.8, 2",
        "60, 0.3, 0.8, 3",
        "60, 0.3, 0.5, 4",
        "60, 0.8, 0.3, 5",
        "300, 0.3, 0.8, 6",
        "300, 0.6, 0.5, 7",
        "300, 0.3, 0.8, 8",
        "10, 0.3, 0.8, 9"
    })
    void afterTwoWeeksSeasonsAreSilentAndADropOnAWednesdayIsFoundInSixWindows(
            int seconds, double night, double weekend, long seed) {
        Service service = new Service(seconds, night, weekend, seed);
        service.playUntil(WEDNESDAY_OF_WEEK_SIX + 12, 1);
        assertThat(service.alertsSince(2 * WEEK)).as("seed %s", seed).isEmpty();
        service.playUntil(service.hour() + 6 * seconds / 3600.0, 0.6);
        assertThat(service.alertsSince(2 * WEEK)).as("seed %s", seed).hasSize(1);
    }

    /** Alarms are counted as the budget counts them: each time a score becomes unusual, be it for one window. */
    @Test
    void theBudgetHoldsOnASeason() {
        int seeds = 5;
        int alarms = 0;
        for (int seed = 100; seed < 100 + seeds; seed++) {
            Service service = new Service(60, 0.3, 0.8, seed);
            service.playUntil(2 * WEEK, 1);
            int before = service.unusual;
            service.playUntil(6 * WEEK, 1);
            alarms += service.unusual - before;
        }
        assertThat(alarms).as("seeds 100 to 104").isLessThanOrEqualTo((int) (0.1 * 28 * seeds));
    }

    /** Or the tests above would show nothing. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theFirstWeekendIsNotKnownToBeOne(long seed) {
        Service service = new Service(60, 0.3, 0.7, seed);
        service.playUntil(WEEK, 1);
        assertThat(service.alerts).as("seed %s", seed).anyMatch(hour -> hour >= 5 * DAY);
    }

    @ParameterizedTest
    @CsvSource({"60, 1, 1", "60, -1, 2", "300, 1, 3", "300, -1, 4"})
    void summerTimeIsNoIncident(int seconds, double shift, long seed) {
        Service service = new Service(seconds, 0.3, 0.6, seed);
        service.playUntil(4 * WEEK, 1);
        service.playUntil(6 * WEEK, 1, shift);
        assertThat(service.alertsSince(2 * WEEK)).as("seed %s", seed).isEmpty();
    }

    /** Half the calls from a Wednesday noon on: one alert, and the weekend after it is still known. */
    @ParameterizedTest
    @CsvSource({"60, 0.5, 1", "60, 0.5, 2", "300, 0.5, 3", "300, 0.5, 4"})
    void aLastingDropIsOneAlertAndTheSeasonGoesOnFromThere(int seconds, double factor, long seed) {
        Service service = new Service(seconds, 0.3, 0.6, seed);
        double noon = 3 * WEEK + 2 * DAY + 12;
        service.playUntil(noon, 1);
        service.playUntil(6 * WEEK, factor);
        assertThat(service.alertsSince(2 * WEEK)).as("seed %s", seed).hasSize(1).allMatch(hour -> hour >= noon);
    }

    @ParameterizedTest
    @CsvSource({"60, 1", "300, 2"})
    void anOutageInTheThirdWeekIsNotExpectedInTheFourth(int seconds, long seed) {
        Service service = new Service(seconds, 0.3, 0.7, seed);
        double noon = 2 * WEEK + 3 * DAY + 12;
        service.playUntil(noon, 1);
        service.playUntil(noon + 2, 0);
        service.playUntil(noon + WEEK, 1);
        assertThat(service.alertsSince(2 * WEEK)).as("seed %s", seed).hasSize(1);
        service.playUntil(noon + WEEK + 2, 0);
        service.playUntil(5 * WEEK, 1);
        assertThat(service.alertsSince(2 * WEEK)).as("seed %s", seed).hasSize(2);
    }

    @Test
    void aServiceThatRestsAtNightIsNotInAlertEveryNight() {
        Service service = new Service(60, 1, 0, 11);
        service.playUntil(5 * WEEK, 1);
        assertThat(service.alertsSince(2 * WEEK)).as("seed 11").isEmpty();
    }
}
