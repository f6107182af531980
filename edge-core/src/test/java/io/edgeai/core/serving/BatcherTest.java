package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatcherTest {
    private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore gate = new Semaphore(0);
    private final CountDownLatch entered = new CountDownLatch(1);

    /** Echoes what it is given, one batch for each permit. */
    private void echo(List<Request> batch) {
        entered.countDown();
        gate.acquireUninterruptibly();
        sizes.add(batch.size());
        batch.forEach(request -> request.answer.complete(request.input));
    }

    private final List<CompletableFuture<float[]>> submitted = new ArrayList<>();

    private static Request request(float value) {
        return new Request(new float[] {value}, 0);
    }

    @Test
    void takesWhatWaitsUpToABatch() throws Exception {
        try (Batcher batcher = new Batcher(this::echo, 4, Duration.ZERO, 100)) {
            CompletableFuture<float[]> first = batcher.submit(request(0));
            entered.await();
            List<CompletableFuture<float[]>> rest = new ArrayList<>();
            for (int i = 1; i <= 10; i++) {
                rest.add(batcher.submit(request(i)));
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
        try (Batcher batcher = new Batcher(this::echo, 3, Duration.ofSeconds(20), 100)) {
            CompletableFuture<float[]> first = batcher.submit(request(1));
            submitted.add(batcher.submit(request(2)));
            submitted.add(batcher.submit(request(3)));
            first.get();
            assertThat(sizes).containsExactly(3);
        }
    }

    @Test
    void closingCutsTheWaitForCompanyShort() {
        gate.release(100);
        Batcher batcher = new Batcher(this::echo, 3, Duration.ofDays(1), 100);
        CompletableFuture<float[]> only = batcher.submit(request(1));
        batcher.close();

        assertThat(only).isDone();
    }

    @Test
    void aFullQueueRefuses() throws Exception {
        try (Batcher batcher = new Batcher(this::echo, 1, Duration.ZERO, 2)) {
            submitted.add(batcher.submit(request(0)));
            entered.await();
            submitted.add(batcher.submit(request(1)));
            submitted.add(batcher.submit(request(2)));
            assertThatThrownBy(() -> batcher.submit(request(3)))
                    .isInstanceOf(OverloadedException.class)
                    .hasMessageContaining("(2)");
            gate.release(100);
        }
    }

    @Test
    void closingAnswersWhatRunsAndFailsWhatWaits() throws Exception {
        Batcher batcher = new Batcher(this::echo, 1, Duration.ZERO, 10);
        CompletableFuture<float[]> running = batcher.submit(request(0));
        entered.await();
        CompletableFuture<float[]> waiting = batcher.submit(request(1));
        Thread closer = new Thread(batcher::close);
        closer.start();
        Awaitility.await().until(() -> closer.getState() == Thread.State.WAITING);
        gate.release(100);
        closer.join();

        assertThat(running.get()).containsExactly(0);
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(LifecycleException.class);
        assertThatThrownBy(batcher.submit(request(2))::join).hasCauseInstanceOf(LifecycleException.class);
        batcher.close();
    }

    @Test
    void mayBeClosedFromWhatDependsOnAnAnswer() throws Exception {
        Batcher batcher = new Batcher(this::echo, 1, Duration.ZERO, 10);
        CompletableFuture<Void> closed = batcher.submit(request(0)).thenRun(batcher::close);
        gate.release(1);

        closed.get();
        batcher.close();
    }
}
