package io.edgeai.core.serving;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.spi.InferenceListener;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Offers a listener one row of a request by named tensors with its answer, where the model has one float input and a float
 * first output of as many rows, so that drift is seen of such requests too.
 */
final class RowSample {
    private RowSample() {}

    static void offer(InferenceListener listener, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        if (inputs.size() != 1 || outputs.isEmpty()) {
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
            listener.sample(row(input, rows, row), row(output, rows, row));
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
