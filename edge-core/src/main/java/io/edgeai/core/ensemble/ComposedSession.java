package io.edgeai.core.ensemble;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session that answers by asking others. It checks inputs against its signature, turns the time allowed into a
 * {@link Deadline}, offers the path for plain floats, and lets runs in flight end before it releases anything. Thread-safe
 * where {@link #answer} is.
 */
public abstract class ComposedSession implements InferenceSession {
    private final String what;
    private final Signature signature;
    private final Ticker ticker;
    /** Runs hold the reading side, closing the writing side. */
    private final ReadWriteLock gate = new ReentrantReadWriteLock();

    private boolean closed;

    /**
     * @param what the kind of session, for messages, e.g. {@code "graph"}
     * @param ticker the clock of deadlines
     */
    protected ComposedSession(String what, Signature signature, Ticker ticker) {
        this.what = what;
        this.signature = signature;
        this.ticker = ticker;
    }

    /** Answers checked inputs; called by many threads at once, and never after {@link #release}. */
    protected abstract Map<String, Tensor> answer(Map<String, Tensor> inputs, Deadline deadline);

    /** Frees what is held; called once, when no run is in flight. */
    protected abstract void release();

    @Override
    public final Signature signature() {
        return signature;
    }

    @Override
    public final Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        Specs.check(signature.inputs(), inputs);
        Deadline until = Deadline.in(deadline, ticker);
        return whileOpen(() -> answer(inputs, until));
    }

    /**
     * Does something that closing waits for.
     *
     * @throws LifecycleException after close
     */
    protected final <T> T whileOpen(Supplier<T> work) {
        gate.readLock().lock();
        try {
            if (closed) {
                throw new LifecycleException("The " + what + " is closed. Maybe open another one.");
            }
            return work.get();
        } finally {
            gate.readLock().unlock();
        }
    }

    @Override
    public final float[] predict(float[] input, long deadlineNanos) {
        TensorSpec in = onlyFloatInput();
        Tensor tensor = Tensor.of(input, shape(in, input.length));
        Duration deadline = deadlineNanos == 0 ? null : Duration.ofNanos(deadlineNanos);
        Tensor output = run(Map.of(in.name(), tensor), deadline)
                .get(signature.outputs().get(0).name());
        if (output == null) {
            throw new InvalidInputException("The " + what + " gave no output ("
                    + signature.outputs().get(0) + "). Maybe read its outputs by name with run.");
        }
        return output.floats();
    }

    @Override
    public final int sampleLength() {
        List<TensorSpec> outputs = signature.outputs();
        boolean oneEach = signature.inputs().size() == 1
                && outputs.size() == 1
                && isFloat(signature.inputs().get(0))
                && isFloat(outputs.get(0));
        if (!oneEach
                || !freeRows(outputs.get(0))
                || !freeRows(signature.inputs().get(0))) {
            return 0;
        }
        long length = signature.inputs().get(0).elements();
        return length > Integer.MAX_VALUE ? 0 : (int) length;
    }

    private TensorSpec onlyFloatInput() {
        boolean fits = signature.inputs().size() == 1
                && isFloat(signature.inputs().get(0))
                && !signature.outputs().isEmpty()
                && isFloat(signature.outputs().get(0));
        if (!fits) {
            throw new InvalidInputException("predict(float[]) needs one FLOAT input and a FLOAT first output, not ("
                    + signature + "). Maybe give it named tensors: a Map<String, Tensor>.");
        }
        return signature.inputs().get(0);
    }

    private static long[] shape(TensorSpec spec, int length) {
        long[] shape = spec.shape().stream().mapToLong(Dim::size).toArray();
        long sample = spec.elements();
        boolean oneFree = shape.length > 0
                && spec.shape().stream().filter(dim -> !dim.known()).count() == 1;
        if (oneFree && sample > 0 && length % sample == 0) {
            for (int i = 0; i < shape.length; i++) {
                shape[i] = shape[i] < 0 ? length / sample : shape[i];
            }
            return shape;
        }
        if (sample == length && spec.shape().stream().allMatch(Dim::known)) {
            return shape;
        }
        throw new InvalidInputException("Input (" + spec + ") cannot take (" + length
                + ") values as they are. Maybe call run with a tensor, which has a shape.");
    }

    private static boolean isFloat(TensorSpec spec) {
        return spec.type() == ElementType.FLOAT;
    }

    private static boolean freeRows(TensorSpec spec) {
        return !spec.shape().isEmpty()
                && !spec.shape().get(0).known()
                && spec.shape().stream().skip(1).allMatch(Dim::known);
    }

    @Override
    public final void close() {
        gate.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            gate.writeLock().unlock();
        }
        release();
    }
}
