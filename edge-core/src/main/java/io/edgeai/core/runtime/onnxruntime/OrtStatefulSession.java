package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.runtime.adapter.InputSpecs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A model whose carried tensors are pinned as inputs and outputs of ONNX Runtime, exchanged after each run. */
final class OrtStatefulSession implements StatefulSession {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Signature signature;
    private final InputSpecs dataSpecs;
    private final Map<String, KeptTensor> kept = new LinkedHashMap<>();
    private final Map<String, FedTensors> fed = new LinkedHashMap<>();
    private final List<Map<String, OnnxTensor>> inputs = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
    private final List<Map<String, OnnxTensor>> outputs = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
    private final UnsignedCasts casts;
    private final RunGuard guard = new RunGuard(1);
    private final Object closing = new Object();
    private int side;
    private boolean closed;

    private OrtStatefulSession(
            OrtEnvironment environment, OrtSession session, Signature signature, List<TensorSpec> data) {
        this.environment = environment;
        this.session = session;
        this.signature = signature;
        this.casts = new UnsignedCasts(environment);
        this.dataSpecs = new InputSpecs(data);
        data.forEach(spec -> fed.put(spec.name(), new FedTensors(spec.name())));
    }

    static OrtStatefulSession open(OrtEnvironment environment, OrtSession session, List<StateTensor> states)
            throws OrtException {
        Signature signature = OrtValues.signature(session);
        List<TensorSpec> data = new ArrayList<>(signature.inputs());
        List<TensorSpec> free = new ArrayList<>(signature.outputs());
        for (StateTensor state : states) {
            claim(state, state.input(), "input", data);
            claim(state, state.output(), "output", free);
        }
        OrtStatefulSession made = new OrtStatefulSession(environment, session, signature, data);
        try {
            for (StateTensor state : states) {
                made.keep(new KeptTensor(environment, state));
            }
        } catch (OrtException | RuntimeException e) {
            made.kept.values().forEach(KeptTensor::close);
            throw e;
        }
        return made;
    }

    /** Takes the state's input or output off the list of those still free. */
    private static void claim(StateTensor state, String name, String what, List<TensorSpec> free) {
        if (name.isEmpty()) {
            return;
        }
        TensorSpec spec = free.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("State (" + state + ") needs the " + what + " (" + name
                        + "), which the model does not have or another state took. Maybe one of " + free + "?"));
        long[] dims = state.dims().stream().mapToLong(Long::longValue).toArray();
        if (spec.type() != ElementType.FLOAT || !InputSpecs.fits(spec, dims)) {
            throw new InvalidInputException("State (" + state + ") does not fit the " + what + " (" + spec
                    + "). Maybe its dimensions are others; only FLOAT tensors can be kept.");
        }
        free.remove(spec);
    }

    private void keep(KeptTensor tensor) {
        StateTensor state = tensor.state();
        kept.put(state.name(), tensor);
        for (int at = 0; at < 2; at++) {
            if (!state.input().isEmpty()) {
                inputs.get(at).put(state.input(), tensor.source(at));
            }
            if (!state.output().isEmpty()) {
                outputs.get(at).put(state.output(), tensor.target(at));
            }
        }
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public List<StateTensor> states() {
        return kept.values().stream().map(KeptTensor::state).toList();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> data, Set<String> wanted, @Nullable Duration deadline) {
        checkWanted(wanted);
        long deadlineNanos = RunGuard.nanos(deadline);
        long at = deadlineNanos == 0 ? 0 : System.nanoTime() + deadlineNanos;
        Slot slot = guard.take(deadlineNanos, at);
        try {
            feed(data);
            Map<String, Tensor> results = deadlineNanos == 0
                    ? runOnce(wanted, null)
                    : guard.watched(slot, deadlineNanos, at, options -> runOnce(wanted, options));
            side = 1 - side;
            return results;
        } catch (OrtException e) {
            throw OrtErrors.running(e);
        } finally {
            guard.release(slot);
        }
    }

    private void feed(Map<String, Tensor> data) throws OrtException {
        dataSpecs.checkComplete(data);
        Map<String, OnnxTensor> now = inputs.get(side);
        for (Map.Entry<String, Tensor> entry : data.entrySet()) {
            FedTensors natives = fed.get(entry.getKey());
            if (natives == null) {
                throw new InvalidInputException("The model takes no data for (" + entry.getKey() + "). Maybe one of "
                        + fed.keySet() + "? States are set by write.");
            }
            now.put(entry.getKey(), natives.of(environment, casts, dataSpecs, entry.getValue()));
        }
    }

    private Map<String, Tensor> runOnce(Set<String> wanted, OrtSession.@Nullable RunOptions options)
            throws OrtException {
        Map<String, OnnxTensor> pinned = outputs.get(side);
        try (OrtSession.Result result = session.run(inputs.get(side), wanted, pinned, options)) {
            return wanted.isEmpty() ? Map.of() : OrtValues.tensors(result, wanted);
        }
    }

    private void checkWanted(Set<String> wanted) {
        for (String name : wanted) {
            signature.output(name);
            if (outputs.get(0).containsKey(name)) {
                throw new InvalidInputException("Output (" + name + ") is kept as state. Maybe read it there.");
            }
        }
        if (wanted.isEmpty() && outputs.get(0).isEmpty()) {
            throw new InvalidInputException("A run without outputs and without state to write does nothing. Maybe name"
                    + " one of " + signature.outputs() + ".");
        }
    }

    @Override
    public void read(String state, float[] into) {
        locked(state, tensor -> tensor.copyTo(side, into));
    }

    @Override
    public void write(String state, float[] values) {
        locked(state, tensor -> tensor.copyFrom(side, values));
    }

    @Override
    public void clear(String state) {
        locked(state, tensor -> tensor.clear(side));
    }

    @Override
    public Tensor view(String state) {
        Slot slot = guard.take(0, 0);
        try {
            return find(state).read(side);
        } finally {
            guard.release(slot);
        }
    }

    private void locked(String state, Consumer<KeptTensor> action) {
        Slot slot = guard.take(0, 0);
        try {
            action.accept(find(state));
        } finally {
            guard.release(slot);
        }
    }

    private KeptTensor find(String state) {
        KeptTensor tensor = kept.get(state);
        if (tensor == null) {
            throw new InvalidInputException(
                    "The session keeps no state (" + state + "). Maybe one of " + kept.keySet() + "?");
        }
        return tensor;
    }

    @Override
    public void close() {
        synchronized (closing) {
            if (closed) {
                return;
            }
            closed = true;
            guard.close();
            kept.values().forEach(KeptTensor::close);
            fed.values().forEach(FedTensors::close);
            try (casts) {
                session.close();
            } catch (OrtException e) {
                throw OrtErrors.running(e);
            }
        }
    }
}
