package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ParkedCallerTest {
    private static final long HOURS = TimeUnit.HOURS.toNanos(5);
    private static final int ANSWERS = 20_000;

    /** Answers race with callers that are about to park; one wake-up lost would last for hours. */
    @Test
    void noWakeUpIsLost() throws Exception {
        BlockingQueue<SampleRequest> asked = new SynchronousQueue<>();
        CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < ANSWERS; i++) {
                SampleRequest request = taken(asked);
                for (int spin = 0; spin < i % 64; spin++) {
                    Thread.onSpinWait();
                }
                request.answer.complete(request.input);
                request.wake();
            }
        });
        for (int i = 0; i < ANSWERS; i++) {
            SampleRequest request = SampleRequest.ofThisThread(new float[] {i}, 0, Priority.NORMAL, 0);
            asked.put(request);
            while (!request.answer.isDone()) {
                request.park(this, HOURS);
            }
            assertThat(request.get()).containsExactly(i);
        }
        answering.get();
    }

    @Test
    void whoHasItsAnswerDoesNotPark() {
        SampleRequest request = SampleRequest.ofThisThread(new float[1], 0, Priority.NORMAL, 0);
        request.answer.complete(new float[] {3});
        request.wake();

        request.park(this, HOURS);
        assertThat(request.get()).containsExactly(3);
    }

    private static SampleRequest taken(BlockingQueue<SampleRequest> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
