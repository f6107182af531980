package io.edgeai.placement.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Integrals over hours against sums over every quarter of an hour until profile and week meet again. */
class HourlyProfileTest {
    private static final Instant FIRST_MONDAY = Instant.parse("1970-01-05T00:00:00Z");

    private static HourlyProfile random(Random random, int hours) {
        List<Double> values = new ArrayList<>();
        for (int h = 0; h < hours; h++) {
            values.add(random.nextInt(1000) / 8.0);
        }
        return HourlyProfile.of(values).at(ZoneOffset.ofTotalSeconds(900 * (random.nextInt(97) - 48)));
    }

    private static int lcm(int a, int b) {
        int multiple = a;
        while (multiple % b != 0) {
            multiple += a;
        }
        return multiple;
    }

    /** By walking the clock, the profile read off from its definition. */
    private static double sampled(HourlyProfile profile, Schedule schedule) {
        int hours = lcm(profile.values().size(), 168);
        double sum = 0;
        for (int q = 0; q < 4 * hours; q++) {
            Instant moment = FIRST_MONDAY.plus(Duration.ofMinutes(15L * q));
            boolean runs = schedule.windows().stream()
                    .anyMatch(window -> ScheduleTest.open(window, schedule.offset(), moment));
            long local = Math.floorDiv(15L * q + profile.offset().getTotalSeconds() / 60, 60L);
            sum += runs
                    ? profile.values().get((int)
                            Math.floorMod(local, (long) profile.values().size()))
                    : 0;
        }
        return sum / (4 * hours);
    }

    @Test
    void theMeanDuringAScheduleIsTheIntegral() {
        int[] periods = {1, 2, 5, 12, 24, 25, 36, 48, 168, 100, 9};
        for (int seed = 0; seed < 88; seed++) {
            Random random = new Random(seed);
            HourlyProfile profile = random(random, periods[seed % periods.length]);
            Schedule schedule = ScheduleTest.random(random);
            assertThat(profile.meanDuring(schedule))
                    .as("seed %d, %s during %s", seed, profile, schedule)
                    .isCloseTo(sampled(profile, schedule), within(1e-9));
            assertThat(profile.meanDuring(Schedule.always())).isEqualTo(profile.mean());
            assertThat(profile.meanDuring(Schedule.never())).isZero();
            assertThat(profile.meanDuring(schedule) + profile.meanDuring(schedule.inverse()))
                    .as("seed %d: parts make the whole", seed)
                    .isCloseTo(profile.mean(), within(1e-9));
        }
    }

    @Test
    void aMomentSeesTheHourOfItsPlace() {
        List<Double> day = new ArrayList<>();
        for (int h = 0; h < 24; h++) {
            day.add((double) h);
        }
        HourlyProfile profile = HourlyProfile.of(day);
        Instant noon = Instant.parse("2026-11-27T12:59:59Z");
        assertThat(profile.at(noon)).isEqualTo(12);
        assertThat(profile.at(ZoneOffset.ofHoursMinutes(5, 30)).at(noon)).isEqualTo(18);
        assertThat(profile.at(ZoneOffset.ofHours(-13)).at(noon)).isEqualTo(23);
        assertThat(profile.at(Instant.parse("1969-12-31T23:00:00Z"))).isEqualTo(23);
        List<Double> week = new ArrayList<>(Collections.nCopies(168, 0.0));
        week.set(0, 7.0);
        assertThat(HourlyProfile.of(week).at(Instant.parse("2026-11-23T00:30:00Z")))
                .isEqualTo(7);
        assertThat(HourlyProfile.of(week).at(Instant.parse("2026-11-24T00:30:00Z")))
                .isZero();
    }

    /** Cheap from 22 to 6, dear else; who runs from 20 to 24 sees two hours of each. */
    @Test
    void aDayByHand() {
        List<Double> day = new ArrayList<>(Collections.nCopies(24, 0.30));
        for (int h : new int[] {22, 23, 0, 1, 2, 3, 4, 5}) {
            day.set(h, 0.12);
        }
        HourlyProfile profile = HourlyProfile.of(day);
        assertThat(profile.mean()).isCloseTo((16 * 0.30 + 8 * 0.12) / 24, within(1e-15));
        Schedule evening = Schedule.daily(LocalTime.of(20, 0), LocalTime.MIDNIGHT);
        assertThat(profile.meanDuring(evening)).isCloseTo((2 * 0.30 + 2 * 0.12) / 24, within(1e-15));
        assertThat(profile.meanDuring(evening.at(ZoneOffset.ofHours(2))))
                .as("18 to 22 in UTC")
                .isCloseTo(4 * 0.30 / 24, within(1e-15));
        Schedule half = Schedule.daily(LocalTime.of(21, 30), LocalTime.of(22, 30));
        assertThat(profile.meanDuring(half)).isCloseTo((0.5 * 0.30 + 0.5 * 0.12) / 24, within(1e-15));
    }

    @Test
    void whatDoesNotChangeIsExact() {
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            double value = random.nextDouble() * 7;
            HourlyProfile same =
                    HourlyProfile.of(Collections.nCopies(24, value)).at(ZoneOffset.ofHours(3));
            assertThat(same.mean()).isEqualTo(value);
            assertThat(same.constant()).isTrue();
            Schedule schedule = ScheduleTest.random(random);
            assertThat(same.meanDuring(schedule)).isEqualTo(value * schedule.share());
        }
    }

    @Test
    void badValuesAreNamed() {
        assertThatThrownBy(() -> HourlyProfile.of(List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0) values")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> HourlyProfile.of(Collections.nCopies(8785, 1.0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(8785)");
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> HourlyProfile.of(List.of(1.0, bad)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Value (1) of an hourly profile (" + bad + ")");
        }
    }

    @Test
    void aSiteTakesTheMeanOfWhatChangesAndForgetsWhatDoesNot() {
        HourlyProfile two = HourlyProfile.of(List.of(0.1, 0.3));
        Site site = Site.builder("s")
                .cpuCores(1)
                .memoryBytes(1)
                .price(new Price(1, 2, 3, 4, 5))
                .power(new Power(1, 2, 3, 400))
                .hourly(Rate.CORE_HOUR, two)
                .hourly(Rate.KILOWATT_HOUR, HourlyProfile.constant(0.25))
                .hourly(Rate.CARBON, HourlyProfile.of(List.of(100.0, 300.0, 500.0, 700.0)))
                .build();
        assertThat(site.price()).isEqualTo(new Price(1, 0.2, 3, 4, 0.25));
        assertThat(site.power()).isEqualTo(new Power(1, 2, 3, 400));
        assertThat(site.hourly().profiles()).containsOnlyKeys(Rate.CORE_HOUR, Rate.CARBON);
        assertThat(site.hourly().of(Rate.CORE_HOUR)).contains(two);
        assertThat(site.toBuilder().build()).isEqualTo(site);
    }
}
