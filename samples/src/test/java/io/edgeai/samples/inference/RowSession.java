package io.edgeai.samples.inference;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model in plain Java: for each sample its sum over all inputs, and the first input doubled. Keeps what it was fed. */
final class RowSession implements InferenceSession {
    final List<Map<String, Tensor>> runs = new ArrayList<>();
    private final Signature signature;
    private final boolean batched;

    private RowSession(boolean batched, List<TensorSpec> inputs) {
        this.batched = batched;
        this.signature = new Signature(
                inputs,
                List.of(
                        TensorSpec.of("sum", ElementType.FLOAT, batched ? new long[] {-1} : new long[0]),
                        new TensorSpec("twice", ElementType.FLOAT, inputs.get(0).shape())));
    }

    static RowSession batched(TensorSpec... inputs) {
        return new RowSession(true, List.of(inputs));
    }

    static RowSession single(TensorSpec... inputs) {
        return new RowSession(false, List.of(inputs));
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        runs.add(new LinkedHashMap<>(inputs));
        Tensor first = inputs.get(signature.inputs().get(0).name());
        int rows = batched ? (int) first.shape()[0] : 1;
        float[] sums = new float[rows];
        inputs.values().forEach(tensor -> {
            float[] values = tensor.floats();
            for (int i = 0; i < values.length; i++) {
                sums[i / Math.max(1, values.length / rows)] += values[i];
            }
        });
        float[] twice = first.floats();
        for (int i = 0; i < twice.length; i++) {
            twice[i] *= 2;
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("sum", batched ? Tensor.of(sums, rows) : Tensor.of(sums));
        outputs.put("twice", Tensor.of(twice, first.shape()));
        return outputs;
    }

    List<Long> runSizes() {
        return runs.stream()
                .map(run -> run.values().iterator().next().shape()[0])
                .toList();
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
