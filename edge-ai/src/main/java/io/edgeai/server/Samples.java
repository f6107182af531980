package io.edgeai.server;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Offers the monitor about every 128th request of models with one float input and a float first output, one row of its
 * batch, so that drift is seen of models served by name too. Thread-safe.
 */
final class Samples {
    private static final int MASK = 127;

    private final InferenceListener.Factory listeners;

    Samples(InferenceListener.Factory listeners) {
        this.listeners = listeners;
    }

    void offer(VersionRef version, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        if ((ThreadLocalRandom.current().nextInt() & MASK) != 0 || inputs.size() != 1 || outputs.isEmpty()) {
            return;
        }
        Tensor input = inputs.values().iterator().next();
        Tensor output = outputs.values().iterator().next();
        if (input.type() != ElementType.FLOAT || output.type() != ElementType.FLOAT) {
            return;
        }
        long rows = rows(input);
        if (rows > 0 && rows == rows(output)) {
            int row = ThreadLocalRandom.current().nextInt((int) rows);
            listeners.listen(version).sample(row(input, rows, row), row(output, rows, row));
        }
    }

    private static long rows(Tensor tensor) {
        long[] shape = tensor.shape();
        return shape.length == 0 || tensor.elements() == 0 ? 0 : shape[0];
    }

    private static float[] row(Tensor tensor, long rows, int row) {
        int length = (int) (tensor.elements() / rows);
        float[] values = new float[length];
        tensor.buffer().asFloatBuffer().position(row * length).get(values);
        return values;
    }
}
