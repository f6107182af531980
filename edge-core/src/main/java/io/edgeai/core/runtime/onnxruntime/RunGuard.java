package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.OperationCancelledException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The slots of a session and the watchdog over them: who may run, and until when. Thread-safe. */
final class RunGuard {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final SlotPool pool;
    private final Watchdog watchdog;

    /** A call into ONNX Runtime. */
    interface Call<T> {
        T run(OrtSession.RunOptions options) throws OrtException;
    }

    RunGuard(int slotCount) {
        Slot[] slots = Slot.create(slotCount);
        this.pool = new SlotPool(slots);
        this.watchdog = new Watchdog(slots);
    }

    /** A deadline in nanoseconds, 0 for none. */
    static long nanos(@Nullable Duration deadline) {
        return deadline == null ? 0 : Math.max(1, (deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST).toNanos());
    }

    /** Waits for a slot; {@code at} is the {@code System.nanoTime()} at which a deadline other than 0 ends. */
    Slot take(long deadlineNanos, long at) {
        return pool.take(deadlineNanos, at);
    }

    /** A slot that is free now, or null. */
    @Nullable
    Slot tryTake() {
        return pool.tryTakeOpen();
    }

    boolean anyFreeOrClosed() {
        return pool.anyFreeOrClosed();
    }

    void release(Slot slot) {
        pool.release(slot);
    }

    /** Runs under the watchdog's eyes; the slot is clean again afterwards. */
    <T> T watched(Slot slot, long deadlineNanos, long at, Call<T> call) throws OrtException {
        OrtSession.RunOptions options = slot.options();
        slot.startWatch(at);
        T answer;
        try {
            watchdog.notice(deadlineNanos, at);
            answer = call.run(options);
        } catch (OrtException e) {
            if (slot.endWatch()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new OperationCancelledException("The run was stopped because its thread was interrupted.", e);
                }
                throw new InferenceTimeoutException(
                        "The run was stopped after its deadline of (" + deadlineNanos / 1000
                                + ") µs. Maybe allow more time or optimize the model.",
                        e);
            }
            throw e;
        } catch (RuntimeException | Error e) {
            slot.endWatch();
            throw e;
        }
        slot.endWatch();
        return answer;
    }

    /** Waits for runs in flight and ends the watchdog. Call once. */
    void close() {
        pool.drain(Slot::close);
        watchdog.close();
    }
}
