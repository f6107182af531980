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

/**
 * Versions come and go under many callers. The long runs need {@code -Dedgeai.full=true}; each ends after
 * {@code -Dedgeai.soak.seconds} (default 600) at the latest, and says which part of its calls it got through.
 */
@Timeout(7200)
class ServingSoakTest {
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final int THREADS = 64;
    private static final int RELOADS = 5;

    private static final int WIDTH = 3;

    /** Answers 2·x + 1: a run takes microseconds, so that the calls are what is soaked, and not the model. */
    private static ModelEndpoint endpoint() {
        byte[] model = TinyModels.affine(2);
        return ModelEndpoint.builder()
                .opener(version -> new OnnxRuntimeEngine().open(model, SessionOptions.defaults()))
                .split(TrafficSplit.all(version(1)))
                .build();
    }

    private static VersionRef version(int number) {
        return VersionRef.of("soak", number);
    }

    private static boolean right(ModelEndpoint endpoint, int x) {
        float[] answer = endpoint.predict(new float[] {x, 0, -x});
        return answer.length == WIDTH && answer[0] == 2 * x + 1 && answer[1] == 1 && answer[2] == -2 * x + 1;
    }

    /** Each thread asks for numbers of its own, and goes on until the versions were replaced some times meanwhile. */
    @Test
    void everyAnswerIsRightWhileVersionsAreUnloadedAndReloaded() throws Exception {
        int calls = FULL ? 1_000_000 : 300;
        AtomicInteger reloads = new AtomicInteger();
        SoakLength soak = SoakLength.of("calls by 64 threads", (long) THREADS * calls);
        AtomicLong right = new AtomicLong();
        List<Throwable> failures = new ArrayList<>();
        try (ModelEndpoint endpoint = endpoint()) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int base = t;
                Thread thread = new Thread(() -> {
                    for (int done = 0;
                            done < calls && !(FULL && soak.timeIsOver()) || reloads.get() < RELOADS;
                            done += 100) {
                        long good = 0;
                        for (int i = 0; i < 100; i++) {
                            good += right(endpoint, (base + done + i) % 1000) ? 1 : 0;
                        }
                        right.addAndGet(good);
                        soak.did(100);
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
            if (FULL) {
                System.out.println(soak.progress() + ", " + reloads + " reloads");
            }
        }
        assertThat(failures).isEmpty();
        assertThat(reloads).hasValueGreaterThanOrEqualTo(RELOADS);
        assertThat(right).hasValue(soak.done());
        assertThat(right.get()).isPositive();
    }

    /**
     * Resident memory after the first fifth and at the end, as Linux tells it. A slope over fewer predictions than all says
     * more of the collector than of us, so that a run that ends early is aborted with what it saw.
     */
    @Test
    void memoryDoesNotGrowWithPredictionsNorWithReloads() throws Exception {
        Assumptions.assumeTrue(FULL, "takes minutes; set -Dedgeai.full=true");
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/self/statm")), "needs Linux's /proc");
        long predictions = 10_000_000;
        int reloads = 10_000;
        SoakLength soak = SoakLength.of("predictions", predictions);
        try (ModelEndpoint endpoint = endpoint()) {
            long settled = 0;
            for (int i = 1; i <= reloads; i++) {
                endpoint.split(TrafficSplit.all(version(i + 1)));
                for (int n = 0; n < predictions / reloads; n++) {
                    if (!right(endpoint, n)) {
                        throw new AssertionError("wrong answer to " + n + " by version " + (i + 1));
                    }
                }
                soak.did(predictions / reloads);
                if (i == reloads / 5) {
                    settled = residentKilobytes();
                }
                if (soak.timeIsOver()) {
                    Assumptions.abort(soak.progress() + ", resident " + residentKilobytes() + " KB after " + settled
                            + ". Maybe give it more -Dedgeai.soak.seconds.");
                }
            }
            double per10k = (residentKilobytes() - settled) / (0.8 * predictions / 10_000);
            System.out.println(soak.progress() + ", " + per10k + " KB for each 10,000");
            assertThat(per10k).as("kilobytes for each 10,000 predictions").isLessThanOrEqualTo(1);
        }
    }

    private static long residentKilobytes() throws IOException {
        System.gc();
        return 4 * Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    }
}
