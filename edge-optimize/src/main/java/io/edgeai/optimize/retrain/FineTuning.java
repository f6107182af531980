package io.edgeai.optimize.retrain;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.train.BatchMode;
import io.edgeai.core.train.Checkpoint;
import io.edgeai.core.train.Evaluation;
import io.edgeai.core.train.GradientGraph;
import io.edgeai.core.train.Loss;
import io.edgeai.core.train.Trained;
import io.edgeai.core.train.Trainer;
import io.edgeai.core.train.data.Augmentation;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.prune.solve.Normalization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains a classifier further: on labels, on the answers of a teacher (knowledge distillation: Hinton, Vinyals and Dean
 * 2015), or on both. A pruned model follows its original, a small model a large one.
 *
 * <pre>{@code
 * Trained small = FineTuning.builder(CalibrationData.of(images).examples(student))   // unlabelled is enough
 *         .teacher(large)
 *         .settings(TrainSettings.defaults().epochs(20))
 *         .build()
 *         .tune(student);
 * }</pre>
 *
 * <p>Immutable and thread-safe, save for its listeners; with the same seed each run gives the same bits.
 */
public final class FineTuning {
    private static final int NORMALIZED_ON = 128;

    private final Builder settings;
    private final InferenceRuntime runtime;

    private FineTuning(Builder settings) {
        this.settings = settings;
        this.runtime = settings.runtime == null ? Engines.discover().forFormat(ModelFormat.ONNX) : settings.runtime;
    }

    /**
     * A builder.
     *
     * @param data the model's inputs by name, and the classes by the name {@link LabelledData#LABELS} where they are known
     */
    public static Builder builder(TrainingData data) {
        return new Builder(data);
    }

    /**
     * Trains a model, which is left as it is.
     *
     * @throws InvalidInputException where data, teacher and model do not fit
     * @throws io.edgeai.core.error.UnsupportedOperatorException where an operator has no derivative
     * @throws io.edgeai.core.error.TrainingDivergedException where a loss is no finite number
     * @throws io.edgeai.core.error.OperationCancelledException where the progress listener says so; a checkpoint was
     *     written where a file was named
     */
    public Trained tune(OnnxGraph model) {
        return run(model, null);
    }

    /** Goes on from a checkpoint that the same tuning of the same model has written. */
    public Trained resume(OnnxGraph model, Checkpoint from) {
        return run(model, from);
    }

    private Trained run(OnnxGraph model, @Nullable Checkpoint from) {
        OnnxGraph start = prepared(model);
        Trained trained = train(start, Set.of(), from);
        if (start == model) {
            return trained;
        }
        OnnxGraph last = GraphPasses.simplified(trained.model(), runtime);
        OnnxGraph best = trained.best() == trained.model() ? last : GraphPasses.simplified(trained.best(), runtime);
        return new Trained(last, best, trained.history(), trained.checkpoint());
    }

    InferenceRuntime runtime() {
        return runtime;
    }

    /** The model with its normalization put back; the model itself where that is not wanted. */
    OnnxGraph prepared(OnnxGraph model) {
        return settings.how.normalize() ? Normalization.inserted(model, runtime, samples(model)) : model;
    }

    /**
     * Trains a graph as it stands.
     *
     * @param also constants that are parameters beside those that are known by their place
     */
    Trained train(OnnxGraph start, Set<String> also, @Nullable Checkpoint from) {
        return settings.undecided() ? decided(start).train(start, also, from) : trained(start, also, from);
    }

    /** With what was left open settled by asking the teacher, or the model itself. */
    private FineTuning decided(OnnxGraph start) {
        Builder known = new Builder(settings);
        OnnxGraph asked = settings.teacher == null ? start : settings.teacher;
        Acquaintance found = new Acquaintance(runtime, asked, start, settings.data);
        known.how = settings.how.decided(found, settings.teacher != null, settings.labels());
        known.open = false;
        return new FineTuning(known);
    }

