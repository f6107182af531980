package io.edgeai.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimedProgressTest {
    private final List<Optional<Duration>> heard = new ArrayList<>();
    private long now;
    private final TimedProgress progress =
            TimedProgress.of(() -> now, (phase, done, total, remaining) -> heard.add(remaining));

    private Optional<Duration> after(int seconds, String phase, long done, long total) {
        now += seconds * 1_000_000_000L;
        progress.update(phase, done, total);
        return heard.get(heard.size() - 1);
    }

    @Test
    void halfOfTheWorkLeftTakesAsLongAgain() {
        assertThat(after(0, "train", 0, 100)).isEmpty();
        assertThat(after(10, "train", 50, 100)).contains(Duration.ofSeconds(10));
        assertThat(after(30, "train", 75, 100))
                .as("25 in 30 s came after 50 in 10 s")
                .hasValueSatisfying(left -> assertThat(left.toMillis()).isEqualTo(13_333));
        assertThat(after(5, "train", 100, 100)).contains(Duration.ZERO);
    }

    @Test
    void whatWasDoneBeforeAResumeIsNotCountedAsFast() {
        assertThat(after(0, "train", 900, 1000)).isEmpty();
        assertThat(after(20, "train", 950, 1000)).contains(Duration.ofSeconds(20));
    }

    @Test
    void eachPhaseIsMeasuredByItself() {
        after(0, "calibrate", 0, 10);
        after(1, "calibrate", 10, 10);
        assertThat(after(100, "train", 0, 10)).isEmpty();
        assertThat(after(2, "train", 1, 10)).contains(Duration.ofSeconds(18));
        assertThat(after(5, "train", 0, 10)).as("the same phase once more").isEmpty();
    }

    @Test
    void withoutATotalNothingIsSaid() {
        after(0, "search", 0, 0);
        assertThat(after(5, "search", 7, 0)).isEmpty();
        assertThat(progress.cancelled()).isFalse();
    }
}
