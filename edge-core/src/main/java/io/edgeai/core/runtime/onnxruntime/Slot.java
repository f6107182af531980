package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one run in flight needs and keeps between runs: pinned tensors by input length, run options, and the state the
 * watchdog looks at. Owned by the thread that took it.
 */
final class Slot {
    private static final int MAX_BINDINGS = 4;
    private static final int FREE = 0;
    private static final int TAKEN = 1;
    private static final int RUNNING = 2;
    private static final int STOPPING = 3;
    private static final int STOPPED = 4;

    private final AtomicInteger state = new AtomicInteger(FREE);
    private final AtomicLong deadlineAt = new AtomicLong();
    private final OrtSession.RunOptions options;
    private final Map<Integer, Binding> bindings = new LinkedHashMap<>();

    Slot() throws OrtException {
        this.options = new OrtSession.RunOptions();
    }

    boolean tryTake() {
        return state.get() == FREE && state.compareAndSet(FREE, TAKEN);
    }

    void free() {
        state.set(FREE);
    }

    OrtSession.RunOptions options() {
        return options;
    }

    /** The last run's binding is looked at first, so that steady lengths cost no map look-up. */
    private @org.jspecify.annotations.Nullable Binding latest;

    @org.jspecify.annotations.Nullable
    Binding binding(int inputLength) {
        Binding last = latest;
        if (last != null && last.inputLength() == inputLength) {
            return last;
        }
        latest = bindings.get(inputLength);
        return latest;
    }

    void keep(Binding binding) {
        if (bindings.size() >= MAX_BINDINGS) {
            Integer oldest = bindings.keySet().iterator().next();
            Binding removed = bindings.remove(oldest);
            if (removed != null) {
                removed.close();
            }
        }
        bindings.put(binding.inputLength(), binding);
        latest = binding;
    }

    void forget(Binding binding) {
        bindings.remove(binding.inputLength());
        latest = null;
        binding.close();
    }

    /** Lets the watchdog stop this run once {@code System.nanoTime()} passes the given instant. */
    void startWatch(long at) {
        deadlineAt.set(at);
        state.set(RUNNING);
    }

    /** Ends the watch; true where the watchdog stopped the run. */
    boolean endWatch() throws OrtException {
        if (state.compareAndSet(RUNNING, TAKEN)) {
            return false;
        }
        while (state.get() != STOPPED) {
            Thread.onSpinWait();
        }
        options.setTerminate(false);
        state.set(TAKEN);
        return true;
    }

    boolean watched() {
        return state.get() == RUNNING;
    }

    /** Called by the watchdog. */
    void stopIfOverdue(long now) {
        if (state.get() == RUNNING && now - deadlineAt.get() >= 0 && state.compareAndSet(RUNNING, STOPPING)) {
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                throw OrtErrors.running(e);
            } finally {
                state.set(STOPPED);
            }
        }
    }

    void close() {
        bindings.values().forEach(Binding::close);
        bindings.clear();
        latest = null;
        options.close();
    }
}
