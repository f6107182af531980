package io.edgeai.server;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * y = 2x for x [rows, 2], one run at a time, each 100 µs of a hand-set clock whatever is in it. Knows what each run was
 * given and who waits in line; the first run after {@link #hold} waits to be let go.
 */
final class OneSlot implements InferenceSession {
    final AtomicLong clock = new AtomicLong();
    /** The first column of x of each run. */
    final List<List<Float>> runs = Collections.synchronizedList(new ArrayList<>());
    /** Threads that have looked for a slot from their place in the line. */
    final Set<Thread> inLine = ConcurrentHashMap.newKeySet();

    private final Dim rows;
    private final Semaphore slot = new Semaphore(1);
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile CountDownLatch letGo = new CountDownLatch(0);

    OneSlot(Dim rows) {
        this.rows = rows;
    }

    void hold() {
        runs.clear();
        inLine.clear();
        held = new CountDownLatch(1);
        letGo = new CountDownLatch(1);
    }

    void awaitHeld() throws InterruptedException {
        held.await();
    }

    void letGo() {
        letGo.countDown();
    }

    @Override
    public Signature signature() {
        List<Dim> shape = List.of(rows, Dim.of(2));
        return new Signature(
                List.of(new TensorSpec("x", ElementType.FLOAT, shape)),
                List.of(new TensorSpec("y", ElementType.FLOAT, shape)));
    }

    @Override
    public boolean hasFreeSlot() {
        inLine.add(Thread.currentThread());
        return false; // who waits leaves it to who runs
    }

    @Override
    public @Nullable Map<String, Tensor> tryRun(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        return slot.tryAcquire() ? doubled(inputs.get("x")) : null;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        slot.acquireUninterruptibly();
        return doubled(inputs.get("x"));
    }

    private Map<String, Tensor> doubled(Tensor x) {
        try {
            float[] values = x.floats();
            List<Float> first = new ArrayList<>();
            for (int i = 0; i < values.length; i += 2) {
                first.add(values[i]);
            }
            runs.add(first);
            held.countDown();
            letGo.await();
            clock.addAndGet(100_000);
            for (int i = 0; i < values.length; i++) {
                values[i] *= 2;
            }
            return Map.of("y", Tensor.of(values, x.shape()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            slot.release();
        }
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
