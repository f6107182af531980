package io.edgeai.monitor.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LatencyRecorderStressTest {
    private static final int THREADS = 8;
    private static final int RECORDS = Boolean.getBoolean("edgeai.full") ? 10_000_000 : 1_000_000;

    @Test
    void noRecordIsLostOrCountedTwiceWhileWindowsRoll() throws InterruptedException {
        LatencyRecorder recorder = new LatencyRecorder();
        LatencyRecorder.Snapshot opened = recorder.snapshot();
        CountDownLatch running = new CountDownLatch(THREADS);
        CountDownLatch rolled = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            threads.add(new Thread(() -> record(recorder, rolled, running)));
        }
        threads.forEach(Thread::start);
        long successes = 0;
        long errors = 0;
        int windows = 0;
        boolean last = false;
        while (!last) {
            last = running.getCount() == 0;
            LatencyRecorder.Snapshot closed = recorder.snapshot();
            LatencyHistogram window = closed.since(opened);
            assertThat(window.successes()).isNotNegative();
            successes += window.successes();
            errors += window.errors();
            opened = closed;
            windows++;
            rolled.countDown();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(windows).isGreaterThan(1);
        assertThat(successes).isEqualTo((long) THREADS * RECORDS);
        assertThat(errors).isEqualTo((long) THREADS * RECORDS / 100);
    }

    /** The last record waits for the first window, so that recorders run while it closes. */
    private static void record(LatencyRecorder recorder, CountDownLatch rolled, CountDownLatch running) {
        Random random = new Random(Thread.currentThread().getId());
        IllegalStateException error = new IllegalStateException();
        for (int i = 0; i < RECORDS; i++) {
            if (i == RECORDS - 1) {
                assertThatCode(rolled::await).doesNotThrowAnyException();
            }
            recorder.success(random.nextInt(1 << 28));
            if (i % 100 == 0) {
                recorder.failure(i, error);
            }
        }
        running.countDown();
    }
}
