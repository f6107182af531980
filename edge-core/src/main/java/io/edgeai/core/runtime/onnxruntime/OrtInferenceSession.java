package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.adapter.FloatPath;
import io.edgeai.core.runtime.adapter.InputSpecs;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model on ONNX Runtime; each run holds one slot of the pool. */
final class OrtInferenceSession implements InferenceSession {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String device;
    private final Signature signature;
    private final InputSpecs inputs;
    private final UnsignedCasts casts;
    private final RunGuard guard;
    private final Object closing = new Object();
    private @Nullable ByteBuffer memory;
    private final @Nullable String refusal;
    private final @Nullable FloatPath floatPath;
    private final int sampleLength;
    private volatile boolean pinning;
    private boolean closed;

    OrtInferenceSession(OrtEnvironment environment, OrtSession session, SessionOptions options) throws OrtException {
        this(environment, session, options, null);
    }

    /** @param memory what ONNX Runtime reads the weights from as long as the session lives, if from Java's memory */
    OrtInferenceSession(
            OrtEnvironment environment, OrtSession session, SessionOptions options, @Nullable ByteBuffer memory)
            throws OrtException {
        this.memory = memory;
        this.device = OrtProviders.device(options);
        this.environment = environment;
        this.session = session;
        this.casts = new UnsignedCasts(environment);
        this.signature = OrtValues.signature(session);
        this.inputs = new InputSpecs(signature.inputs());
        this.refusal = FloatPath.refusal(signature);
        FloatPath path = refusal == null ? new FloatPath(signature) : null;
        this.floatPath = path;
        this.pinning = path != null && path.pinnable();
        this.sampleLength = path == null ? 0 : path.sampleLength();
        this.guard = new RunGuard(options.slots());
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public int sampleLength() {
        return sampleLength;
    }

    @Override
    public boolean hasFreeSlot() {
        return guard.anyFreeOrClosed();
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        FloatPath path = path();
        if (input.length == 0) {
            return predictNothing(path, deadlineNanos);
        }
        long at = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        return predict(path, guard.take(deadlineNanos, at), input, deadlineNanos, at);
    }

    @Override
    public float @Nullable [] tryPredict(float[] input, long deadlineNanos) {
        FloatPath path = path();
        if (input.length == 0) {
            return predictNothing(path, deadlineNanos);
        }
        Slot slot = guard.tryTake();
        if (slot == null) {
            return null;
        }
        long at = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        return predict(path, slot, input, deadlineNanos, at);
    }

    private float[] predict(FloatPath path, Slot slot, float[] input, long deadlineNanos, long at) {
        try {
            Binding binding = slot.binding(environment, path, input.length);
            binding.fill(input);
            FloatBuffer output = run(path, slot, binding, deadlineNanos, at);
            if (output.hasArray()) {
                return output.array();
            }
            float[] values = new float[output.capacity()];
            output.get(0, values);
            return values;
        } catch (OrtException e) {
            throw OrtErrors.running(e);
        } finally {
            guard.release(slot);
        }
    }

    @Override
    public float[][] predictEach(float[][] samples, long deadlineNanos) {
        if (!together(samples)) {
            return InferenceSession.super.predictEach(samples, deadlineNanos);
        }
        long at = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        return predictEach(path(), guard.take(deadlineNanos, at), samples, deadlineNanos, at);
    }

    @Override
    public float @Nullable [][] tryPredictEach(float[][] samples, long deadlineNanos) {
        if (!together(samples)) {
            return InferenceSession.super.predictEach(samples, deadlineNanos);
        }
        Slot slot = guard.tryTake();
        if (slot == null) {
            return null;
        }
        long at = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        return predictEach(path(), slot, samples, deadlineNanos, at);
    }

    private boolean together(float[][] samples) {
        int length = sampleLength;
        for (float[] sample : samples) {
            if (length == 0 || sample.length != length) {
                return false;
            }
        }
        return true;
    }

    private float[][] predictEach(FloatPath path, Slot slot, float[][] samples, long deadlineNanos, long at) {
        try {
            Binding binding = slot.binding(environment, path, Math.multiplyExact(sampleLength, samples.length));
            binding.fill(samples);
            return InferenceSession.shared(run(path, slot, binding, deadlineNanos, at), samples.length);
        } catch (OrtException e) {
            throw OrtErrors.running(e);
        } finally {
            guard.release(slot);
        }
    }

    private FloatPath path() {
        FloatPath path = floatPath;
        if (path == null) {
            throw new InvalidInputException(String.valueOf(refusal));
        }
        return path;
    }

    /** The output's values, to be read before the slot is released. */
    private FloatBuffer run(FloatPath path, Slot slot, Binding binding, long deadlineNanos, long at)
            throws OrtException {
        return deadlineNanos == 0
                ? run(path, slot, binding, null)
                : guard.watched(slot, deadlineNanos, at, options -> run(path, slot, binding, options));
    }

    private FloatBuffer run(FloatPath path, Slot slot, Binding binding, OrtSession.@Nullable RunOptions options)
            throws OrtException {
        if (!binding.pinned()) {
            return binding.runFree(session, options, pinning ? slot : null);
        }
        try {
            return binding.runPinned(session, options);
        } catch (OrtException e) {
            boolean stopped = options != null && !slot.watched();
            if (path.fixedOutput() || stopped) {
                throw e;
            }
            return withoutPin(binding, options, e);
        }
    }

    /** An output whose shape depends on the data does not fit the pinned one: from now on nothing is pinned. */
    private FloatBuffer withoutPin(Binding binding, OrtSession.@Nullable RunOptions options, OrtException first)
            throws OrtException {
        try {
            FloatBuffer answer = binding.runFree(session, options, null);
            pinning = false;
            binding.unpin();
            return answer;
        } catch (OrtException second) {
            first.addSuppressed(second);
            throw first;
        }
    }

    private float[] predictNothing(FloatPath path, long deadlineNanos) {
        Tensor nothing = Tensor.of(new float[0], path.shapeFor(0));
        Map<String, Tensor> outputs = run(Map.of(path.input(), nothing), deadlineNanos);
        Tensor output = outputs.get(path.output());
        return output == null ? new float[0] : output.floats();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> named, @Nullable Duration deadline) {
        return run(named, RunGuard.nanos(deadline));
    }

    @Override
    public @Nullable Map<String, Tensor> tryRun(Map<String, Tensor> named, @Nullable Duration deadline) {
        inputs.check(named);
        Slot slot = guard.tryTake();
        if (slot == null) {
            return null;
        }
        long deadlineNanos = RunGuard.nanos(deadline);
        long at = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        return run(named, slot, deadlineNanos, at);
    }

    private Map<String, Tensor> run(Map<String, Tensor> named, long deadlineNanos) {
        inputs.check(named);
        long at = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        return run(named, guard.take(deadlineNanos, at), deadlineNanos, at);
    }

    private Map<String, Tensor> run(Map<String, Tensor> named, Slot slot, long deadlineNanos, long at) {
        Map<String, OnnxTensor> natives = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Tensor> entry : named.entrySet()) {
                natives.put(entry.getKey(), OrtValues.toNative(environment, casts, entry.getKey(), entry.getValue()));
            }
            return deadlineNanos == 0
                    ? runNamed(natives, null)
                    : guard.watched(slot, deadlineNanos, at, options -> runNamed(natives, options));
        } catch (OrtException e) {
            throw OrtErrors.running(e);
        } finally {
            natives.values().forEach(OnnxTensor::close);
            guard.release(slot);
        }
    }

    private Map<String, Tensor> runNamed(Map<String, OnnxTensor> natives, OrtSession.@Nullable RunOptions options)
            throws OrtException {
        try (OrtSession.Result result = session.run(natives, options)) {
            return OrtValues.tensors(result);
        }
    }

    @Override
    public void close() {
        synchronized (closing) {
            if (closed) {
                return;
            }
            closed = true;
            guard.close();
            try (casts) {
                session.close();
            } catch (OrtException e) {
                throw OrtErrors.running(e);
            } finally {
                Reference.reachabilityFence(memory);
                memory = null;
            }
        }
    }
}
