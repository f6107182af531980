package io.edgeai.optimize.retrain;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.data.LabelledData;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Examples as a loss wants them: with or without their labels, and with a teacher's answers where those are known. */
final class Examples implements TrainingData {
    static final String ANSWERS = "teacher_answers";

    private final TrainingData data;
    private final boolean labels;
    private final @Nullable Tensor answers;
    private final Map<Integer, Tensor> unread = new HashMap<>();

    /**
     * Examples for one training.
     *
     * @param labels whether labels are read, where there are any
     * @param answers a row for each example; null where none are needed
     */
    Examples(TrainingData data, boolean labels, @Nullable Tensor answers) {
        this.data = data;
        this.labels = labels;
        this.answers = answers;
    }

    @Override
    public int size() {
        return data.size();
    }

    @Override
    public Map<String, Tensor> allocate(int rows) {
        Map<String, Tensor> batch = new LinkedHashMap<>(data.allocate(rows));
        Tensor own = batch.get(LabelledData.LABELS);
        if (own != null && !labels) {
            unread.put(rows, own);
            batch.remove(LabelledData.LABELS);
        }
        if (answers != null) {
            long[] shape = answers.shape();
            shape[0] = rows;
            batch.put(ANSWERS, Tensor.allocate(answers.type(), shape));
        }
        return batch;
    }

    @Override
    public void read(int[] examples, Map<String, Tensor> batch) {
        Map<String, Tensor> own = new LinkedHashMap<>(batch);
        Tensor into = own.remove(ANSWERS);
        Tensor aside = unread.get(examples.length);
        if (aside != null) {
            own.put(LabelledData.LABELS, aside);
        }
        data.read(examples, own);
        if (answers != null && into != null) {
            ByteBuffer from = answers.buffer();
            ByteBuffer target = into.buffer();
            int row = from.capacity() / size();
            for (int i = 0; i < examples.length; i++) {
                target.put(i * row, from, examples[i] * row, row);
            }
        }
    }
}
