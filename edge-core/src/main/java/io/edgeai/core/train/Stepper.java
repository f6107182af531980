package io.edgeai.core.train;

import io.edgeai.core.model.Tensor;
import java.util.Map;

/** Takes training steps, each over one batch or several parts of one. Used by one thread. */
interface Stepper extends AutoCloseable {
    /**
     * Begins a step.
     *
     * @param step counts from 1
     */
    void begin(long step, double learningRate);

    /**
     * Adds a part of the batch.
     *
     * @param weight its share of the batch; 1 where it is the whole
     * @return its mean loss
     */
    double add(Map<String, Tensor> part, double weight);

    /** Ends the step: now the parameters have changed. */
    void finish();

    /** Parameters, statistics and what the optimizer remembers, by name; copies. */
    Map<String, float[]> state();

    /** Sets what {@link #state} gave. */
    void restore(Map<String, float[]> state);

    @Override
    void close();
}
