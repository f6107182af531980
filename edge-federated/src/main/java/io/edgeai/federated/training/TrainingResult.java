package io.edgeai.federated.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What central training made.
 *
 * @param model with its last parameters
 * @param curve one entry for each epoch
 */
public record TrainingResult(TrainedModel model, List<Epoch> curve) {
    public TrainingResult {
        curve = List.copyOf(curve);
    }

    /**
     * One pass over the data.
     *
     * @param number from 1
     * @param loss mean cross-entropy in nats as the batches saw it before their steps
     * @param validation after the epoch, or null where there is no validation set
     */
    public record Epoch(int number, double loss, @Nullable Evaluation validation) {}
}
