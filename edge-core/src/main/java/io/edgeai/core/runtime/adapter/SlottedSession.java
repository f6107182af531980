package io.edgeai.core.runtime.adapter;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session over an engine that cannot stop a call. Past its deadline a run throws
 * {@link io.edgeai.core.error.InferenceTimeoutException} at once, while the engine's call runs to its end in its slot;
 * {@link #close()} waits for such calls too.
 */
public final class SlottedSession implements InferenceSession {
    private final EngineModel model;
    private final CallSlots slots;
    private final @Nullable String refusal;
    private final @Nullable FloatPath floatPath;

    /**
     * @param model closed by this session
     * @param slotCount runs at once
     * @param engine the engine's name, for its threads
     */
    public SlottedSession(EngineModel model, int slotCount, String engine) {
        this.model = model;
        this.slots = new CallSlots(slotCount, engine);
        this.refusal = model.signature().equals(Signature.UNKNOWN)
                ? "The engine does not know the shapes of this model, so one float[] cannot feed it. Maybe call run with"
                        + " named tensors."
                : FloatPath.refusal(model.signature());
        this.floatPath = refusal == null ? new FloatPath(model.signature()) : null;
    }

    @Override
    public Signature signature() {
        return model.signature();
    }

    @Override
    public String device() {
        return model.device();
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        model.check(inputs);
        Map<String, Tensor> own = new LinkedHashMap<>(inputs); // the caller may change its map once it left
        return slots.call(CallSlots.nanos(deadline), () -> model.run(own));
    }

    @Override
    public @Nullable Map<String, Tensor> tryRun(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        model.check(inputs);
        Map<String, Tensor> own = new LinkedHashMap<>(inputs);
        return slots.tryCall(CallSlots.nanos(deadline), () -> model.run(own));
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        return slots.call(deadlineNanos, prediction(input, deadlineNanos));
    }

    @Override
    public float @Nullable [] tryPredict(float[] input, long deadlineNanos) {
        return slots.tryCall(deadlineNanos, prediction(input, deadlineNanos));
    }

    private Supplier<float[]> prediction(float[] input, long deadlineNanos) {
        FloatPath path = floatPath;
        if (path == null) {
            throw new InvalidInputException(String.valueOf(refusal));
        }
        long[] shape = path.shapeFor(input.length);
        float[] own = deadlineNanos == 0 ? input : input.clone(); // a call past its deadline must not see later values
        return () -> model.predict(own, shape);
    }

    @Override
    public boolean hasFreeSlot() {
        return slots.anyFreeOrClosed();
    }

    @Override
    public int sampleLength() {
        return floatPath == null ? 0 : floatPath.sampleLength();
    }

    @Override
    public void close() {
        slots.close(model::close);
    }
}
