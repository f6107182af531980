package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Expectations by hand: steps of a fixed length on a clock that only the test moves. */
class PaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong clock = new AtomicLong(5 * SECOND);
    private final AtomicBoolean stop = new AtomicBoolean();
    private final Progress listener = new Progress() {
        @Override
        public void update(String phase, long done, long total) {}

        @Override
        public boolean cancelled() {
            return stop.get();
        }
    };

    private Deadline deadline(long seconds) {
        return new Deadline(listener, clock::get, seconds * SECOND);
    }

    /** Steps until it is stopped or done; how many were made. */
    private int train(Pace pace, int steps, long nanos) {
        for (int step = 1; step <= steps; step++) {
            clock.addAndGet(nanos);
            pace.update("fine-tune", step, steps);
            if (pace.cancelled()) {
                return step;
            }
        }
        return steps;
    }

    @Test
    void aTrainingThatFitsGoesToItsEnd() {
        Pace pace = new Pace(deadline(1000), "fine-tune", 100 * SECOND);
        assertThat(train(pace, 100, SECOND / 2)).isEqualTo(100);
        assertThat(pace.tooLong()).isFalse();
    }

    /** 200 steps of 10 epochs at 0.1 s are 2 s an epoch; of 9 s, 1.1 are spent before the first and 0.9 by the timing. */
    @Test
    void oneThatDoesNotFitIsStoppedSoonAndShortened() {
        Pace pace = new Pace(deadline(1000), "fine-tune", 9 * SECOND);
        clock.addAndGet(SECOND);
        pace.update("teacher", 1, 1);
        assertThat(train(pace, 200, SECOND / 10)).isEqualTo(9);
        assertThat(pace.tooLong()).isTrue();
        assertThat(pace.epochSeconds(10)).isCloseTo(2, within(1e-9));
        assertThat(pace.epochs(10))
                .as("9 − 1.9 − 1.1 seconds are 3 epochs of 2")
                .isEqualTo(3);
    }

    @Test
    void longStepsAreTimedByTwo() {
        Pace pace = new Pace(deadline(1000), "fine-tune", 30 * SECOND);
        assertThat(train(pace, 20, 4 * SECOND)).isEqualTo(3);
        assertThat(pace.epochs(2)).as("no epoch of 40 s fits").isZero();
    }

    @Test
    void whoAsksToStopIsToldApartFromTheTime() {
        Deadline time = deadline(10);
        Pace pace = new Pace(time, "fine-tune", 5 * SECOND);
        assertThat(pace.cancelled()).isFalse();
        assertThat(time.left()).isEqualTo(10 * SECOND);
        clock.addAndGet(11 * SECOND);
        assertThat(pace.cancelled()).isTrue();
        assertThat(pace.tooLong()).as("the whole time is over").isFalse();
        assertThat(time.spent()).isTrue();
        assertThat(time.stopped()).isFalse();
        stop.set(true);
        assertThat(time.stopped()).as("nobody has asked again").isFalse();
        assertThat(time.asked()).isTrue();
        stop.set(false);
        assertThat(time.stopped()).as("once is enough").isTrue();
    }

    @Test
    void withoutABudgetTheTimeNeverEnds() {
        Deadline time = new Deadline(listener, clock::get, Long.MAX_VALUE);
        clock.addAndGet(Long.MAX_VALUE / 4);
        assertThat(time.spent()).isFalse();
        assertThat(time.cancelled()).isFalse();
    }
}
