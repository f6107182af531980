package io.edgeai.formats.xgboost;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One model, row by row on the caller's thread. */
final class XgboostSession implements InferenceSession {
    private static final int ROWS_BETWEEN_LOOKS = 256;

    private final XgboostModel model;
    private final Margins margins;
    private final Signature signature;
    private volatile boolean closed;

    /** Margins of the row that begins at an offset. */
    private interface Margins {
        float[] of(float[] values, int offset);
    }

    XgboostSession(XgboostModel model) {
        this.model = model;
        this.margins = model.linear.length > 0 ? this::linear : Forest.of(model)::margins;
        this.signature = new Signature(
                List.of(spec("input", model.features)),
                List.of(spec("margin", model.groups), spec("prediction", predictions())));
    }

    private int predictions() {
        return model.objective == Objective.SOFTMAX ? 1 : model.groups;
    }

    private static TensorSpec spec(String name, int columns) {
        return new TensorSpec(name, ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(columns)));
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        requireOpen();
        Tensor input = inputs.get("input");
        if (input == null || inputs.size() != 1) {
            throw new InvalidInputException("The model takes one input (input), not " + inputs.keySet() + ".");
        }
        long[] shape = input.shape();
        if (input.type() != ElementType.FLOAT || shape.length != 2 || shape[1] != model.features) {
            throw new InvalidInputException("Input (input) is (" + input + "), not FLOAT[N," + model.features + "].");
        }
        float[] values = input.floats();
        int rows = Math.toIntExact(shape[0]);
        int wide = predictions();
        float[] all = new float[rows * model.groups];
        float[] answers = new float[rows * wide];
        Limit limit = new Limit(deadline == null ? 0 : deadline.toNanos());
        for (int r = 0; r < rows; r++) {
            limit.check(r);
            float[] row = margins.of(values, r * model.features);
            System.arraycopy(row, 0, all, r * model.groups, model.groups);
            System.arraycopy(model.objective.predictions(row), 0, answers, r * wide, wide);
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("margin", Tensor.of(all, rows, model.groups));
        outputs.put("prediction", Tensor.of(answers, rows, wide));
        return outputs;
    }

    @Override
    public float[] predict(float[] input, long deadlineNanos) {
        requireOpen();
        if (input.length == model.features) {
            return margins.of(input, 0);
        }
        if (input.length == 0 || input.length % model.features != 0) {
            throw new InvalidInputException("Input has (" + input.length + ") values, no multiple of the model's "
                    + model.features + " features.");
        }
        int rows = input.length / model.features;
        float[] all = new float[rows * model.groups];
        Limit limit = new Limit(deadlineNanos);
        for (int r = 0; r < rows; r++) {
            limit.check(r);
            System.arraycopy(margins.of(input, r * model.features), 0, all, r * model.groups, model.groups);
        }
        return all;
    }

    /** When a run has to end. */
    private static final class Limit {
        private final long nanos;
        private final long start;

        Limit(long nanos) {
            this.nanos = nanos;
            this.start = nanos == 0 ? 0 : System.nanoTime();
        }

        void check(int row) {
            if (nanos != 0 && row % ROWS_BETWEEN_LOOKS == 0 && System.nanoTime() - start > nanos) {
                throw new InferenceTimeoutException("Inference took longer than (" + nanos / 1000
                        + ") microseconds and was stopped at row " + row + ". Maybe pass fewer rows.");
            }
        }
    }

    private float[] linear(float[] values, int offset) {
        int weights = model.features * model.groups;
        float[] sums = new float[model.groups];
        for (int g = 0; g < sums.length; g++) {
            double sum = model.linear[weights + g] + model.baseMargin[g];
            for (int f = 0; f < model.features; f++) {
                float x = values[offset + f];
                sum += Float.isNaN(x) ? 0 : (double) x * model.linear[f * model.groups + g];
            }
            sums[g] = (float) sum;
        }
        return sums;
    }

    @Override
    public int sampleLength() {
        return model.features;
    }

    private void requireOpen() {
        if (closed) {
            throw new LifecycleException("The session is closed. Maybe open the model again.");
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
