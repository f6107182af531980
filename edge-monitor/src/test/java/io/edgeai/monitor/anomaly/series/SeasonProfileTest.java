package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeasonProfileTest {
    private static final long SLOT = SeasonProfile.SLOT_MILLIS;
    private static final long DAY = 48 * SLOT;

    private static SeasonProfile day() {
        return new SeasonProfile(48, 6);
    }

    /** Fills every slot with its own number, one row in the middle of each. */
    private static SeasonProfile ramp() {
        SeasonProfile profile = day();
        for (int slot = 0; slot < 48; slot++) {
            profile.learn(slot * SLOT + SLOT / 2, slot, 0, 1);
        }
        return profile;
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1799999,0", "1800000,1", "86399999,47", "86400000,0", "-1,47", "-86400000,0"})
    void slotsAreHalfHoursOfTheDayOnBothSidesOfTheEpoch(long millis, int slot) {
        assertThat(day().slot(millis)).isEqualTo(slot);
    }

    @Test
    void betweenSlotCentresTheValueIsInterpolated() {
        SeasonProfile profile = ramp();
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            double place = 0.5 + 47 * random.nextDouble();
            long at = (long) (place * SLOT) + DAY * random.nextInt(1000);
            assertThat(profile.expected(at, -1)).as("place %s", place).isCloseTo(place - 0.5, within(1e-5));
        }
        // midnight lies half way between the last and the first centre
        assertThat(profile.expected(3 * DAY, -1)).isCloseTo(23.5, within(1e-5));
    }

    @Test
    void aNewSlotGivesTheAlternativeAndALonelyOneItsOwnValue() {
        SeasonProfile profile = day();
        assertThat(profile.expected(0, 42)).isEqualTo(42);
        profile.learn(10 * SLOT, 7, 0, 1);
        assertThat(profile.expected(10 * SLOT + SLOT / 2, 42)).isEqualTo(7);
        assertThat(profile.expected(10 * SLOT + 1, 42)).isEqualTo(7);
        assertThat(profile.expected(11 * SLOT + 1, 42)).isEqualTo(42);
    }

    @Test
    void aSlotIsKnownFromTheNextPeriodOn() {
        SeasonProfile profile = day();
        assertThat(profile.knows(0)).isFalse();
        profile.learn(0, 1, 0, 1);
        assertThat(profile.knows(100)).isFalse();
        assertThat(profile.knows(DAY)).isTrue();
        profile.learn(DAY, 1, 1, 1);
        assertThat(profile.knows(DAY + 5)).isTrue();
        assertThat(profile.knows(DAY + SLOT)).isFalse();
    }

    /** One row a day: day d moves the slot by 1/min(d, 6) of what is left, which averages the first six days. */
    @Test
    void oneRowADayIsAveragedOverSixDays() {
        Random random = new Random(2);
        SeasonProfile profile = day();
        double mean = 0;
        for (int d = 1; d <= 30; d++) {
            long at = d * DAY;
            double value = random.nextGaussian();
            double expected = profile.expected(at, 0);
            if (d > 1) {
                assertThat(expected).as("day %s", d).isCloseTo(mean, within(1e-5));
            }
            profile.learn(at, value, expected, 1);
            mean += (value - mean) / Math.min(d, 6);
        }
    }

    /** Six rows in a slot each carry a sixth of the day's weight; more rows are not slower than six. */
    @Test
    void manyRowsInASlotShareTheWeightOfTheDay() {
        for (double rows : new double[] {0.5, 1, 3, 6, 60}) {
            SeasonProfile profile = day();
            profile.learn(0, 0, 0, rows);
            profile.learn(DAY, 12, 0, rows);
            double shared = Math.max(1, Math.min(6, rows));
            assertThat(profile.expected(DAY, -1)).as("rows %s", rows).isCloseTo(12 / (2 * shared), within(1e-6));
        }
    }

    @Test
    void aDailyCurveIsLearntToItsNoise() {
        Random random = new Random(3);
        SeasonProfile profile = day();
        double worst = 0;
        for (int i = 0; i < 288 * 20; i++) {
            long at = i * 300_000L;
            double truth = 10 + 5 * Math.sin(2 * Math.PI * i / 288);
            double expected = profile.expected(at, truth);
            worst = i > 288 * 10 ? Math.max(worst, Math.abs(expected - truth)) : 0;
            profile.learn(at, truth + 0.1 * random.nextGaussian(), expected, 6);
        }
        // interpolation of the sine costs 5(1 − cos(π/48)) = 0.011, noise 0.1 over six rows and days the rest
        assertThat(worst).isLessThan(0.2);
    }
}