    private Trained trained(OnnxGraph start, Set<String> also, @Nullable Checkpoint from) {
        OnnxGraph teacher = settings.teacher;
        double share = settings.share();
        Tensor answers = teacher == null || share == 0 || settings.online()
                ? null
                : TeacherAnswers.of(runtime, teacher, start, settings.data, settings.progress);
        double featureWeight = teacher != null && settings.online() ? share * settings.how.featureWeight() : 0;
        FeatureHint features = teacher == null || featureWeight == 0
                ? null
                : FeatureHint.of(runtime, start, teacher, settings.data).orElse(null);
        OnnxGraph trainee = features == null ? start : features.trainee();
        Loss loss = loss(share, answers != null);
        GradientGraph gradient = GradientGraph.builder(trainee)
                .loss(features == null ? loss : loss.plus(features.loss().times(featureWeight)))
                .batchNormalization(settings.batchNormalization)
                .alsoTrainable(also.toArray(String[]::new))
                .build();
        Examples examples = new Examples(settings.data, share < 1, answers);
        TrainSettings how = settings.how;
        long steps = (examples.size() + how.batchSize() - 1L) / how.batchSize() * how.epochs();
        Trainer.Builder trainer = Trainer.builder(trainee, gradient)
                .runtime(runtime)
                .data(examples)
                .epochs(how.epochs())
                .batchSize(how.batchSize())
                .rule(how.rule())
                .schedule(how.schedule(steps))
                .average(how.average())
                .augment(settings.augmentation())
                .seed(settings.seed)
                .progress(settings.progress);
        if (settings.evaluation != null) {
            trainer.evaluate(settings.evaluation, 1);
        }
        if (settings.checkpoint != null) {
            trainer.checkpoint(settings.checkpoint);
        }
        Trainer built = settings.training.apply(trainer).build();
        Trained trained = from == null ? built.run() : built.resume(from);
        if (features == null) {
            return trained;
        }
        OnnxGraph last = features.freed(trained.model());
        return new Trained(
                last,
                trained.best() == trained.model() ? last : features.freed(trained.best()),
                trained.history(),
                trained.checkpoint());
    }

    private Loss loss(double share, boolean answersKnown) {
        OnnxGraph teacher = settings.teacher;
        if (teacher == null) {
            return Loss.crossEntropy();
        }
        Loss.Target target = answersKnown ? Loss.Target.input(Examples.ANSWERS) : Loss.Target.of(teacher);
        double temperature = settings.how.softness(share);
        Loss loss = share == 0
                ? Loss.crossEntropy()
                : share == 1 ? Loss.distillation(temperature, target) : Loss.distillation(temperature, share, target);
        for (Hint hint : settings.hints) {
            loss = loss.plus(Loss.hint(hint.student(), Loss.Target.of(teacher, hint.teacher()))
                    .times(hint.weight()));
        }
        return loss;
    }

    /** Some examples without their labels, one batch. */
    private List<Map<String, Tensor>> samples(OnnxGraph model) {
        int count = Math.min(NORMALIZED_ON, settings.data.size());
        Map<String, Tensor> batch = new HashMap<>(settings.data.allocate(count));
        settings.data.read(IntStream.range(0, count).toArray(), batch);
        Set<String> inputs = model.feeds().stream().map(OnnxValue::name).collect(Collectors.toSet());
        batch.keySet().retainAll(inputs);
        return List.of(batch);
    }

    private record Hint(String student, String teacher, double weight) {}

    /**
     * Collects settings. Defaults: {@link TrainSettings#defaults()}, no teacher, no evaluation, batch statistics, seed 1.
     * Not thread-safe.
     */
    public static final class Builder {
        private final TrainingData data;
        private final List<Hint> hints = new ArrayList<>();
        private TrainSettings how = TrainSettings.defaults();
        private @Nullable OnnxGraph teacher;
        private @Nullable Boolean online;
        private @Nullable Augmentation augmentation;
        private BatchMode batchNormalization = BatchMode.BATCH;
        private @Nullable Evaluation evaluation;
        private @Nullable Path checkpoint;
        private UnaryOperator<Trainer.Builder> training = UnaryOperator.identity();
        private @Nullable InferenceRuntime runtime;
        private long seed = 1;
        private Progress progress = Progress.NONE;
        private boolean open = true;

        private Builder(TrainingData data) {
            this.data = data;
        }

        private Builder(Builder from) {
            this.data = from.data;
            this.hints.addAll(from.hints);
            this.how = from.how;
            this.teacher = from.teacher;
            this.online = from.online;
            this.augmentation = from.augmentation;
            this.batchNormalization = from.batchNormalization;
            this.evaluation = from.evaluation;
            this.checkpoint = from.checkpoint;
            this.training = from.training;
            this.runtime = from.runtime;
            this.seed = from.seed;
            this.progress = from.progress;
            this.open = from.open;
        }

