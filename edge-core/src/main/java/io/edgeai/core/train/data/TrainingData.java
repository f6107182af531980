package io.edgeai.core.train.data;

import io.edgeai.core.model.Tensor;
import java.util.Map;

/** Examples to train on, each reached by its number. Called by one thread at a time. */
public interface TrainingData {
    /** Number of examples, at least 1. */
    int size();

    /**
     * Memory for a batch: one tensor for each data input of the training graph, by name, with the examples along the
     * first dimension.
     *
     * @param rows examples it holds
     */
    Map<String, Tensor> allocate(int rows);

    /**
     * Fills a batch.
     *
     * @param examples their numbers, 0 to below {@link #size()}, one for each row
     * @param batch made by {@link #allocate} with as many rows
     */
    void read(int[] examples, Map<String, Tensor> batch);
}
