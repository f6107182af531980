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
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Signature signature;
    private final Map<String, TensorSpec> inputs = new HashMap<>();
    private final SlotPool pool;
    private final Watchdog watchdog;
    private final Object closing = new Object();
    private @Nullable FloatPath floatPath;
    private @Nullable InvalidInputException noFloatPath;
    private volatile boolean pinning;
    private boolean closed;

    OrtInferenceSession(OrtEnvironment environment, OrtSession session, int slotCount, String name)
            throws OrtException {
        this.environment = environment;
        this.session = session;
        this.signature = OrtValues.signature(session);
        signature.inputs().forEach(spec -> inputs.put(spec.name(), spec));
        try {
            this.floatPath = FloatPath.of(signature);
            this.pinning = floatPath.pinnable();
        } catch (InvalidInputException e) {
            this.noFloatPath = e;
        }
        Slot[] slots = new Slot[slotCount];
        for (int i = 0; i < slotCount; i++) {
            slots[i] = new Slot();
        }
        this.pool = new SlotPool(slots);
        this.watchdog = new Watchdog(slots, name);
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        FloatPath path = floatPath();
        if (input.length == 0) {
            return predictNothing(path, deadlineNanos);
        }
        Slot slot = pool.take(deadlineNanos);
        try {
            Binding binding = slot.binding(input.length);
            if (binding == null) {
                binding = new Binding(
                        environment, path.input(), path.output(), input.length, path.shapeFor(input.length));
                slot.keep(binding);
            }
            binding.fill(input);
            if (deadlineNanos == 0) {
                return run(slot, binding, null);
            }
            Binding bound = binding;
            return watched(slot, deadlineNanos, options -> run(slot, bound, options));
        } catch (OrtException e) {
            throw OrtErrors.running(e);
        } finally {
            pool.release(slot);
        }
    }

    /** Runs under the watchdog's eyes; the slot is clean again afterwards. */
    private <T> T watched(Slot slot, long deadlineNanos, OrtCall<T> call) throws OrtException {
        slot.startWatch(System.nanoTime() + deadlineNanos);
        watchdog.notice();
        boolean watching = true;
        try {
            T answer = call.run(slot.options());
            watching = false;
            slot.endWatch();
            return answer;
        } catch (OrtException e) {
            watching = false;
            if (slot.endWatch()) {
                throw new InferenceTimeoutException(
                        "The run was stopped after its deadline of (" + deadlineNanos / 1000
                                + ") µs. Maybe allow more time or optimize the model.",
                        e);
            }
            throw e;
        } finally {
            if (watching) {
                slot.endWatch();
            }
        }
    }

    private interface OrtCall<T> {
        T run(OrtSession.RunOptions options) throws OrtException;
    }

    private float[] run(Slot slot, Binding binding, OrtSession.@Nullable RunOptions options) throws OrtException {
        if (!binding.pinned()) {
            return binding.runFree(session, options, pinning);
        }
        try {
            return binding.runPinned(session, options);
        } catch (OrtException e) {
            if (FixedOutput.of(signature.outputs().get(0)) || (options != null && !slot.watched())) {
                throw e;
            }
            return withoutPin(slot, binding, options, e);
        }
    }

    /** An output whose shape depends on the data does not fit the pinned one: from now on nothing is pinned. */
    private float[] withoutPin(Slot slot, Binding binding, OrtSession.@Nullable RunOptions options, OrtException first)
            throws OrtException {
        try {
            float[] answer = binding.runFree(session, options, false);
            pinning = false;
            slot.forget(binding);
            return answer;
        } catch (OrtException second) {
            first.addSuppressed(second);
            throw first;
        }
    }

    private float[] predictNothing(FloatPath path, long deadlineNanos) {
        Map<String, Tensor> outputs = run(
                Map.of(path.input(), Tensor.of(new float[0], path.shapeFor(0))),
                deadlineNanos == 0 ? null : Duration.ofNanos(deadlineNanos));
        Tensor output = outputs.get(path.output());
        return output == null ? new float[0] : output.floats();
    }

    @Override
    public int sampleLength() {
        return floatPath == null ? 0 : floatPath.sampleLength();
    }

    private FloatPath floatPath() {
        FloatPath path = floatPath;
        if (path == null) {
            throw noFloatPath == null
                    ? new InvalidInputException("The model cannot be fed one float[].")
                    : new InvalidInputException(String.valueOf(noFloatPath.getMessage()));
        }
        return path;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> named, @Nullable Duration deadline) {
        check(named);
        long deadlineNanos = deadline == null ? 0 : Math.max(1, deadline.toNanos());
        Slot slot = pool.take(deadlineNanos);
        Map<String, OnnxTensor> natives = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Tensor> entry : named.entrySet()) {
                natives.put(entry.getKey(), OrtValues.toNative(environment, entry.getKey(), entry.getValue()));
            }
            return deadlineNanos == 0
                    ? runNamed(natives, null)
                    : watched(slot, deadlineNanos, options -> runNamed(natives, options));
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
                throw new InvalidInputException(
                        "The model has no input (" + entry.getKey() + "). Maybe one of " + signature.inputs() + "?");
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

    private static boolean fits(TensorSpec spec, long[] shape) {
        if (spec.shape().size() != shape.length) {
            return spec.shape().isEmpty() && Arrays.equals(shape, new long[] {1});
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
