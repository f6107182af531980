package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DailyHabitsTest {
    private static final long DAY = 86_400_000;
    private static final long MINUTE = 60_000;
    private static final long THREE = 3 * 3_600_000 + 10 * MINUTE;

    /** Days of surprises of 2 at most, but for one of {@code each} at ten past three from {@code first} to {@code last}. */
    private static DailyHabits after(int days, double each, int first, int last) {
        DailyHabits habits = new DailyHabits();
        Random random = new Random(7);
        for (long at = 0; at < days * DAY; at += MINUTE) {
            boolean special = at % DAY == THREE && at / DAY >= first && at / DAY <= last;
            habits.eased(at, special ? each : 2 * random.nextDouble());
        }
        return habits;
    }

    @Test
    void whatComesEveryDayCountsLessAtItsTime() {
        assertThat(after(10, 6, 0, 9).eased(10 * DAY + THREE, 6)).isLessThan(5.3);
        assertThat(after(10, 6, 0, 9).eased(10 * DAY + THREE - 30 * MINUTE, 6)).isLessThan(5.3);
        assertThat(after(10, 6, 0, 9).eased(10 * DAY + THREE + 30 * MINUTE, 6)).isLessThan(5.3);
    }

    @Test
    void itCountsInFullAtOtherTimes() {
        assertThat(after(10, 6, 0, 9).eased(10 * DAY + 12 * 3_600_000, 6)).isCloseTo(6, within(0.1));
    }

    @Test
    void oneAnomalyIsNoHabit() {
        assertThat(after(10, 15, 5, 5).eased(10 * DAY + THREE, 6)).isGreaterThan(5.8);
    }

    @Test
    void aHabitThatEndsIsForgotten() {
        assertThat(after(40, 6, 0, 9).eased(40 * DAY + THREE, 6)).isCloseTo(6, within(0.1));
    }

    @Test
    void nothingIsEasedBeforeADayIsKnown() {
        DailyHabits habits = new DailyHabits();
        assertThat(habits.eased(0, 4)).isEqualTo(4);
        assertThat(habits.eased(MINUTE, 9)).isEqualTo(9);
    }

    /** By hand: three days in which a slot has 6 and each of the others 2, with the weight of three days. */
    @Test
    void theShareIsTheOneOfTheFormula() {
        DailyHabits habits = new DailyHabits();
        for (int half = 0; half < 3 * 48; half++) {
            habits.eased(half * 30L * MINUTE, half % 48 == 20 ? 3 : 2);
        }
        double mean = (47 * 2 + 3) / 48.0;
        double expected = 5 / (1 + 0.3 * 3 / (3 + 3) * (3 / mean - 1));
        assertThat(habits.eased(3 * DAY + 20 * 30 * MINUTE, 5)).isCloseTo(expected, within(0.01));
    }

    @Test
    void clocksThatJumpAndTimesBeforeTheEpochAreTaken() {
        DailyHabits habits = new DailyHabits();
        Random random = new Random(8);
        for (int i = 0; i < 10_000; i++) {
            assertThat(habits.eased(random.nextLong(), 3)).isBetween(0.5, 3.0);
        }
    }

    @Test
    void itGoesOnFromWhatWasSaved() {
        DailyHabits one = after(5, 6, 0, 4);
        StateFlow saved = StateFlow.saving();
        one.state(saved);
        DailyHabits other = new DailyHabits();
        other.state(StateFlow.restoring(ByteBuffer.wrap(saved.bytes())));

        for (long at = 5 * DAY; at < 6 * DAY; at += MINUTE) {
            assertThat(other.eased(at, 3)).isEqualTo(one.eased(at, 3));
        }
    }
}
