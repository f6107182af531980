package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EdgeMonitorConcurrencyTest {
    private static final int THREADS = 8;
    private static final int RECORDS = 60_000;
    private static final int VERSIONS = 4;

    private final FakeTime time = new FakeTime();
    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS + 4);
    private final EdgeMonitor monitor = EdgeMonitor.builder()
            .clock(time)
            .ticker(time)
            .resources(() -> ResourceReading.NONE)
            .manualTicks()
            .build();

    @AfterEach
    void close() throws InterruptedException {
        monitor.close();
        pool.shutdownNow();
        assertThat(pool.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    private static VersionRef version(int n) {
        return VersionRef.of("model", n + 1);
    }

    /** Starts all at once; the futures rethrow what a thread met. */
    private List<Future<Void>> start(int threads, ThreadBody body) {
        CyclicBarrier barrier = new CyclicBarrier(threads);
        List<Future<Void>> futures = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            Callable<Void> task = () -> {
                barrier.await();
                body.run(thread);
                return null;
            };
            futures.add(pool.submit(task));
        }
        return futures;
    }

    @FunctionalInterface
    private interface ThreadBody {
        void run(int thread) throws Exception;
    }

    private static void await(List<Future<Void>> futures) throws InterruptedException, ExecutionException {
        for (Future<Void> future : futures) {
            future.get();
        }
    }

    private static boolean running(List<Future<Void>> futures) {
        return !futures.stream().allMatch(Future::isDone);
    }

    private void record(int thread) {
        Random random = new Random(thread);
        IllegalStateException error = new IllegalStateException();
        for (int i = 0; i < RECORDS; i++) {
            InferenceListener listener = monitor.listener(version((thread + i) % VERSIONS));
            if (i % 50 == 0) {
                listener.failure(1, error);
            } else {
                listener.success(random.nextInt(1 << 20));
            }
            if (i % 20 == 0) {
                listener.sample(new float[] {i, thread}, new float[] {0, 1});
            }
        }
    }

    @Test
    void everyRecordOfEveryVersionIsInExactlyOneWindow() throws Exception {
        List<Future<Void>> recording = start(THREADS, this::record);
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Void>> asking = start(3, thread -> {
            while (!over.get()) {
                for (VersionRef version : monitor.versions()) {
                    double score = monitor.health(version).score().orElse(100);
                    assertThat(score).isBetween(0.0, 100.0);
                    assertThat(monitor.windows(version)).allMatch(window -> window.errors() <= window.count());
                    monitor.accuracy(version, 9, 10);
                    assertThat(monitor.droppedSamples(version)).isNotNegative();
                }
                assertThat(monitor.alerts()).isNotNull();
            }
        });
        int ticks = 0;
        while (running(recording) && ticks < 300) {
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
            ticks++;
        }
        await(recording);
        over.set(true);
        await(asking);
        time.advance(Duration.ofSeconds(60));
        monitor.tick();
        long each = (long) THREADS * RECORDS / VERSIONS;
        for (int n = 0; n < VERSIONS; n++) {
            List<WindowSummary> fine = monitor.windows(version(n));
            assertThat(fine.stream().mapToLong(WindowSummary::count).sum())
                    .as("version %s", n)
                    .isEqualTo(each);
            // thread t fails at i = 0, 50, 100 …: version (t + i) mod 4 with i mod 4 in {0, 2} equally often
            assertThat(fine.stream().mapToLong(WindowSummary::errors).sum()).isEqualTo(each / 50);
            assertThat(monitor.minutes(version(n)).stream()
                            .mapToLong(WindowSummary::count)
                            .sum())
                    .isEqualTo(each);
        }
    }

    @Test
    void severalThreadsThatTickCloseEachWindowOnce() throws Exception {
        monitor.listener(version(0));
        for (int round = 1; round <= 50; round++) {
            monitor.listener(version(0)).success(round);
            time.advance(Duration.ofSeconds(10));
            await(start(4, thread -> monitor.tick()));
            assertThat(monitor.windows(version(0))).hasSize(round);
        }
        assertThat(monitor.windows(version(0))).extracting(WindowSummary::count).containsOnly(1L);
    }

    @Test
    void oneVersionHasOneListenerHoweverManyAskFirst() throws Exception {
        for (int round = 0; round < 200; round++) {
            VersionRef version = version(round);
            InferenceListener[] seen = new InferenceListener[THREADS];
            await(start(THREADS, thread -> seen[thread] = monitor.factory().listen(version)));
            assertThat(seen).containsOnly(seen[0]);
        }
    }

    @Test
    void forgettingWhileAllElseRunsGivesOnlyTheDocumentedErrors() throws Exception {
        List<Future<Void>> recording = start(THREADS, this::record);
        AtomicInteger unknown = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Void>> meddling = start(2, thread -> {
            Random random = new Random(thread);
            while (!over.get()) {
                VersionRef version = version(random.nextInt(VERSIONS));
                if (thread == 0) {
                    monitor.forget(version);
                }
                try {
                    assertThat(monitor.health(version).subject()).isEqualTo(version.toString());
                    assertThat(monitor.windows(version)).isNotNull();
                } catch (ModelNotFoundException e) {
                    unknown.incrementAndGet();
                }
            }
        });
        while (running(recording) || (unknown.get() == 0 && running(meddling))) {
            time.advance(Duration.ofSeconds(10));
            monitor.tick();
        }
        over.set(true);
        await(recording);
        await(meddling);
        assertThat(unknown.get())
                .as("at the latest, whoever forgets meets it once nobody records any more")
                .isPositive();
        for (int n = 0; n < VERSIONS; n++) {
            monitor.forget(version(n));
        }
        assertThat(monitor.versions()).isEmpty();
        assertThat(monitor.alerts()).isEmpty();
    }

    /** A judgement under way when its version is forgotten used to leave an alert of an unknown version behind. */
    @Test
    void aVersionForgottenInTheMiddleOfATickLeavesNoAlert() {
        EventBus events = new EventBus((event, failure) -> {
            throw failure;
        });
        try (EdgeMonitor own = EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .events(events)
                .resources(() -> ResourceReading.NONE)
                .manualTicks()
                .build()) {
            events.subscribe(AlertRaised.class, event -> own.forget(event.version()));
            InferenceListener listener = own.listener(version(0));
            for (int w = 0; w < 200 && !own.versions().isEmpty(); w++) {
                for (int i = 0; i < 400; i++) {
                    if (w >= 100 && i % 2 == 0) {
                        listener.failure(1, new IllegalStateException());
                    } else {
                        listener.success(w >= 100 ? 50_000_000 : 1_000_000 + 100 * (i % 7));
                    }
                }
                time.advance(Duration.ofSeconds(10));
                own.tick();
            }
            assertThat(own.versions()).isEmpty();
            assertThat(own.alerts()).isEmpty();
        }
    }

    @Test
    void closingWhileOthersWorkStopsTicksAndNothingElse() throws Exception {
        List<Future<Void>> recording = start(THREADS, this::record);
        List<Future<Void>> ticking = start(2, thread -> {
            try {
                while (true) {
                    monitor.tick();
                }
            } catch (LifecycleException e) {
                assertThat(e).hasMessageContaining("closed");
            }
        });
        await(start(2, thread -> monitor.close()));
        await(ticking);
        await(recording);
        assertThatCode(() -> monitor.health(version(0))).doesNotThrowAnyException();
        assertThat(monitor.versions()).hasSize(VERSIONS);
    }
}
