package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model on ONNX Runtime; each run holds one slot of the pool. */
final class OrtInferenceSession implements InferenceSession {
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Signature signature;
    private final Map<String, TensorSpec> inputs = new HashMap<>();
    private final SlotPool pool;
    private final Watchdog watchdog;
    private final Object closing = new Object();
    private final @Nullable String refusal;
    private final @Nullable FloatPath floatPath;
    private final int sampleLength;
    private volatile boolean pinning;
    private boolean closed;

    OrtInferenceSession(OrtEnvironment environment, OrtSession session, int slotCount) throws OrtException {
        this.environment = environment;
        this.session = session;
        this.signature = OrtValues.signature(session);
        signature.inputs().forEach(spec -> inputs.put(spec.name(), spec));
        this.refusal = FloatPath.refusal(signature);
        FloatPath path = refusal == null ? new FloatPath(signature) : null;
        this.floatPath = path;
        this.pinning = path != null && path.pinnable();
        this.sampleLength = path == null ? 0 : path.sampleLength();
        Slot[] slots = Slot.create(slotCount);
        this.pool = new SlotPool(slots);
        this.watchdog = new Watchdog(slots);
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public int sampleLength() {
        return sampleLength;
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        FloatPath path = floatPath;
        if (path == null) {
            throw new InvalidInputException(String.valueOf(refusal));
        }
        if (input.length == 0) {
            return predictNothing(path, deadlineNanos);
        }
        long at = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        Slot slot = pool.take(deadlineNanos, at);
        try {
            Binding binding = slot.binding(environment, path, input.length);
            binding.fill(input);
            return deadlineNanos == 0
                    ? run(path, slot, binding, null)
                    : watched(slot, deadlineNanos, at, options -> run(path, slot, binding, options));
        } catch (OrtException e) {
            throw OrtErrors.running(e);
        } finally {
            pool.release(slot);
        }
    }

    private float[] run(FloatPath path, Slot slot, Binding binding, OrtSession.@Nullable RunOptions options)
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
    private float[] withoutPin(Binding binding, OrtSession.@Nullable RunOptions options, OrtException first)
            throws OrtException {
        try {
            float[] answer = binding.runFree(session, options, null);
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

    /** Runs under the watchdog's eyes; the slot is clean again afterwards. */
    private <T> T watched(Slot slot, long deadlineNanos, long at, OrtCall<T> call) throws OrtException {
        OrtSession.RunOptions options = slot.options();
        slot.startWatch(at);
        T answer;
        try {
            watchdog.notice();
            answer = call.run(options);
        } catch (OrtException e) {
            if (slot.endWatch()) {
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

    private interface OrtCall<T> {
        T run(OrtSession.RunOptions options) throws OrtException;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> named, @Nullable Duration deadline) {
        if (deadline == null) {
            return run(named, 0);
        }
        return run(named, Math.max(1, (deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST).toNanos()));
    }

    private Map<String, Tensor> run(Map<String, Tensor> named, long deadlineNanos) {
        check(named);
        long at = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        Slot slot = pool.take(deadlineNanos, at);
        Map<String, OnnxTensor> natives = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Tensor> entry : named.entrySet()) {
                natives.put(entry.getKey(), OrtValues.toNative(environment, entry.getKey(), entry.getValue()));
            }
            return deadlineNanos == 0
                    ? runNamed(natives, null)
                    : watched(slot, deadlineNanos, at, options -> runNamed(natives, options));
        } catch (OrtException e) {
            throw OrtErrors.running(e);
        } finally {
            natives.values().forEach(OnnxTensor::close);
            pool.release(slot);
        }
    }

    private Map<String, Tensor> runNamed(Map<String, OnnxTensor> natives, OrtSession.@Nullable RunOptions options)
            throws OrtException {
        try (OrtSession.Result result = session.run(natives, options)) {
            return OrtValues.tensors(result);
        }
    }

    private void check(Map<String, Tensor> named) {
        for (Map.Entry<String, Tensor> entry : named.entrySet()) {
            TensorSpec spec = inputs.get(entry.getKey());
            if (spec == null) {
                throw new InvalidInputException("The model has no input (" + entry.getKey() + "). Maybe one of "
                        + signature.inputs() + "? Inputs with a default value cannot be fed.");
            }
            Tensor tensor = entry.getValue();
            if (tensor.type() != spec.type() || !fits(spec, tensor.shape())) {
                throw new InvalidInputException("Input (" + spec + ") cannot take " + tensor.type()
                        + Arrays.toString(tensor.shape()) + ". Maybe reshape or convert it.");
            }
        }
        for (TensorSpec spec : signature.inputs()) {
            if (!named.containsKey(spec.name())) {
                throw new InvalidInputException("Input (" + spec + ") is missing. Maybe add it to the map of inputs.");
            }
        }
    }

    /** ONNX Runtime reports no dimensions both for scalars and for unknown ranks, so it checks those itself. */
    private static boolean fits(TensorSpec spec, long[] shape) {
        if (spec.shape().isEmpty()) {
            return true;
        }
        if (spec.shape().size() != shape.length) {
            return false;
        }
        for (int i = 0; i < shape.length; i++) {
            Dim dim = spec.shape().get(i);
            if (dim.known() && dim.size() != shape[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        synchronized (closing) {
            if (closed) {
                return;
            }
            closed = true;
            pool.drain(Slot::close);
            watchdog.close();
            try {
                session.close();
            } catch (OrtException e) {
                throw OrtErrors.running(e);
            }
        }
    }
}
