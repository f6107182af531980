package io.edgeai.core.train.optimizer;

import java.util.List;

/**
 * An optimizer of one's own, in Java on flat vectors: for what no {@link UpdateRule} expresses, such as noise for
 * differential privacy. Used by one thread.
 */
@FunctionalInterface
public interface FlatOptimizer {
    /**
     * Changes the parameters.
     *
     * @param theta parameters, changed in place
     * @param gradient mean gradient of the batch; may be overwritten
     * @param learningRate of this step, as the schedule says
     * @param step counts from 1
     */
    void update(float[] theta, float[] gradient, double learningRate, long step);

    /** The arrays it remembers from step to step, live: saved with a checkpoint and written to on resume. */
    default List<float[]> slots() {
        return List.of();
    }
}
