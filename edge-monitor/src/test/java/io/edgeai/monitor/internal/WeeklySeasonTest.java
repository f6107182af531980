package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.monitor.anomaly.SeasonShare;
import java.time.Duration;
import java.time.Instant;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weeks whose hours are known numbers, so that each share follows by hand. */
class WeeklySeasonTest {
    private static final int WEEK = 168;
    private static final Instant THURSDAY = Instant.EPOCH;

    private WeeklySeason season;
    private Instant now;

    @BeforeEach
    void fresh() {
        season = new WeeklySeason();
        now = THURSDAY;
    }

    private void hours(int count, IntToDoubleFunction valueOfHour) {
        stretches(count, Duration.ofHours(1), valueOfHour);
    }

    private void stretches(int count, Duration length, IntToDoubleFunction value) {
        for (int i = 0; i < count; i++) {
            Instant end = now.plus(length);
            season.learn(now, end, value.applyAsDouble(i));
            now = end;
        }
    }

    private Instant at(double hour) {
        return now.plusMillis(Math.round(hour * 3_600_000));
    }

    /** Two of every four hours at 1, two at 3: the mean is 2. */
    private static double steps(int hour) {
        return hour % 4 < 2 ? 1 : 3;
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.5", "1.5, 0.5", "2.5, 1.5", "2, 1", "4, 1", "1.75, 0.75", "3.25, 1.5"})
    void theShareIsTheValueOverTheMeanAndGoesStraightFromMiddleToMiddle(double hour, double share) {
        hours(2 * WEEK + 4, WeeklySeasonTest::steps);
        assertThat(season.at(at(hour)).now()).isCloseTo(share, within(1e-9));
    }

    /** Twelve hours at 1, twelve at 3. */
    @ParameterizedTest
    @CsvSource({"10.9, 0.5, 0.5", "11.1, 0.5, 1.5", "12.9, 0.5, 1.5", "13.1, 1.5, 1.5", "24.5, 0.5, 1.5"})
    void withinAnHourOfAnEdgeBothSidesArePossible(double hour, double least, double most) {
        hours(3 * WEEK, each -> each % 24 < 12 ? 1 : 3);
        SeasonShare share = season.at(at(hour));
        assertThat(share.least()).isCloseTo(least, within(1e-9));
        assertThat(share.most()).isCloseTo(most, within(1e-9));
    }

    @Test
    void nothingIsKnownBeforeTheSecondWeekIsNearlyOver() {
        hours(WEEK + WEEK * 9 / 10, WeeklySeasonTest::steps);
        assertThat(season.known()).isFalse();
        assertThat(season.at(at(0.5))).isEqualTo(SeasonShare.NONE);
        hours(1, hour -> 1);
        assertThat(season.known()).isTrue();
    }

    @Test
    void oneOutageAndOneRushAmongFourWeeksLeaveNoTrace() {
        for (int week = 0; week < 4; week++) {
            int which = week;
            hours(WEEK, hour -> hour == 10 && which == 1 ? 0 : hour == 10 && which == 2 ? 99 : steps(hour));
        }
        hours(4, WeeklySeasonTest::steps);
        assertThat(season.at(at(6.5)).now()).isCloseTo(1.5, within(1e-9));
    }

    @Test
    void afterFourNewWeeksTheOldOnesAreForgotten() {
        hours(4 * WEEK, hour -> hour % 2 == 0 ? 1 : 9);
        hours(4 * WEEK + 4, WeeklySeasonTest::steps);
        assertThat(season.at(at(1.5)).now()).isCloseTo(0.5, within(1e-9));
        assertThat(season.at(at(2.5)).now()).isCloseTo(1.5, within(1e-9));
    }

    /** Ten-second windows and windows of three hours, where those fit the steps, come to the same. */
    @ParameterizedTest
    @CsvSource({"10", "60", "3600", "10800"})
    void theLengthOfTheStretchesDoesNotMatter(int seconds) {
        stretches(3 * WEEK * 3600 / seconds, Duration.ofSeconds(seconds), i -> (long) i * seconds / 43_200 % 2);
        hours(4, hour -> 0);
        assertThat(season.at(at(2.5)).now()).isZero();
        assertThat(season.at(at(14.5)).now()).isCloseTo(2, within(1e-9));
    }

    @Test
    void anHourOfWhichLittleWasSeenDoesNotCountAndIsAsTheOneBefore() {
        for (int week = 0; week < 3; week++) {
            hours(6, hour -> 3);
            stretches(1, Duration.ofMinutes(29), i -> 50);
            now = now.plus(Duration.ofMinutes(31));
            hours(WEEK - 7, hour -> 3);
        }
        hours(1, hour -> 3);
        assertThat(season.at(at(5.5)).now()).isCloseTo(1, within(1e-9));
    }

    @Test
    void anHourThatComesAgainBecauseTheClockWentBackIsOneWeekOnly() {
        hours(3 * WEEK, hour -> 2);
        for (int i = 0; i < 5; i++) {
            hours(1, hour -> 40);
            now = now.minus(Duration.ofHours(1));
            hours(1, hour -> 2);
            now = now.minus(Duration.ofHours(2));
            hours(1, hour -> 2);
        }
        assertThat(season.at(at(0.5)).now()).isCloseTo(1, within(1e-9));
    }

    @Test
    void aWeekOfHolidaysLeavesTheSeasonAsItWas() {
        hours(4 * WEEK + 4, WeeklySeasonTest::steps);
        hours(WEEK, hour -> 0);
        assertThat(season.at(at(1.5)).now()).isCloseTo(0.5, within(1e-9));
        assertThat(season.at(at(2.5)).now()).isCloseTo(1.5, within(1e-9));
    }

    /** The first weeks at 1 and 3, the later ones at 5 and 15: all the same share. */
    @Test
    void aLastingShiftIsNoSeason() {
        hours(3 * WEEK + 60, WeeklySeasonTest::steps);
        for (int i = 0; i < 60; i++) {
            hours(4, hour -> 5 * steps(hour));
            assertThat(season.at(at(2.5)).now()).isCloseTo(1.5, within(0.15));
        }
    }

    @Test
    void aWeekWithoutAnythingIsNoSeason() {
        hours(3 * WEEK, hour -> 0);
        assertThat(season.known()).isFalse();
    }
}
