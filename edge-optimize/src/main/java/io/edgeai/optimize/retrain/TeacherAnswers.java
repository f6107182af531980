package io.edgeai.optimize.retrain;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.train.data.TrainingData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A teacher's answers to all examples, computed once: an epoch then costs no more than training the student alone. */
final class TeacherAnswers {
    private static final int BATCH = 64;

    private TeacherAnswers() {}

    /** Those to all examples. */
    static Tensor of(
            InferenceRuntime runtime, OnnxGraph given, OnnxGraph model, TrainingData examples, Progress progress) {
        return of(runtime, given, model, examples, examples.size(), progress);
    }

    /**
     * One row for each of the first examples of what the teacher's first output says, scores rather than probabilities.
     *
     * @param examples the teacher's inputs, by its own names or by those of the model's inputs in the same place
     */
    static Tensor of(
            InferenceRuntime runtime,
            OnnxGraph given,
            OnnxGraph model,
            TrainingData examples,
            int size,
            Progress progress) {
        OnnxGraph teacher = scoring(given);
        String output = teacher.outputs().get(0).name();
        int fixed = fixedBatch(teacher);
        int most = fixed > 0 ? fixed : BATCH;
        float[] all = new float[0];
        long[] shape = {};
        try (InferenceSession session = runtime.open(
                OnnxWriter.toBytes(teacher), SessionOptions.defaults().slots(1))) {
            for (int from = 0; from < size; from += most) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException(
                            "Asking the teacher was cancelled after (" + from + ") of " + size + " examples.");
                }
                int rows = Math.min(most, size - from);
                int fed = fixed > 0 ? fixed : rows;
                int[] numbers = IntStream.range(from, from + fed)
                        .map(i -> Math.min(i, examples.size() - 1))
                        .toArray();
                Tensor answers =
                        session.run(feed(teacher, model, examples, numbers)).get(output);
                if (answers == null || answers.type() != ElementType.FLOAT) {
                    throw new InvalidInputException("The teacher's first output (" + output
                            + ") is not FLOAT. Maybe distil from one that answers with scores.");
                }
                float[] values = answers.floats();
                int row = values.length / fed;
                if (shape.length == 0) {
                    shape = answers.shape();
                    all = new float[Math.multiplyExact(row, size)];
                }
                if (answers.shape().length == 0 || answers.shape()[0] != fed || row * size != all.length) {
                    throw new InvalidInputException("The teacher answers (" + answers + ") to " + fed
                            + " examples. Maybe its batch dimension is fixed: export it with a free one.");
                }
                System.arraycopy(values, 0, all, from * row, rows * row);
                progress.update("teacher", from + (long) rows, size);
            }
        }
        shape[0] = size;
        return Tensor.of(all, shape);
    }

    /** The teacher up to its scores: what softens them is the temperature, not a Softmax at its end. */
    private static OnnxGraph scoring(OnnxGraph teacher) {
        OnnxValue output = teacher.outputs().get(0);
        OnnxNode last = teacher.producers().get(output.name());
        if (last == null
                || !last.domain().isEmpty()
                || !(last.op().equals("Softmax") || last.op().equals("LogSoftmax"))) {
            return teacher;
        }
        int rank = ShapeInference.infer(teacher)
                .dims(output.name())
                .map(List::size)
                .orElse(-1);
        long axis = last.intAttribute("axis", teacher.info().opset() < 13 ? 1 : -1);
        if (axis != -1 && axis != rank - 1) {
            return teacher;
        }
        OnnxGraph scoring = teacher.copy();
        scoring.outputs().set(0, new OnnxValue(last.input(0), output.type()));
        return scoring;
    }

    private static Map<String, Tensor> feed(OnnxGraph teacher, OnnxGraph model, TrainingData examples, int[] numbers) {
        Map<String, Tensor> batch = examples.allocate(numbers.length);
        examples.read(numbers, batch);
        List<OnnxValue> feeds = teacher.feeds();
        List<OnnxValue> places = model.feeds();
        Map<String, Tensor> feed = new LinkedHashMap<>();
        for (int i = 0; i < feeds.size(); i++) {
            String name = feeds.get(i).name();
            String there = places.size() == feeds.size() ? places.get(i).name() : name;
            Tensor tensor = batch.containsKey(name) ? batch.get(name) : batch.get(there);
            if (tensor == null) {
                throw new InvalidInputException("The teacher reads an input (" + name + "), but the examples have "
                        + batch.keySet() + ". Maybe rename it.");
            }
            feed.put(name, tensor);
        }
        return feed;
    }

    /** The rows that every run must have, 0 where any number will do; the last run is filled up with the last example. */
    private static int fixedBatch(OnnxGraph teacher) {
        return teacher.feeds().stream()
                .map(feed -> feed.type() instanceof OnnxType.OfTensor tensor ? tensor.shape() : null)
                .filter(shape ->
                        shape != null && !shape.isEmpty() && shape.get(0).known())
                .mapToInt(shape -> (int) shape.get(0).size())
                .max()
                .orElse(0);
    }
}
