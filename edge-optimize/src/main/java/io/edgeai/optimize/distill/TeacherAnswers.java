package io.edgeai.optimize.distill;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.train.data.TensorData;
import java.util.Arrays;
import java.util.Map;

/** A teacher's answers to all examples, computed once: an epoch then costs no more than training the student alone. */
final class TeacherAnswers {
    private static final int BATCH = 64;

    private TeacherAnswers() {}

    /**
     * One row for each example.
     *
     * @param value the value to record, an output of the teacher
     */
    static Tensor of(
            InferenceRuntime runtime, OnnxGraph teacher, String value, TensorData examples, Progress progress) {
        float[] all = new float[0];
        long[] shape = {};
        try (InferenceSession session = runtime.open(
                OnnxWriter.toBytes(teacher), SessionOptions.defaults().slots(1))) {
            for (int from = 0; from < examples.size(); from += BATCH) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException("Asking the teacher was cancelled after (" + from + ") of "
                            + examples.size() + " examples.");
                }
                int rows = Math.min(BATCH, examples.size() - from);
                Tensor answers = session.run(rows(examples, from, rows)).get(value);
                if (answers == null || answers.type() != ElementType.FLOAT) {
                    throw new InvalidInputException("The teacher's (" + value
                            + ") is no FLOAT output. Maybe name one of" + " its outputs, or distil online.");
                }
                float[] values = answers.floats();
                int row = values.length / rows;
                if (shape.length == 0) {
                    shape = answers.shape();
                    all = new float[Math.multiplyExact(row, examples.size())];
                }
                if (answers.shape().length == 0 || answers.shape()[0] != rows || row * examples.size() != all.length) {
                    throw new InvalidInputException("The teacher answers (" + answers + ") to " + rows
                            + " examples. Maybe its batch dimension is fixed: export it with a free one.");
                }
                System.arraycopy(values, 0, all, from * row, values.length);
                progress.update("teacher", from + rows, examples.size());
            }
        }
        shape[0] = examples.size();
        return Tensor.of(all, shape);
    }

    private static Map<String, Tensor> rows(TensorData examples, int from, int rows) {
        int[] numbers = new int[rows];
        Arrays.setAll(numbers, i -> from + i);
        Map<String, Tensor> batch = examples.allocate(rows);
        examples.read(numbers, batch);
        return batch;
    }
}
