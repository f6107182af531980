package io.edgeai.core.ensemble;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A session whose answers the test decides; remembers the time it was given and how often it was closed. */
final class ScriptedSession implements InferenceSession {
    final List<Duration> deadlines = new CopyOnWriteArrayList<>();
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger closings = new AtomicInteger();
    private final Signature signature;
    private final TensorFunction answer;

    ScriptedSession(Signature signature, TensorFunction answer) {
        this.signature = signature;
        this.answer = answer;
    }

    /** From FLOAT tensors of free length to one such tensor. */
    static ScriptedSession of(String output, TensorFunction answer, String... inputs) {
        List<TensorSpec> taken =
                Arrays.stream(inputs).map(ScriptedSession::floats).toList();
        return new ScriptedSession(new Signature(taken, List.of(floats(output))), answer);
    }

    /** output = factor · input. */
    static ScriptedSession times(float factor, String input, String output) {
        return of(output, inputs -> Map.of(output, scaled(inputs.get(input), factor)), input);
    }

    static TensorSpec floats(String name) {
        return TensorSpec.of(name, ElementType.FLOAT, -1);
    }

    static Tensor scaled(Tensor tensor, float factor) {
        float[] values = tensor.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return Tensor.of(values, tensor.shape());
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        if (closings.get() > 0) {
            throw new LifecycleException("closed");
        }
        runs.incrementAndGet();
        if (deadline != null) {
            deadlines.add(deadline);
        }
        return answer.apply(inputs);
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        closings.incrementAndGet();
    }
}
