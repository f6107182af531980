package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private final Slot[] slots = Slot.create(3);
    private final Watchdog watchdog = new Watchdog(slots);

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("edgeai-onnx-watchdog") && thread.isAlive())
                .count();
    }

    private void watch(Slot slot, Duration time) throws OrtException {
        slot.tryTake();
        slot.options();
        slot.startWatch(System.nanoTime() + time.toNanos());
        watchdog.notice();
    }

    @Test
    void stopsWhatIsOverdueAndNothingElse() throws OrtException {
        watch(slots[0], Duration.ofDays(1));
        watch(slots[1], Duration.ofMillis(1));
        Awaitility.await().until(() -> !slots[1].watched());

        assertThat(slots[1].endWatch()).isTrue();
        assertThat(slots[0].watched()).isTrue();
        assertThat(slots[0].endWatch()).isFalse();
        assertThat(slots[2].watched()).isFalse();
        watchdog.close();
    }

    @Test
    void wakesFromItsSleepForALaterRun() throws OrtException {
        watch(slots[0], Duration.ofMillis(1));
        Awaitility.await().until(() -> !slots[0].watched());
        slots[0].endWatch();
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("edgeai-onnx-watchdog")
                        && thread.getState() == Thread.State.WAITING));
        for (int i = 0; i < 3; i++) {
            watch(slots[2], Duration.ofMillis(1));
            Awaitility.await().until(() -> !slots[2].watched());
            assertThat(slots[2].endWatch()).isTrue();
        }
        watchdog.close();
    }

    @Test
    void hasNoThreadBeforeTheFirstDeadlineAndNoneAfterClose() throws OrtException {
        long before = threads();
        watchdog.close();
        assertThat(threads()).isEqualTo(before);

        Watchdog used = new Watchdog(slots);
        slots[0].options();
        slots[0].startWatch(System.nanoTime());
        used.notice();
        assertThat(threads()).isEqualTo(before + 1);
        used.close();
        assertThat(threads()).isEqualTo(before);
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
