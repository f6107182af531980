package io.edgeai.federated;

import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.Trainer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A participant that trains here; all of one coordinator share as many trainers as run at once. */
final class InProcessParticipant implements FederatedParticipant {
    private final ParticipantData data;
    private final Trainers trainers;

    InProcessParticipant(ParticipantData data, Trainers trainers) {
        this.data = data;
        this.trainers = trainers;
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
        Trainer trainer = trainers.take();
        float[] parameters = task.parameters();
        double initialLoss = task.wantsInitialLoss()
                ? trainer.evaluate(parameters, data.train()).loss()
                : Double.NaN;
        trainer.train(parameters, data.train(), task.settings(), task.seed());
        trainers.giveBack(trainer);
        return Update.of(parameters, samples()).initialLoss(initialLoss);
    }

    /** Trainers not in use. Thread-safe. */
    static final class Trainers {
        private final LocalModel model;
        private final Queue<Trainer> idle = new ConcurrentLinkedQueue<>();

        Trainers(LocalModel model) {
            this.model = model;
        }

        Trainer take() {
            Trainer trainer = idle.poll();
            return trainer == null ? new Trainer(model) : trainer;
        }

        void giveBack(Trainer trainer) {
            idle.add(trainer);
        }
    }
}
