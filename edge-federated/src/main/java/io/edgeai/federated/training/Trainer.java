package io.edgeai.federated.training;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.data.LabelledSet;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Trains parameter vectors of one model by {@link SgdSettings}. The same model, data, settings and seed give the same
 * bits. Keeps scratch memory of two to three times the model between calls and allocates nothing per step. Not
 * thread-safe: one per thread.
 */
public final class Trainer {
    private static final int EVALUATED_AT_ONCE = 256;

    private final LocalModel model;
    private final GradientPass pass;
    private final float[] gradient;
    private final float[] logits;
    private float[] velocity = new float[0];
    private float[] reference = new float[0];
    private float @Nullable [] correction;
    private int[] order = new int[0];

    public Trainer(LocalModel model) {
        this.model = model;
        this.pass = model.newPass();
        this.gradient = new float[model.layout().size()];
        this.logits = new float[model.classes()];
    }

    /**
     * Trains in place.
     *
     * @param parameters where to start; holds the trained values afterwards
     * @param data at least one sample
     * @return mean cross-entropy over the last epoch as its batches saw it, before their steps; in nats
     */
    public double train(float[] parameters, LabelledSet data, SgdSettings settings, long seed) {
        return train(parameters, data, settings, seed, Steering.none());
    }

    /** {@link #train(float[], LabelledSet, SgdSettings, long)} led by more than the data. */
    public double train(float[] parameters, LabelledSet data, SgdSettings settings, long seed, Steering steering) {
        SplittableRandom random = begin(parameters, data, settings, seed, steering);
        double loss = 0;
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            loss = epoch(parameters, data, settings, random, StepObserver.constant(settings.learningRate()));
        }
        return loss;
    }

    /** Chooses the learning rate of each step of an epoch; may throw to stop. */
    interface StepObserver {
        double learningRate(int samplesDone);

        static StepObserver constant(double rate) {
            return done -> rate;
        }
    }

    SplittableRandom begin(float[] parameters, LabelledSet data, SgdSettings settings, long seed) {
        return begin(parameters, data, settings, seed, Steering.none());
    }

    private SplittableRandom begin(
            float[] parameters, LabelledSet data, SgdSettings settings, long seed, Steering steering) {
        model.layout().check(parameters);
        checkFits(model, data);
        if (data.size() == 0) {
            throw new InvalidInputException("Cannot train on a set without samples (" + data + ").");
        }
        Arrays.fill(gradient, 0);
        if (settings.momentum() != 0) {
            velocity = cleared(velocity);
        }
        if (settings.mu() != 0) {
            reference = reference.length == 0 ? new float[gradient.length] : reference;
            float[] anchor = steering.anchor();
            System.arraycopy(anchor == null ? parameters : anchor, 0, reference, 0, reference.length);
        }
        correction = steering.correction();
        if (order.length < data.size()) {
            order = new int[data.size()];
        }
        for (int i = 0; i < data.size(); i++) {
            order[i] = i;
        }
        return new SplittableRandom(seed);
    }

    double epoch(float[] w, LabelledSet data, SgdSettings settings, SplittableRandom random, StepObserver observer) {
        int n = data.size();
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        double loss = 0;
        for (int from = 0; from < n; ) {
            float rate = (float) observer.learningRate(from);
            int to = Math.min(n, from + Math.min(n, settings.batchSize()));
            loss += pass.addGradient(w, data, order, from, to, gradient);
            if (settings.weightDecay() != 0) {
                Kernels.decay(gradient, w, (float) settings.weightDecay());
            }
            if (correction != null) {
                Kernels.addRow(gradient, 0, correction, 0, 1, gradient.length);
            }
            if (settings.mu() != 0) {
                Kernels.pull(gradient, w, reference, (float) settings.mu());
            }
            if (settings.momentum() != 0) {
                Kernels.momentumStep(w, gradient, velocity, (float) settings.momentum(), rate);
            } else {
                Kernels.step(w, gradient, rate);
            }
            from = to;
        }
        return loss / n;
    }

    /**
     * Mean cross-entropy and share of right answers.
     *
     * @param data at least one sample
     */
    public Evaluation evaluate(float[] parameters, LabelledSet data) {
        model.layout().check(parameters);
        checkFits(model, data);
        if (data.size() == 0) {
            throw new InvalidInputException("Cannot evaluate on a set without samples (" + data + ").");
        }
        double loss = 0;
        int right = 0;
        float[] block = {};
        for (int i = 0; i < data.size(); i++) {
            if (i % EVALUATED_AT_ONCE == 0) {
                block = pass.logits(parameters, data, i, Math.min(data.size(), i + EVALUATED_AT_ONCE));
            }
            System.arraycopy(block, i % EVALUATED_AT_ONCE * logits.length, logits, 0, logits.length);
            int best = 0;
            for (int c = 1; c < logits.length; c++) {
                best = logits[c] > logits[best] ? c : best;
            }
            right += best == data.label(i) ? 1 : 0;
            loss += Kernels.softmax(logits, logits.length, data.label(i));
        }
        return new Evaluation(loss / data.size(), (double) right / data.size(), data.size());
    }

    /**
     * Class probabilities of one sample.
     *
     * @param sample as many values as the model has features
     */
    public float[] predict(float[] parameters, float[] sample) {
        model.layout().check(parameters);
        if (sample.length != model.features()) {
            throw new InvalidInputException(
                    "The model takes " + model.features() + " values, not (" + sample.length + ").");
        }
        float[] probabilities = new float[model.classes()];
        pass.logits(parameters, sample, 0, probabilities);
        Kernels.softmax(probabilities, probabilities.length, 0);
        return probabilities;
    }

    /** @throws InvalidInputException where features or classes differ */
    public static void checkFits(LocalModel model, LabelledSet data) {
        if (model.features() != data.features() || model.classes() != data.classes()) {
            throw new InvalidInputException("Model (" + model + ") takes " + model.features() + " features and "
                    + model.classes() + " classes; the data have (" + data + ").");
        }
    }

    private float[] cleared(float[] scratch) {
        if (scratch.length == 0) {
            return new float[gradient.length];
        }
        Arrays.fill(scratch, 0);
        return scratch;
    }
}
