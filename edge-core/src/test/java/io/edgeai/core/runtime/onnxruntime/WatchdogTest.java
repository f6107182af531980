package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.edgeai.core.concurrent.Ample;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
        slot.tryTake();
        slot.options();
        slot.startWatch(System.nanoTime() + time.toNanos());
        watchdog.notice();
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
        used.notice();
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