        /** Epochs, rates and the teacher's share. */
        public Builder settings(TrainSettings values) {
            this.how = values;
            return this;
        }

        /** Whose answers are followed. Its inputs have the model's names or are in the same order. */
        public Builder teacher(OnnxGraph model) {
            this.teacher = model;
            return this;
        }

        /**
         * Also brings a value inside the model close to one of the same shape inside the teacher (Romero et al. 2015).
         *
         * @param weight of the mean of squares beside the rest of the loss
         */
        public Builder hint(String value, String teacherValue, double weight) {
            hints.add(new Hint(value, teacherValue, weight));
            return this;
        }

        /**
         * Whether the teacher is asked at each step, in the run that trains, or once for each example before. Default:
         * at each step where examples are changed or hints are given, else once.
         */
        public Builder teacherOnline(boolean atEachStep) {
            this.online = atEachStep;
            return this;
        }

        /** Changes batches in a way of one's own, in place of {@link TrainSettings#images}. */
        public Builder augment(Augmentation change) {
            this.augmentation = change;
            return this;
        }

        /** Batch statistics while training (the default), or frozen ones, for few examples. */
        public Builder batchNormalization(BatchMode mode) {
            this.batchNormalization = mode;
            return this;
        }

        /** Judges the model after each epoch; the best one is kept beside the last. */
        public Builder evaluate(Evaluation by) {
            this.evaluation = by;
            return this;
        }

        /** Writes a checkpoint there after each epoch and on cancellation. */
        public Builder checkpoint(Path file) {
            this.checkpoint = file;
            return this;
        }

        /** Whatever else the trainer offers: another optimizer or schedule, early stop, listeners. Applied last. */
        public Builder training(UnaryOperator<Trainer.Builder> further) {
            this.training = further;
            return this;
        }

        /** Default: the best engine for ONNX on the class path. */
        public Builder runtime(InferenceRuntime engine) {
            this.runtime = engine;
            return this;
        }

        /** Seed of the order of examples and of their changes; default 1. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /** Hears of phases {@code "teacher"} and {@code "train"}, and may cancel. */
        public Builder progress(Progress listener) {
            this.progress = listener;
            return this;
        }

        /** @throws InvalidInputException listing all that does not fit together */
        public FineTuning build() {
            List<String> problems = new ArrayList<>();
            boolean labels = labels();
            if (teacher == null && !labels) {
                problems.add("there are neither labels (" + LabelledData.LABELS + ") nor a teacher to learn from");
            }
            if (teacher == null && share() > 0) {
                problems.add("the teacher's share is (" + share() + "), and there is no teacher");
            }
            if (teacher == null && !hints.isEmpty()) {
                problems.add("hint (" + hints.get(0).teacher() + ") needs a teacher");
            }
            if (teacher != null && !labels && share() < 1) {
                problems.add("the teacher's share (" + share() + ") leaves a part to labels, and there are none");
            }
            if (!hints.isEmpty() && Boolean.FALSE.equals(online)) {
                problems.add("hint (" + hints.get(0).teacher() + ") needs the teacher at each step");
            }
            if (!problems.isEmpty()) {
                throw new InvalidInputException("Fine-tuning cannot be set up: " + String.join("; ", problems)
                        + ". Maybe give labels, or a teacher with a share of 1.");
            }
            return new FineTuning(new Builder(this));
        }

        /** Whether something is left to be found by asking. */
        private boolean undecided() {
            boolean share = teacher != null && labels() && how.teacherShare() == null;
            return open && (share || augmentation == null && how.images() == null && Acquaintance.images(data));
        }

        private boolean labels() {
            return data.allocate(1).containsKey(LabelledData.LABELS);
        }

        private double share() {
            return how.share(teacher != null, labels());
        }

        private boolean online() {
            return online != null ? online : !hints.isEmpty() || augmentation() != Augmentation.NONE;
        }

        private Augmentation augmentation() {
            ImageAugmentation images = how.images();
            return augmentation != null
                    ? augmentation
                    : images == null || images.equals(ImageAugmentation.NONE) ? Augmentation.NONE : images;
        }
    }
}
