package io.edgeai.federated;

import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.training.Steering;
import io.edgeai.federated.training.Trainer;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A participant that trains here; all of one coordinator share as many trainers as run at once. What a client algorithm
 * makes it remember (a control variate, a personal model) is its memory; these arrays are never changed, but replaced.
 */
final class InProcessParticipant implements FederatedParticipant {
    private static final float[] NONE = new float[0];

    private final ParticipantData data;
    private final Trainers trainers;
    private volatile float @Nullable [] variate;
    private volatile float @Nullable [] personal;

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
        float[] change = null;
        if (task.rule().kind() == LocalRule.Kind.SCAFFOLD) {
            change = corrected(trainer, parameters, task);
        } else {
            trainer.train(parameters, data.train(), task.settings(), task.seed());
        }
        if (task.rule().kind() == LocalRule.Kind.DITTO) {
            personalize(trainer, task);
        }
        trainers.giveBack(trainer);
        return Update.of(parameters, samples())
                .initialLoss(initialLoss)
                .steps(steps(task.settings()))
                .control(change);
    }

    private int steps(SgdSettings settings) {
        int batch = settings.batchSize();
        return settings.epochs() * Math.toIntExact((samples() + (long) batch - 1) / batch);
    }

    /** {@code cᵢ⁺ = cᵢ − c + (x − y) / (steps · rate)}; gives {@code cᵢ⁺ − cᵢ}. */
    private float[] corrected(Trainer trainer, float[] parameters, RoundTask task) {
        float[] start = parameters.clone();
        float[] common = task.control();
        if (common == null) {
            common = new float[start.length];
        }
        float[] last = variate;
        float[] own = last == null ? new float[start.length] : last.clone();
        float[] correction = new float[start.length];
        for (int i = 0; i < correction.length; i++) {
            correction[i] = common[i] - own[i];
        }
        SgdSettings settings = task.settings();
        trainer.train(parameters, data.train(), settings, task.seed(), Steering.corrected(correction));
        double scale = 1 / (steps(settings) * settings.learningRate());
        float[] change = new float[start.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = (float) (scale * ((double) start[i] - parameters[i]) - common[i]);
            own[i] += change[i];
        }
        variate = own;
        return change;
    }

    private void personalize(Trainer trainer, RoundTask task) {
        float[] common = task.parameters();
        float[] last = personal;
        float[] own = last == null ? common.clone() : last.clone();
        trainer.train(
                own, data.train(), task.settings().mu(task.rule().strength()), task.seed(), Steering.towards(common));
        personal = own;
    }

    @Override
    public Optional<Evaluation> evaluate(float[] parameters) {
        if (data.test().size() == 0) {
            return Optional.empty();
        }
        Trainer trainer = trainers.take();
        Evaluation evaluation = trainer.evaluate(parameters, data.test());
        trainers.giveBack(trainer);
        return Optional.of(evaluation);
    }

    @Override
    public Optional<float[]> personal() {
        float[] own = personal;
        return own == null ? Optional.empty() : Optional.of(own.clone());
    }

    @Override
    public float[][] memory() {
        float[] control = variate;
        float[] own = personal;
        return control == null && own == null
                ? new float[0][]
                : new float[][] {control == null ? NONE : control, own == null ? NONE : own};
    }

    @Override
    public void remember(float[][] memory) {
        variate = memory.length == 0 || memory[0].length == 0 ? null : memory[0];
        personal = memory.length == 0 || memory[1].length == 0 ? null : memory[1];
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
