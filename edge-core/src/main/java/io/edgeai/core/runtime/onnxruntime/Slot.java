package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.runtime.adapter.FloatPath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What one run in flight needs and keeps between runs: direct memory for the longest input and output seen, native
 * tensors over it for the last few input lengths, run options, and the state that takers and the watchdog look at.
 * Apart from that state it is touched only by the thread that took it.
 */
final class Slot {
    /** Enough for every size of a batch up to 64. */
    private static final int KEPT_LENGTHS = 72;
    /** Longs from one slot's state to the next: two cache lines, so that neighbours do not slow each other. */
    private static final int STRIDE = 16;

    private static final long FREE = 0;
    private static final long TAKEN = 1;
    private static final long RUNNING = 2;
    private static final long STOPPING = 3;
    private static final long STOPPED = 4;

    private final AtomicLongArray cells;
    private final int state;
    private final int deadline;
    private final List<Binding> bindings = new ArrayList<>(KEPT_LENGTHS);
    private FloatBuffer input = FloatBuffer.allocate(0);
    private FloatBuffer output = FloatBuffer.allocate(0);
    private OrtSession.@Nullable RunOptions options;
    private @Nullable OrtException stopFailure;
    /** Who runs; written before, and read only after, the state says that a run is watched. */
    private @Nullable Thread runner;

    private Slot(AtomicLongArray cells, int index) {
        this.cells = cells;
        this.state = (index + 1) * STRIDE;
        this.deadline = state + 1;
    }

    static Slot[] create(int count) {
        AtomicLongArray cells = new AtomicLongArray((count + 2) * STRIDE);
        Slot[] slots = new Slot[count];
        for (int i = 0; i < count; i++) {
            slots[i] = new Slot(cells, i);
        }
        return slots;
    }

    boolean tryTake() {
        return cells.get(state) == FREE && cells.compareAndSet(state, FREE, TAKEN);
    }

    boolean isFree() {
        return cells.get(state) == FREE;
    }

    void free() {
        cells.set(state, FREE);
    }

    /** Native tensors for an input length, made now where none are kept; the most recent length is found first. */
    Binding binding(OrtEnvironment environment, FloatPath path, int length) throws OrtException {
        for (int i = 0; i < bindings.size(); i++) {
            Binding kept = bindings.get(i);
            if (kept.inputLength() == length) {
                if (i > 0) {
                    bindings.remove(i);
                    bindings.add(0, kept);
                }
                return kept;
            }
        }
        long[] shape = path.shapeFor(length);
        if (input.capacity() < length) {
            forgetAllBut(null);
            input = direct(roomFor(length, input.capacity()));
        } else if (bindings.size() == KEPT_LENGTHS) {
            bindings.remove(KEPT_LENGTHS - 1).close();
        }
        Binding made = new Binding(environment, path, input.slice(0, length), shape);
        bindings.add(0, made);
        return made;
    }

    /** Memory for an output of that length; growing it forgets what lies on the old memory. */
    FloatBuffer output(int length, Binding asking) {
        if (output.capacity() < length) {
            forgetAllBut(asking);
            output = direct(roomFor(length, output.capacity()));
        }
        return output.slice(0, length);
    }

    private void forgetAllBut(@Nullable Binding spared) {
        for (Binding binding : bindings) {
            if (binding != spared) {
                binding.close();
            }
        }
        bindings.removeIf(binding -> binding != spared);
    }

    OrtSession.RunOptions options() throws OrtException {
        OrtSession.RunOptions made = options;
        if (made == null) {
            made = new OrtSession.RunOptions();
            options = made;
        }
        return made;
    }

    /** Lets the watchdog stop this run once {@code System.nanoTime()} passes an instant or this thread is interrupted. */
    void startWatch(long at) {
        runner = Thread.currentThread();
        cells.set(deadline, at);
        cells.set(state, RUNNING);
    }

    /** Ends the watch; true where the watchdog stopped the run. */
    boolean endWatch() throws OrtException {
        if (cells.compareAndSet(state, RUNNING, TAKEN)) {
            return false;
        }
        while (cells.get(state) != STOPPED) {
            Thread.onSpinWait();
        }
        cells.set(state, TAKEN);
        OrtException failure = stopFailure;
        stopFailure = null;
        if (failure != null) {
            throw failure;
        }
        options().setTerminate(false);
        return true;
    }

    boolean watched() {
        return cells.get(state) == RUNNING;
    }

    /** Called by the watchdog. */
    void stopIfOverdue(long now) {
        if (watched()
                && (now - cells.get(deadline) >= 0 || interrupted(runner))
                && cells.compareAndSet(state, RUNNING, STOPPING)) {
            try {
                options().setTerminate(true);
            } catch (OrtException e) {
                stopFailure = e;
            } finally {
                cells.set(state, STOPPED);
            }
        }
    }

    private static boolean interrupted(@Nullable Thread thread) {
        return thread != null && thread.isInterrupted();
    }

    void close() {
        forgetAllBut(null);
        if (options != null) {
            options.close();
        }
    }

    private static int roomFor(int length, int before) {
        return (int) Math.max(length, Math.min(2L * before, Integer.MAX_VALUE / Float.BYTES));
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
