package io.edgeai.server;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A session whose runs wait until they are let through, and then answer {@code y = [7, 7]}. */
final class Gate implements InferenceSession {
    final Semaphore arrived = new Semaphore(0);
    /** Nanoseconds that the latest run was given; 0 for as long as it takes. */
    volatile long longest;

    private final CountDownLatch open = new CountDownLatch(1);
    private volatile @Nullable RuntimeException failure;

    /** Lets runs through to this failure instead. */
    void failWith(RuntimeException reason) {
        failure = reason;
        open();
    }

    void open() {
        open.countDown();
    }

    @Override
    public Signature signature() {
        return new Signature(
                List.of(TensorSpec.of("x", ElementType.FLOAT, 1, 2)),
                List.of(TensorSpec.of("y", ElementType.FLOAT, 1, 2)));
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        longest = deadline == null ? 0 : deadline.toNanos();
        arrived.release();
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RuntimeException reason = failure;
        if (reason != null) {
            throw reason;
        }
        return TestModels.answer(7, 7);
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        return run(Map.of(), null).get("y").floats();
    }

    @Override
    public void close() {}
}
