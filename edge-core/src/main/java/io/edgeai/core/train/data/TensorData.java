package io.edgeai.core.train.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Examples held in tensors: the i-th example is the i-th row of each. Immutable as long as nobody writes the tensors. */
public final class TensorData implements TrainingData {
    private final Map<String, Tensor> columns;
    private final int size;

    private TensorData(Map<String, Tensor> columns, int size) {
        this.columns = columns;
        this.size = size;
    }

    /**
     * Examples from one tensor for each data input, by name; memory is shared.
     *
     * @throws InvalidInputException where there is no row, or tensors have different numbers of rows, or hold strings or
     *     values smaller than a byte
     */
    public static TensorData of(Map<String, Tensor> columns) {
        long rows = -1;
        for (Map.Entry<String, Tensor> column : columns.entrySet()) {
            Tensor tensor = column.getValue();
            long[] shape = tensor.shape();
            if (shape.length == 0
                    || tensor.type() == ElementType.STRING
                    || tensor.type().bits() < 8) {
                throw new InvalidInputException("Data (" + column.getKey() + ") cannot be drawn from " + tensor
                        + ". Maybe give it a first dimension of examples and whole bytes.");
            }
            if (rows >= 0 && rows != shape[0]) {
                throw new InvalidInputException("Data (" + column.getKey() + ") has (" + shape[0]
                        + ") examples, the tensor before it " + rows + ". Maybe they belong to different sets.");
            }
            rows = shape[0];
        }
        if (rows < 1 || rows > Integer.MAX_VALUE) {
            throw new InvalidInputException(
                    "Data " + columns + " has (" + Math.max(0, rows) + ") examples. Maybe none was read.");
        }
        return new TensorData(Map.copyOf(columns), (int) rows);
    }

    /** Examples of one FLOAT input and INT64 class labels; {@code shape} is that of one example. */
    public static TensorData labelled(String input, float[] values, String label, long[] labels, long... shape) {
        long[] all = new long[shape.length + 1];
        all[0] = labels.length;
        System.arraycopy(shape, 0, all, 1, shape.length);
        return of(Map.of(input, Tensor.of(values, all), label, Tensor.of(labels, labels.length)));
    }

    /** The tensors of all examples, by name. */
    public Map<String, Tensor> columns() {
        return columns;
    }

    /** A copy of some of the examples, in the order given. */
    public TensorData select(int... examples) {
        Map<String, Tensor> chosen = allocate(examples.length);
        read(examples, chosen);
        return of(chosen);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Map<String, Tensor> allocate(int rows) {
        Map<String, Tensor> batch = new LinkedHashMap<>();
        columns.forEach((name, tensor) -> {
            long[] shape = tensor.shape();
            shape[0] = rows;
            batch.put(name, Tensor.allocate(tensor.type(), shape));
        });
        return batch;
    }

    @Override
    public void read(int[] examples, Map<String, Tensor> batch) {
        for (int example : examples) {
            if (example < 0 || example >= size) {
                throw new InvalidInputException("There is no example (" + example + ") among " + size
                        + ". Maybe the numbers "
                        + Arrays.toString(Arrays.copyOf(examples, Math.min(8, examples.length)))
                        + " belong to another set.");
            }
        }
        for (Map.Entry<String, Tensor> column : columns.entrySet()) {
            Tensor target = batch.get(column.getKey());
            if (target == null || target.shape().length == 0 || target.shape()[0] != examples.length) {
                throw new InvalidInputException("Batch " + batch + " has no tensor (" + column.getKey() + ") of "
                        + examples.length + " rows. Maybe it was not made by allocate.");
            }
            ByteBuffer from = column.getValue().buffer();
            ByteBuffer into = target.buffer();
            int bytes = from.capacity() / size;
            for (int row = 0; row < examples.length; row++) {
                into.put(row * bytes, from, examples[row] * bytes, bytes);
            }
        }
    }
}
