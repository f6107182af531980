package io.edgeai.federated;

import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.training.Steering;
import io.edgeai.federated.training.Trainer;
import java.util.SplittableRandom;

/**
 * Trains as many epochs as the reference draws for it, by batches in the order of the reference where that is asked for:
 * {@code permutation} after {@code permutation} of {@code RandomState(100)}, anew in each round. The gradients, the steps and
 * the pull are the library's.
 */
final class ReferenceParticipant implements FederatedParticipant {
    private static final int ORDER_SEED = 100;
    private static final long TRAINER_SEED = 1;

    private final int number;
    private final ParticipantData data;
    private final double stragglers;
    private final boolean orderOfReference;
    private final Trainer trainer;

    ReferenceParticipant(
            int number, ParticipantData data, LocalModel model, double stragglers, boolean orderOfReference) {
        this.number = number;
        this.data = data;
        this.stragglers = stragglers;
        this.orderOfReference = orderOfReference;
        this.trainer = new Trainer(model);
    }

    @Override
    public String id() {
        return data.id();
    }

    @Override
    public int samples() {
        return data.train().size();
    }

    @Override
    public Update fit(RoundTask task) {
        int epochs = ReferenceRound.of(task.round(), stragglers).epochs().get(number);
        float[] parameters = task.parameters();
        if (!orderOfReference) {
            trainer.train(parameters, data.train(), task.settings().epochs(epochs), task.seed());
            return Update.of(parameters, samples());
        }
        int[] trainersOrder = orderOfTrainer(samples());
        NumpyRandom random = new NumpyRandom(ORDER_SEED);
        SgdSettings one = task.settings().epochs(1);
        Steering anchor = Steering.towards(task.parameters());
        for (int epoch = 0; epoch < epochs; epoch++) {
            int[] order = random.permutation(samples());
            int[] rows = new int[order.length];
            for (int i = 0; i < order.length; i++) {
                rows[trainersOrder[i]] = order[i];
            }
            LabelledSet set = data.train().select(rows);
            trainer.train(parameters, set, one, TRAINER_SEED, anchor);
        }
        return Update.of(parameters, samples());
    }

    /** Fisher and Yates, as {@link Trainer} orders the rows of its first epoch. */
    private static int[] orderOfTrainer(int size) {
        SplittableRandom random = new SplittableRandom(TRAINER_SEED);
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }
}
