package io.edgeai.monitor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SeenHoursTest {
    private final SeenHours seen = new SeenHours();

    private void hour(int hour, int minutes, double mean, boolean usual) {
        for (int minute = 0; minute < minutes; minute++) {
            Instant start = Instant.ofEpochSecond(3600L * hour + 60L * minute);
            seen.learn(start, start.plusSeconds(60), mean + (minute % 2 == 0 ? 1 : -1), usual || minute != 3);
        }
    }

    @Test
    void nothingIsKnownBeforeAnHourIsOver() {
        hour(0, 60, 5, true);
        assertThat(seen.lowest()).isNaN();
        assertThat(seen.highest()).isNaN();
    }

    @Test
    void theMeansOfWholeUsualHoursCount() {
        hour(0, 60, 5, true);
        hour(1, 60, 9, true);
        hour(2, 60, 7, true);
        hour(3, 1, 0, true);
        assertThat(seen.lowest()).isCloseTo(5, within(1e-9));
        assertThat(seen.highest()).isCloseTo(9, within(1e-9));
    }

    @Test
    void anHourWithOneUnusualMinuteOrHardlySeenDoesNot() {
        hour(0, 60, 5, true);
        hour(1, 60, 1, false);
        hour(2, 29, 100, true);
        hour(3, 60, 6, true);
        hour(4, 1, 0, true);
        assertThat(seen.lowest()).isCloseTo(5, within(1e-9));
        assertThat(seen.highest()).isCloseTo(6, within(1e-9));
    }
}
