package io.edgeai.core.serving;

import io.edgeai.core.error.LifecycleException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A doubling session with so many slots, each run of which waits for a permit that the test gives. */
final class SlottedSession extends FakeSession {
    final Semaphore permits = new Semaphore(0);
    /** Runs that were ready to wait for a slot. */
    final AtomicInteger patient = new AtomicInteger();

    /** Whether threads in a line see that a slot is free; where not, only who runs already can serve them. */
    volatile boolean freeSlotsShow = true;

    private final Semaphore slots;

    SlottedSession(AtomicLong clock, int slots, long perRun, long perSample) {
        super(clock, perRun, perSample, FakeSession::doubled);
        this.slots = new Semaphore(slots);
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        patient.incrementAndGet();
        slots.acquireUninterruptibly();
        return run(input, deadlineNanos);
    }

    @Override
    public float @Nullable [] tryPredict(float[] input, long deadlineNanos) {
        if (closed) {
            throw new LifecycleException("closed");
        }
        return slots.tryAcquire() ? run(input, deadlineNanos) : null;
    }

    @Override
    public float @Nullable [][] tryPredictEach(float[][] samples, long deadlineNanos) {
        return slots.availablePermits() == 0 ? null : predictEach(samples, deadlineNanos);
    }

    @Override
    public boolean hasFreeSlot() {
        return closed || (freeSlotsShow && slots.availablePermits() > 0);
    }

    /** Threads that wait for a slot. */
    int waitingForSlot() {
        return slots.getQueueLength();
    }

    private float[] run(float[] input, long deadlineNanos) {
        try {
            permits.acquireUninterruptibly();
            return super.predict(input, deadlineNanos);
        } finally {
            slots.release();
        }
    }
}
