package io.edgeai.placement.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Schedules against the calendar: every quarter of an hour of a week, asked of {@code java.time}. */
class ScheduleTest {
    private static final Instant SOME_MONDAY = Instant.parse("2026-11-23T00:00:00Z");
    private static final int QUARTERS = 7 * 24 * 4;

    private static LocalTime at(int hour, int minute) {
        return LocalTime.of(hour, minute);
    }

    /** By the words of {@link Window}: on one of the days since its beginning, or on the day after before its end. */
    static boolean open(Window window, ZoneOffset offset, Instant moment) {
        OffsetDateTime local = moment.atOffset(offset);
        LocalTime time = local.toLocalTime();
        boolean overnight = !window.to().isAfter(window.from());
        boolean today = window.days().contains(local.getDayOfWeek()) && !time.isBefore(window.from());
        boolean begunYesterday = window.days().contains(local.getDayOfWeek().minus(1)) && time.isBefore(window.to());
        return overnight ? today || begunYesterday : today && time.isBefore(window.to());
    }

    static Schedule random(Random random) {
        List<Window> windows = new ArrayList<>();
        for (int w = random.nextInt(4); w > 0; w--) {
            Set<DayOfWeek> days = EnumSet.of(DayOfWeek.of(1 + random.nextInt(7)));
            for (DayOfWeek day : DayOfWeek.values()) {
                if (random.nextBoolean()) {
                    days.add(day);
                }
            }
            windows.add(new Window(days, quarter(random), quarter(random)));
        }
        return Schedule.of(windows).at(ZoneOffset.ofTotalSeconds(900 * (random.nextInt(97) - 48)));
    }

    private static LocalTime quarter(Random random) {
        return at(random.nextInt(24), 15 * random.nextInt(4));
    }

    private static boolean open(Schedule schedule, Instant moment) {
        return schedule.windows().stream().anyMatch(window -> open(window, schedule.offset(), moment));
    }

    @Test
    void itIsOpenWhenTheCalendarSaysSo() {
        for (long seed = 0; seed < 200; seed++) {
            Schedule schedule = random(new Random(seed));
            int open = 0;
            for (int q = 0; q < QUARTERS; q++) {
                Instant moment = SOME_MONDAY.plus(Duration.ofMinutes(15L * q + 7));
                boolean expected = open(schedule, moment);
                open += expected ? 1 : 0;
                assertThat(schedule.includes(moment))
                        .as("seed %d at %s", seed, moment)
                        .isEqualTo(expected);
            }
            assertThat(schedule.hoursPerWeek()).as("seed %d", seed).isEqualTo(open / 4.0);
            assertThat(schedule.share()).as("seed %d", seed).isEqualTo(open / (double) QUARTERS);
            assertThat(schedule.isAlways()).as("seed %d", seed).isEqualTo(open == QUARTERS);
            assertThat(schedule.isNever()).as("seed %d", seed).isEqualTo(open == 0);
        }
    }

    @Test
    void setsOfTimesFollowTheirMembers() {
        int within = 0;
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Schedule a = random(random);
            Schedule b = seed % 3 == 0 ? a.and(random(random)) : random(random);
            Schedule both = a.and(b);
            Schedule rest = a.inverse();
            boolean inside = true;
            for (int q = 0; q < QUARTERS; q++) {
                Instant moment = SOME_MONDAY.plus(Duration.ofMinutes(15L * q));
                assertThat(open(both, moment)).as("seed %d", seed).isEqualTo(open(a, moment) && open(b, moment));
                assertThat(open(rest, moment)).as("seed %d", seed).isEqualTo(!open(a, moment));
                inside &= !open(b, moment) || open(a, moment);
            }
            assertThat(b.within(a)).as("seed %d", seed).isEqualTo(inside);
            assertThat(both.offset()).isEqualTo(a.offset());
            within += inside ? 1 : 0;
        }
        assertThat(within).isBetween(100, 250);
    }

    @Test
    void wordsForPeople() {
        assertThat(Schedule.always()).hasToString("always");
        assertThat(Schedule.never()).hasToString("never");
        assertThat(Schedule.daily(at(22, 0), at(6, 30))).hasToString("22:00 to 06:30 (UTC)");
        assertThat(Schedule.of(List.of(Window.workdays(at(8, 0), at(18, 0)))).at(ZoneOffset.ofHours(1)))
                .hasToString("Mon-Fri 08:00 to 18:00 (UTC+01:00)");
        assertThat(Schedule.of(List.of(new Window(
                        Set.of(DayOfWeek.SUNDAY, DayOfWeek.MONDAY, DayOfWeek.WEDNESDAY), at(0, 0), at(0, 0)))))
                .hasToString("Mon, Wed, Sun all day (UTC)");
        Schedule workdays = Schedule.of(List.of(Window.workdays(at(8, 0), at(18, 0))));
        assertThat(workdays.inverse())
                .hasToString("Mon-Thu 18:00 to 08:00, Fri 18:00 to 00:00, Sat-Sun all day, Mon 00:00 to 08:00 (UTC)");
        assertThat(Schedule.daily(at(6, 0), at(22, 0)).inverse()).hasToString("22:00 to 06:00 (UTC)");
        assertThat(workdays.and(Schedule.never())).hasToString("never");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new Window(Set.of(), at(1, 0), at(2, 0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("01:00 to 02:00")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> Window.daily(LocalTime.of(1, 0, 5), at(2, 0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("01:00:05");
        assertThatThrownBy(() -> Schedule.always().at(ZoneOffset.ofHoursMinutesSeconds(1, 0, 30)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("+01:00:30");
    }

    @Test
    void equalIsWhatIsSaidInTheSameWords() {
        Schedule night = Schedule.daily(at(22, 0), at(6, 0));
        assertThat(night).isEqualTo(Schedule.daily(at(22, 0), at(6, 0))).isNotEqualTo(night.at(ZoneOffset.ofHours(1)));
        assertThat(night.at(ZoneOffset.ofHours(1)).at(ZoneOffset.UTC))
                .isEqualTo(night)
                .hasSameHashCodeAs(night);
        assertThat(night).isNotEqualTo(Schedule.daily(at(22, 0), at(6, 1)));
    }
}
