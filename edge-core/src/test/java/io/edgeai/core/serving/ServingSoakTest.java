package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Versions come and go under many callers. The long runs need {@code -Dedgeai.full=true}. */
@Timeout(3600)
class ServingSoakTest {
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final int THREADS = 64;
    private static final int RELOADS = 5;

    private static ModelEndpoint endpoint() {
        byte[] model = TinyModels.countToFloat();
        return ModelEndpoint.builder()
                .opener(version -> new OnnxRuntimeEngine().open(model, SessionOptions.defaults()))
                .split(TrafficSplit.all(version(1)))
                .build();
    }

    private static VersionRef version(int number) {
        return VersionRef.of("soak", number);
    }

    /** Each thread asks for counts of its own, and goes on until the versions were replaced some times meanwhile. */
    @Test
    void everyAnswerIsRightWhileVersionsAreUnloadedAndReloaded() throws Exception {
        int calls = FULL ? 1_000_000 : 300;
        AtomicInteger reloads = new AtomicInteger();
        AtomicLong asked = new AtomicLong();
        AtomicLong right = new AtomicLong();
        List<Throwable> failures = new ArrayList<>();
        try (ModelEndpoint endpoint = endpoint()) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int base = t;
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < calls || reloads.get() < RELOADS; i++) {
                        int count = (base + i) % 7;
                        asked.incrementAndGet();
                        if (endpoint.predict(new float[] {count})[0] == count) {
                            right.incrementAndGet();
                        }
                    }
                });
                thread.setUncaughtExceptionHandler((ignored, error) -> {
                    synchronized (failures) {
                        failures.add(error);
                    }
                });
                thread.start();
                threads.add(thread);
            }
            while (threads.stream().anyMatch(Thread::isAlive)) {
                endpoint.split(TrafficSplit.all(version(reloads.incrementAndGet() + 1)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(reloads).hasValueGreaterThanOrEqualTo(RELOADS);
        assertThat(asked).hasValueGreaterThanOrEqualTo((long) THREADS * calls);
        assertThat(right).hasValue(asked.get());
    }

    /** Resident memory after the first tenth and at the end, as Linux tells it. */
    @Test
    void memoryDoesNotGrowWithPredictionsNorWithReloads() throws Exception {
        Assumptions.assumeTrue(FULL, "takes minutes; set -Dedgeai.full=true");
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/statm")), "needs Linux's /proc");
        long predictions = 10_000_000;
        int reloads = 10_000;
        try (ModelEndpoint endpoint = endpoint()) {
            long settled = 0;
            for (int i = 1; i <= reloads; i++) {
                endpoint.split(TrafficSplit.all(version(i + 1)));
                for (int n = 0; n < predictions / reloads; n++) {
                    assertThat(endpoint.predict(new float[] {n % 3})[0]).isEqualTo(n % 3);
                }
                if (i == reloads / 5) {
                    settled = residentKilobytes();
                }
            }
            double per10k = (residentKilobytes() - settled) / (0.8 * predictions / 10_000);
            assertThat(per10k).as("kilobytes for each 10,000 predictions").isLessThanOrEqualTo(1);
        }
    }

    private static long residentKilobytes() throws IOException {
        System.gc();
        return 4 * Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    }
}
