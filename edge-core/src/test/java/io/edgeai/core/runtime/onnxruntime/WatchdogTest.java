package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.edgeai.core.concurrent.Ample;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchdogTest {
    private final Slot[] slots = Slot.create(3);
    private final Watchdog watchdog = new Watchdog(slots);

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();

    /** The watchdogs of this test. */
    private List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("edgeai-onnx-watchdog") && !before.contains(thread))
                .toList();
    }

    private void watch(Slot slot, Duration time) throws OrtException {
        watch(watchdog, slot, time);
    }

    private static void watch(Watchdog by, Slot slot, Duration time) throws OrtException {
        slot.tryTake();
        slot.options();
        long at = System.nanoTime() + time.toNanos();
        slot.startWatch(at);
        by.notice(time.toNanos(), at);
    }

    /** Looks each millisecond while a run is under way; else after half the shortest deadline, 1 to 10 ms; sleeps after 100 ms. */
    @ParameterizedTest(name = "under way {0}, quiet for {1} ms, shortest deadline {2} ms: {3} ms")
    @CsvSource({
        "true,   0,    1,  1",
        "true,   0, 5000,  1",
        "false,  0,    1,  1",
        "false,  0,    2,  1",
        "false,  0,   12,  6",
        "false,  0,   20, 10",
        "false, 99, 5000, 10",
        "false, 100,   1, -1",
        "false, 100, 5000, -1"
    })
    void restsAsLongAsNoDeadlineCanPass(boolean watched, long quietMillis, long shortestMillis, long pauseMillis) {
        long pause = watchdog.pause(watched, quietMillis * 1_000_000, shortestMillis * 1_000_000);
        assertThat(pause).isEqualTo(pauseMillis < 0 ? Watchdog.FOREVER : pauseMillis * 1_000_000);
    }

    /** One that would look again tomorrow. */
    @Test
    void aDeadlineShorterThanAllBeforeEndsItsRest() throws OrtException {
        Watchdog resting = new Watchdog(slots, Duration.ofDays(1).toNanos());
        watch(resting, slots[0], Duration.ofDays(4));
        slots[0].endWatch();
        Ample.await()
                .until(() -> resting.nextLook() - System.nanoTime()
                        > Duration.ofHours(1).toNanos());

        watch(resting, slots[1], Duration.ofMillis(1));
        Ample.await().until(() -> !slots[1].watched());
        assertThat(slots[1].endWatch()).isTrue();
        resting.close();
    }

    @Test
    void stopsWhatIsOverdueAndNothingElse() throws OrtException {
        watch(slots[0], Duration.ofDays(1));
        watch(slots[1], Duration.ofMillis(1));
        Ample.await().until(() -> !slots[1].watched());

        assertThat(slots[1].endWatch()).isTrue();
        assertThat(slots[0].watched()).isTrue();
        assertThat(slots[0].endWatch()).isFalse();
        assertThat(slots[2].watched()).isFalse();
        watchdog.close();
    }

    @Test
    void wakesFromItsSleepForALaterRun() throws OrtException {
        watch(slots[0], Duration.ofMillis(1));
        Ample.await().until(() -> !slots[0].watched());
        slots[0].endWatch();
        Ample.await().until(() -> threads().get(0).getState() == Thread.State.WAITING);
        for (int i = 0; i < 3; i++) {
            watch(slots[2], Duration.ofMillis(1));
            Ample.await().until(() -> !slots[2].watched());
            assertThat(slots[2].endWatch()).isTrue();
        }
        watchdog.close();
    }

    @Test
    void hasNoThreadBeforeTheFirstDeadlineAndNoneAfterClose() throws OrtException {
        watchdog.close();
        assertThat(threads()).isEmpty();

        Watchdog used = new Watchdog(slots);
        slots[0].options();
        slots[0].startWatch(System.nanoTime());
        used.notice(0, System.nanoTime());
        assertThat(threads()).hasSize(1);
        used.close();
        assertThat(threads()).isEmpty();
    }

    @Test
    void slotsDoNotShareTheirState() {
        assertThat(slots[0].tryTake()).isTrue();
        assertThat(slots[0].tryTake()).isFalse();
        assertThat(slots[1].isFree()).isTrue();
        slots[1].startWatch(5);
        assertThat(slots[0].watched()).isFalse();
        assertThat(slots[2].isFree()).isTrue();
    }
}
