package io.edgeai.core.train;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.train.data.Augmentation;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.core.train.optimizer.FlatOptimizer;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model: epochs of shuffled batches, each a run of a training graph whose state stays in the engine.
 *
 * <pre>{@code
 * Trained result = Trainer.builder(model, gradient)
 *         .data(data)
 *         .epochs(3)
 *         .batchSize(64)
 *         .rule(UpdateRule.of(Optimizer.momentum(0.9)))
 *         .schedule(Schedule.cosine(0.05, 0).warmUp(50))
 *         .evaluate(Evaluation.accuracy("x", testImages, testLabels), 1)
 *         .checkpoint(Path.of("run.ckpt"))
 *         .build()
 *         .run();
 * }</pre>
 *
 * <p>With one thread (the default) the same seed gives the same bits. Immutable; each {@link #run()} starts anew.
 */
public final class Trainer {
    final Builder settings;

    private Trainer(Builder settings) {
        this.settings = settings;
    }

    /**
     * A trainer for one model.
     *
     * @param model where training starts; not changed
     * @param gradient its loss and gradient, made for a graph with the same parameters
     */
    public static Builder builder(OnnxGraph model, GradientGraph gradient) {
        return new Builder(model, gradient);
    }

    /**
     * Trains from the model's own parameters.
     *
     * @throws io.edgeai.core.error.TrainingDivergedException where a loss is no finite number
     * @throws io.edgeai.core.error.OperationCancelledException where the progress was cancelled; a checkpoint was
     *     written where a file was named
     */
    public Trained run() {
        try (TrainingLoop loop = new TrainingLoop(settings)) {
            return loop.run(null);
        }
    }

    /**
     * Goes on from a checkpoint, to the number of epochs set here.
     *
     * @throws InvalidInputException where it belongs to another model, optimizer, number of examples or batch size
     */
    public Trained resume(Checkpoint checkpoint) {
        try (TrainingLoop loop = new TrainingLoop(settings)) {
            return loop.run(checkpoint);
        }
    }

    /**
     * Builds a {@link Trainer}. Defaults: 1 epoch, batches of 32, SGD with momentum 0.9, constant rate 0.01, no average, seed 0, no
     * augmentation, no evaluation, no early stop, no checkpoint, the best engine for ONNX with one thread.
     */
    public static final class Builder {
        final OnnxGraph model;
        final GradientGraph gradient;

        @Nullable
        TrainingData data;

        int epochs = 1;
        int batchSize = 32;
        int partSize = Integer.MAX_VALUE;

        @Nullable
        UpdateRule rule;

        @Nullable
        FlatOptimizer flat;

        float @Nullable [] control;
        Schedule schedule = Schedule.constant(0.01);
        double average;
        long seed;
        Augmentation augmentation = Augmentation.NONE;

        @Nullable
        Evaluation evaluation;

        int evaluateEvery = 1;
        EarlyStop stop = EarlyStop.NEVER;

        @Nullable
        Path checkpoint;

        long checkpointEvery = Long.MAX_VALUE;
        Progress progress = Progress.NONE;
        TrainingListener listener = TrainingListener.NONE;

        @Nullable
        InferenceRuntime runtime;

        SessionOptions options = SessionOptions.defaults();
        Ticker ticker = Ticker.system();

        private Builder(OnnxGraph model, GradientGraph gradient) {
            this.model = model;
            this.gradient = gradient;
        }

        private Builder(Builder from) {
            this.model = from.model.copy();
            this.gradient = from.gradient;
            this.data = from.data;
            this.epochs = from.epochs;
            this.batchSize = from.batchSize;
            this.partSize = from.partSize;
            this.rule = from.rule;
            this.flat = from.flat;
            this.control = from.control;
            this.schedule = from.schedule;
            this.average = from.average;
            this.seed = from.seed;
            this.augmentation = from.augmentation;
            this.evaluation = from.evaluation;
            this.evaluateEvery = from.evaluateEvery;
            this.stop = from.stop;
            this.checkpoint = from.checkpoint;
            this.checkpointEvery = from.checkpointEvery;
            this.progress = from.progress;
            this.listener = from.listener;
            this.runtime = from.runtime;
            this.options = from.options;
            this.ticker = from.ticker;
        }

        public Builder data(TrainingData examples) {
            this.data = examples;
            return this;
        }

        public Builder epochs(int count) {
            this.epochs = positive(count, "epochs");
            return this;
        }

        /** Examples of a step; the last batch of an epoch may be smaller. */
        public Builder batchSize(int examples) {
            this.batchSize = positive(examples, "batchSize");
            return this;
        }

        /**
         * Runs a batch in parts of at most so many examples and sums their gradients, for batches that need too much
         * memory at once. Statistics of normalization are those of each part.
         */
        public Builder partSize(int examples) {
            this.partSize = positive(examples, "partSize");
            return this;
        }

        /** How the gradient changes the parameters, as part of the graph. An anchor is where training started. */
        public Builder rule(UpdateRule update) {
            this.rule = update;
            return this;
        }

        /** How the gradient changes the parameters, in Java. */
        public Builder optimizer(FlatOptimizer own) {
            this.flat = own;
            return this;
        }

        /** The vector of a rule with a control variate. */
        public Builder control(float[] vector) {
            this.control = vector.clone();
            return this;
        }

        public Builder schedule(Schedule rates) {
            this.schedule = rates;
            return this;
        }

        /**
         * Makes the model the moving average of the parameters, and of the statistics of normalization, over so great a share
         * of all steps; 0, the default, for those of the last step. What is evaluated is the average too; steps and the loss
         * are not touched.
         *
         * @throws InvalidInputException where it is not 0 to 1
         */
        public Builder average(double share) {
            if (!(share >= 0 && share <= 1)) {
                throw new InvalidInputException("average (" + share + ") must be 0 to 1. Maybe 0.1.");
            }
            this.average = share;
            return this;
        }

        /** Of the order of examples and of augmentation. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        public Builder augment(Augmentation change) {
            this.augmentation = change;
            return this;
        }

        /** Judges the model after each {@code everyEpochs}-th epoch and after the last. */
        public Builder evaluate(Evaluation by, int everyEpochs) {
            this.evaluation = by;
            this.evaluateEvery = positive(everyEpochs, "everyEpochs");
            return this;
        }

        public Builder stop(EarlyStop when) {
            this.stop = when;
            return this;
        }

        /** Writes a checkpoint there after each epoch, on cancellation and at the end. */
        public Builder checkpoint(Path file) {
            this.checkpoint = file;
            return this;
        }

        /** Writes the checkpoint each so many steps too. */
        public Builder checkpointEvery(int steps) {
            this.checkpointEvery = positive(steps, "checkpointEvery");
            return this;
        }

        /** Hears of phase {@code "train"} in steps, at most four times a second, and may cancel between steps. */
        public Builder progress(Progress hearer) {
            this.progress = hearer;
            return this;
        }

        public Builder listener(TrainingListener hearer) {
            this.listener = hearer;
            return this;
        }

        public Builder runtime(InferenceRuntime engine) {
            this.runtime = engine;
            return this;
        }

        /** Settings of the engine; more than one thread costs the repeatability of bits. */
        public Builder options(SessionOptions engineOptions) {
            this.options = engineOptions;
            return this;
        }

        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        /** @throws InvalidInputException listing all that does not fit together */
        public Trainer build() {
            List<String> problems = new ArrayList<>();
            if (data == null) {
                problems.add("no data is set");
            } else {
                Set<String> needed =
                        gradient.data().stream().map(OnnxValue::name).collect(Collectors.toCollection(TreeSet::new));
                Set<String> given = new TreeSet<>(data.allocate(1).keySet());
                if (!needed.equals(given)) {
                    problems.add("the graph needs data " + needed + ", the examples have " + given);
                }
            }
            if (rule != null && flat != null) {
                problems.add("both a rule and an optimizer of one's own are set");
            }
            int size = gradient.parameters().size();
            boolean wantsControl = rule != null && rule.hasControl();
            if (wantsControl != (control != null)) {
                problems.add(wantsControl ? "the rule needs a control vector" : "no rule takes the control vector");
            } else if (control != null && control.length != size) {
                problems.add("the control vector has " + control.length + " values, the parameters " + size);
            }
            if (stop.target() < Double.POSITIVE_INFINITY && evaluation == null) {
                problems.add("the early stop has a target, but nothing is evaluated");
            }
            if (checkpointEvery < Long.MAX_VALUE && checkpoint == null) {
                problems.add("checkpointEvery is set without a file");
            }
            if (!problems.isEmpty()) {
                throw new InvalidInputException("The trainer cannot be built: (" + String.join("; ", problems)
                        + "). Maybe compare with the javadoc of Trainer.");
            }
            Builder complete = new Builder(this);
            if (flat == null && rule == null) {
                complete.rule = UpdateRule.of(Optimizer.momentum(0.9));
            }
            if (runtime == null) {
                complete.runtime = Engines.discover().forFormat(ModelFormat.ONNX);
            }
            return new Trainer(complete);
        }

        private static int positive(int value, String name) {
            if (value < 1) {
                throw new InvalidInputException(name + " (" + value + ") must be at least 1. Maybe leave it out.");
            }
            return value;
        }
    }
}
