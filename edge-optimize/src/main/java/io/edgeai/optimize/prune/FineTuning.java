package io.edgeai.optimize.prune;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.train.Evaluation;
import io.edgeai.core.train.GradientGraph;
import io.edgeai.core.train.Loss;
import io.edgeai.core.train.Trained;
import io.edgeai.core.train.Trainer;
import io.edgeai.core.train.data.Augmentation;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trains a pruned classifier a little more, on labels, on the original's answers, or on both. The original is part of the
 * training graph and needs no labels. Immutable and thread-safe, save for the listeners.
 */
public final class FineTuning {
    /** Name of the labels among the training data: INT64 class numbers. */
    public static final String LABELS = "labels";

    private final Builder settings;

    private FineTuning(Builder settings) {
        this.settings = settings;
    }

    /**
     * A builder.
     *
     * @param data the model's inputs by name, and unless only the teacher is followed {@link #LABELS}
     */
    public static Builder builder(TrainingData data) {
        return new Builder(data);
    }

    /** Trains a pruned model; its original is the teacher where one is followed. */
    public Trained tune(PrunedModel pruned) {
        return tune(pruned.graph(), pruned.original());
    }

    /**
     * Trains a model; the graphs given are left as they are.
     *
     * @param teacher whose answers are followed; not used where {@link Builder#distill} was not asked for
     * @throws InvalidInputException where data and model do not fit
     * @throws io.edgeai.core.error.UnsupportedOperatorException where an operator has no derivative
     * @throws io.edgeai.core.error.OperationCancelledException where the progress listener says so
     */
    public Trained tune(OnnxGraph model, OnnxGraph teacher) {
        Loss loss = settings.alpha == 0
                ? Loss.crossEntropy().labels(LABELS)
                : settings.alpha == 1
                        ? Loss.distillation(settings.temperature, Loss.Target.of(teacher))
                        : Loss.distillation(settings.temperature, settings.alpha, Loss.Target.of(teacher));
        GradientGraph gradient = GradientGraph.builder(model).loss(loss).build();
        Trainer.Builder trainer = Trainer.builder(model, gradient)
                .data(settings.data)
                .epochs(settings.epochs)
                .batchSize(settings.batchSize)
                .rule(UpdateRule.builder(Optimizer.momentum(0.9))
                        .weightDecay(settings.weightDecay)
                        .build())
                .schedule(Schedule.cosine(settings.learningRate, 0).warmUp(settings.warmUpSteps))
                .augment(settings.augmentation)
                .seed(settings.seed)
                .progress(settings.progress);
        if (settings.evaluation != null) {
            trainer.evaluate(settings.evaluation, 1);
        }
        if (settings.engine != null) {
            trainer.runtime(settings.engine);
        }
        return trainer.build().run();
    }

    /**
     * Collects settings. Defaults: labels only, 10 epochs, batches of 32, SGD with momentum 0.9, rate 0.02 falling as half
     * a cosine after 50 steps of warm-up, weight decay 1e-4, no augmentation, seed 1. Not thread-safe.
     */
    public static final class Builder {
        private final TrainingData data;
        private double alpha;
        private double temperature = 2;
        private int epochs = 10;
        private int batchSize = 32;
        private double learningRate = 0.02;
        private int warmUpSteps = 50;
        private double weightDecay = 1e-4;
        private Augmentation augmentation = Augmentation.NONE;
        private @Nullable Evaluation evaluation;
        private @Nullable InferenceRuntime engine;
        private long seed = 1;
        private Progress progress = Progress.NONE;

        private Builder(TrainingData data) {
            this.data = data;
        }

        /**
         * Follows the teacher's answers softened by a temperature (Hinton et al., 2015).
         *
         * @param share weight of the teacher against the labels, above 0; 1 needs no labels
         * @param temperature above 0; 2 to 4 is usual
         */
        public Builder distill(double share, double temperature) {
            if (!(share > 0 && share <= 1) || !(temperature > 0)) {
                throw new InvalidInputException("distill (" + share + ", " + temperature
                        + ") needs a share above 0 and at most 1 and a temperature above 0. Maybe 0.5 and 2.");
            }
            this.alpha = share;
            this.temperature = temperature;
            return this;
        }

        public Builder epochs(int count) {
            this.epochs = count;
            return this;
        }

        public Builder batchSize(int examples) {
            this.batchSize = examples;
            return this;
        }

        /** Highest rate; it falls to 0 at the end. */
        public Builder learningRate(double rate) {
            this.learningRate = rate;
            return this;
        }

        public Builder warmUpSteps(int steps) {
            this.warmUpSteps = steps;
            return this;
        }

        public Builder weightDecay(double factor) {
            this.weightDecay = factor;
            return this;
        }

        /** How batches are changed, such as {@link #mirrored}. */
        public Builder augment(Augmentation change) {
            this.augmentation = change;
            return this;
        }

        /** Judges the model after each epoch; the best one is kept beside the last. */
        public Builder evaluate(Evaluation by) {
            this.evaluation = by;
            return this;
        }

        public Builder runtime(InferenceRuntime runtime) {
            this.engine = runtime;
            return this;
        }

        /** Seed of the order of examples and of their changes; default 1. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /** Told about progress (phase {@code train}). */
        public Builder progress(Progress listener) {
            this.progress = listener;
            return this;
        }

        /** @throws InvalidInputException listing everything that is wrong with the settings */
        public FineTuning build() {
            List<String> problems = new ArrayList<>();
            if (epochs < 1) {
                problems.add("epochs (" + epochs + ") must be 1 or more");
            }
            if (batchSize < 1) {
                problems.add("batchSize (" + batchSize + ") must be 1 or more");
            }
            if (!(learningRate > 0)) {
                problems.add("learningRate (" + learningRate + ") must be above 0");
            }
            if (!(weightDecay >= 0)) {
                problems.add("weightDecay (" + weightDecay + ") must be 0 or more");
            }
            if (warmUpSteps < 0) {
                problems.add("warmUpSteps (" + warmUpSteps + ") must be 0 or more");
            }
            if (!problems.isEmpty()) {
                throw new InvalidInputException(
                        "Fine-tuning cannot be set up: " + String.join("; ", problems) + ". Maybe keep the defaults.");
            }
            Builder copy = new Builder(data);
            copy.alpha = alpha;
            copy.temperature = temperature;
            copy.epochs = epochs;
            copy.batchSize = batchSize;
            copy.learningRate = learningRate;
            copy.warmUpSteps = warmUpSteps;
            copy.weightDecay = weightDecay;
            copy.augmentation = augmentation;
            copy.evaluation = evaluation;
            copy.engine = engine;
            copy.seed = seed;
            copy.progress = progress;
            return new FineTuning(copy);
        }
    }

    /**
     * Mirrors half of the examples of an image input, [N, channels, height, width], left to right.
     *
     * @param input name of the input
     */
    public static Augmentation mirrored(String input) {
        return new Mirror(input);
    }
}
