package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class BatcherTest {
    private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore gate = new Semaphore(0);
    private final CountDownLatch entered = new CountDownLatch(1);

    /** Echoes what it is given, one batch for each permit. */
    private void echo(List<Request<?>> batch) {
        entered.countDown();
        gate.acquireUninterruptibly();
        sizes.add(batch.size());
        batch.forEach(request -> ((SampleRequest) request).answer.complete(((SampleRequest) request).input));
    }

    private Batcher batcher(int maxBatch, Duration delay, int maxQueue) {
        return new Batcher(
                this::echo,
                requests -> true,
                new Batcher.Settings(maxBatch, delay, maxQueue, QueuePolicy.REFUSE_NEW, 0, 1),
                Ticker.system());
    }

    private final List<CompletableFuture<float[]>> submitted = new ArrayList<>();

    private static CompletableFuture<float[]> submit(Batcher batcher, float value) {
        return batcher.submit(new float[] {value}, Priority.NORMAL);
    }

    @Test
    void takesWhatWaitsUpToABatch() throws Exception {
        try (Batcher batcher = batcher(4, Duration.ZERO, 100)) {
            CompletableFuture<float[]> first = submit(batcher, 0);
            entered.await();
            List<CompletableFuture<float[]>> rest = new ArrayList<>();
            for (int i = 1; i <= 10; i++) {
                rest.add(submit(batcher, i));
            }
            gate.release(100);
            assertThat(first.get()).containsExactly(0);
            for (int i = 1; i <= 10; i++) {
                assertThat(rest.get(i - 1).get()).containsExactly(i);
            }
            assertThat(sizes).containsExactly(1, 4, 4, 2);
        }
    }

    @Test
    void waitsForCompanyWhereADelayAllows() throws Exception {
        gate.release(100);
        try (Batcher batcher = batcher(3, Duration.ofDays(1), 100)) {
            CompletableFuture<float[]> first = submit(batcher, 1);
            submitted.add(submit(batcher, 2));
            submitted.add(submit(batcher, 3));
            first.get();
            assertThat(sizes).containsExactly(3);
        }
    }

    @Test
    void closingCutsTheWaitForCompanyShort() {
        gate.release(100);
        Batcher batcher = batcher(3, Duration.ofDays(1), 100);
        CompletableFuture<float[]> only = submit(batcher, 1);
        batcher.close();

        assertThat(only).isDone();
    }

    @Test
    void aFullQueueRefuses() throws Exception {
        try (Batcher batcher = batcher(1, Duration.ZERO, 2)) {
            submitted.add(submit(batcher, 0));
            entered.await();
            submitted.add(submit(batcher, 1));
            submitted.add(submit(batcher, 2));
            assertThatThrownBy(() -> submit(batcher, 3))
                    .isInstanceOf(OverloadedException.class)
                    .hasMessageContaining("(2)");
            gate.release(100);
        }
    }

    @Test
    void closingAnswersWhatRunsAndFailsWhatWaits() throws Exception {
        Batcher batcher = batcher(1, Duration.ZERO, 10);
        CompletableFuture<float[]> running = submit(batcher, 0);
        entered.await();
        CompletableFuture<float[]> waiting = submit(batcher, 1);
        Thread closer = new Thread(batcher::close);
        closer.start();
        Ample.await().until(() -> closer.getState() == Thread.State.WAITING);
        gate.release(100);
        closer.join();

        assertThat(running.get()).containsExactly(0);
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(LifecycleException.class);
        assertThatThrownBy(submit(batcher, 2)::join).hasCauseInstanceOf(LifecycleException.class);
        batcher.close();
    }

    @Test
    void mayBeClosedFromWhatDependsOnAnAnswer() throws Exception {
        Batcher batcher = batcher(1, Duration.ZERO, 10);
        CompletableFuture<Void> closed = submit(batcher, 0).thenRun(batcher::close);
        gate.release(1);

        closed.get();
        batcher.close();
    }

    @Test
    void whereTheOldestIsDroppedItFailsAndTheNewcomerRuns() throws Exception {
        Batcher.Settings settings = new Batcher.Settings(1, Duration.ZERO, 2, QueuePolicy.DROP_OLDEST, 0, 1);
        try (Batcher batcher = new Batcher(this::echo, requests -> true, settings, Ticker.system())) {
            submitted.add(submit(batcher, 0));
            entered.await();
            CompletableFuture<float[]> oldest = submit(batcher, 1);
            submitted.add(submit(batcher, 2));
            submitted.add(submit(batcher, 3));
            gate.release(100);
            assertThatThrownBy(oldest::join).hasCauseInstanceOf(OverloadedException.class);
            assertThat(submitted).allSatisfy(future -> assertThat(future.join()).hasSize(1));
        }
    }

    /** Each takes 1 ms; six that wait would take longer than half of 10 ms. */
    @Test
    void whoWouldWaitForHalfTheDeadlineIsRefusedAtOnce() throws Exception {
        AtomicLong clock = new AtomicLong();
        Batcher.Settings settings = new Batcher.Settings(1, Duration.ZERO, 100, QueuePolicy.REFUSE_NEW, 10_000_000, 1);
        Consumer<List<Request<?>>> slow = batch -> {
            clock.addAndGet(1_000_000);
            echo(batch);
        };
        try (Batcher batcher = new Batcher(slow, requests -> true, settings, clock::get)) {
            gate.release(32);
            for (int i = 0; i < 32; i++) {
                assertThat(submit(batcher, i).get()).containsExactly(i);
            }
            CompletableFuture<float[]> running = submit(batcher, 1);
            Ample.await().until(gate::hasQueuedThreads);
            for (int i = 0; i < 6; i++) {
                submitted.add(submit(batcher, i));
            }
            assertThatThrownBy(() -> submit(batcher, 9))
                    .isInstanceOf(OverloadedException.class)
                    .hasMessageContaining("(6) asynchronous requests that wait would take (6000) µs");
            gate.release(100);
            assertThat(running.get()).containsExactly(1);
        }
    }

    /** Expired requests leave in no time; the queue once looked short for that, so that ever more came in to expire. */
    @Test
    void requestsThatExpiredDoNotMakeTheQueueLookShort() throws Exception {
        AtomicLong clock = new AtomicLong();
        Batcher.Settings settings = new Batcher.Settings(1, Duration.ZERO, 100, QueuePolicy.REFUSE_NEW, 10_000_000, 1);
        Consumer<List<Request<?>>> slow = batch -> {
            if (((SampleRequest) batch.get(0)).input[0] < 0) {
                batch.get(0).answer.completeExceptionally(new InferenceTimeoutException("too late"));
            } else {
                clock.addAndGet(1_000_000);
                echo(batch);
            }
        };
        try (Batcher batcher = new Batcher(slow, requests -> true, settings, clock::get)) {
            gate.release(32);
            for (int i = 0; i < 32; i++) {
                assertThat(submit(batcher, i).get()).containsExactly(i);
            }
            for (int i = 0; i < 100; i++) {
                assertThatThrownBy(submit(batcher, -1)::join).hasCauseInstanceOf(InferenceTimeoutException.class);
            }
            CompletableFuture<float[]> running = submit(batcher, 1);
            Ample.await().until(gate::hasQueuedThreads);
            for (int i = 0; i < 6; i++) {
                submitted.add(submit(batcher, i));
            }
            try {
                assertThatThrownBy(() -> submit(batcher, 9))
                        .isInstanceOf(OverloadedException.class)
                        .hasMessageContaining("(6) asynchronous requests that wait would take (6000) µs");
            } finally {
                gate.release(100);
            }
            assertThat(running.get()).containsExactly(1);
        }
    }

    @Test
    void nobodyWaitsForCompanyThatDoesNotPay() throws Exception {
        gate.release(100);
        Batcher.Settings settings = new Batcher.Settings(3, Duration.ofDays(1), 100, QueuePolicy.REFUSE_NEW, 0, 1);
        try (Batcher batcher = new Batcher(this::echo, requests -> false, settings, Ticker.system())) {
            assertThat(submit(batcher, 1).get()).containsExactly(1);
            assertThat(sizes).containsExactly(1);
        }
    }

    @Test
    void nobodyWaitsForCompanyWhereRequestsComeFarApart() throws Exception {
        gate.release(100);
        AtomicLong clock = new AtomicLong();
        Duration delay = Duration.ofMillis(1);
        Batcher.Settings settings = new Batcher.Settings(3, delay, 100, QueuePolicy.REFUSE_NEW, 0, 1);
        List<Integer> asked = new ArrayList<>();
        Predicate<List<Request<?>>> pays = requests -> {
            asked.add(requests.size() + 1);
            return false;
        };
        try (Batcher batcher = new Batcher(this::echo, pays, settings, clock::get)) {
            for (int i = 0; i < 20; i++) {
                clock.addAndGet(60_000_000_000L);
                assertThat(submit(batcher, i).get()).containsExactly(i);
            }
        }
        assertThat(asked).as("asked only before the distance was known").containsExactly(2);
    }

    @Test
    void anotherWorkerComesWhereMuchWaits() throws Exception {
        AtomicLong clock = new AtomicLong();
        Batcher.Settings settings = new Batcher.Settings(1, Duration.ZERO, 100, QueuePolicy.REFUSE_NEW, 0, 2);
        Consumer<List<Request<?>>> slow = batch -> {
            clock.addAndGet(1_000_000);
            echo(batch);
        };
        try (Batcher batcher = new Batcher(slow, requests -> true, settings, clock::get)) {
            gate.release();
            assertThat(submit(batcher, 0).get()).containsExactly(0);
            for (int i = 0; i < 3; i++) {
                submitted.add(submit(batcher, i));
            }
            Ample.await().until(() -> gate.getQueueLength() == 2);
            gate.release(100);
            assertThat(submitted).allSatisfy(future -> assertThat(future.join()).hasSize(1));
        }
    }
}
