package io.edgeai.optimize.distill;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.train.BatchMode;
import io.edgeai.core.train.GradientGraph;
import io.edgeai.core.train.Loss;
import io.edgeai.core.train.Trained;
import io.edgeai.core.train.Trainer;
import io.edgeai.core.train.data.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Teaches a student the answers of a teacher (Hinton, Vinyals and Dean 2015). Without labels the student learns only from
 * the teacher; with labels from both.
 *
 * <pre>{@code
 * Distilled small = Distiller.builder(teacher, student)
 *         .examples(TensorData.of(Map.of("input", images)))   // unlabelled is enough
 *         .training(t -> t.epochs(10).batchSize(32).schedule(Schedule.cosine(0.02, 0)))
 *         .build()
 *         .run();
 * }</pre>
 *
 * <p>Immutable; each {@link #run()} starts anew and, with the same seed, gives the same bits.
 */
public final class Distiller {
    private static final String ANSWERS = "teacher_answers";

    private final Builder settings;

    private Distiller(Builder settings) {
        this.settings = settings;
    }

    /** A distiller; neither graph is changed. */
    public static Builder builder(OnnxGraph teacher, OnnxGraph student) {
        return new Builder(teacher, student);
    }

    /**
     * Trains the student.
     *
     * @throws InvalidInputException where teacher, student and examples do not fit
     * @throws io.edgeai.core.error.UnsupportedOperatorException where the student has an operator without a derivative
     * @throws io.edgeai.core.error.OperationCancelledException where the progress was cancelled
     */
    public Distilled run() {
        InferenceRuntime runtime =
                settings.runtime == null ? Engines.discover().forFormat(ModelFormat.ONNX) : settings.runtime;
        Map<String, Tensor> columns = new LinkedHashMap<>(settings.examples().columns());
        Loss.Target target;
        if (settings.online) {
            target = Loss.Target.of(settings.teacher);
        } else {
            OnnxGraph asked = scoring(settings.teacher);
            String output = asked.outputs().get(0).name();
            columns.put(ANSWERS, TeacherAnswers.of(runtime, asked, output, settings.examples(), settings.progress));
            target = Loss.Target.input(ANSWERS);
        }
        if (settings.labels != null && settings.alpha() < 1) {
            columns.put("labels", Tensor.of(settings.labels, settings.labels.length));
        }
        GradientGraph gradient = GradientGraph.builder(settings.student)
                .loss(settings.loss(target))
                .batchNormalization(settings.batchNormalization)
                .build();
        Trainer.Builder trainer = settings.training.apply(Trainer.builder(settings.student, gradient)
                .data(TensorData.of(columns))
                .progress(settings.progress)
                .runtime(runtime));
        Trained trained = trainer.build().run();
        return new Distilled(trained.best(), trained);
    }

    /** The teacher up to its scores: what softens them is the temperature, not a Softmax at its end. */
    private static OnnxGraph scoring(OnnxGraph teacher) {
        OnnxValue output = teacher.outputs().get(0);
        OnnxNode last = teacher.producers().get(output.name());
        if (last == null
                || !last.domain().isEmpty()
                || !(last.op().equals("Softmax") || last.op().equals("LogSoftmax"))) {
            return teacher;
        }
        int rank = ShapeInference.infer(teacher)
                .dims(output.name())
                .map(List::size)
                .orElse(-1);
        long axis = last.intAttribute("axis", teacher.info().opset() < 13 ? 1 : -1);
        if (axis != -1 && axis != rank - 1) {
            return teacher;
        }
        OnnxGraph scoring = teacher.copy();
        scoring.outputs().set(0, new OnnxValue(last.input(0), output.type()));
        return scoring;
    }

    /**
     * Collects settings. Defaults: temperature 4 and the teacher alone without labels, temperature 2 and half the weight
     * on labels with them; the teacher is asked once for each example before training.
     */
    public static final class Builder {
        private final OnnxGraph teacher;
        private final OnnxGraph student;
        private final List<Hint> hints = new ArrayList<>();
        private @Nullable TensorData examples;
        private long @Nullable [] labels;
        private @Nullable Double temperature;
        private @Nullable Double alpha;
        private boolean online;
        private BatchMode batchNormalization = BatchMode.BATCH;
        private UnaryOperator<Trainer.Builder> training = UnaryOperator.identity();
        private Progress progress = Progress.NONE;
        private @Nullable InferenceRuntime runtime;

        private record Hint(String student, String teacher, double weight) {}

        private Builder(OnnxGraph teacher, OnnxGraph student) {
            this.teacher = teacher;
            this.student = student;
        }

        /** What both models read, by input name, examples along the first dimension; must be given. */
        public Builder examples(TensorData unlabelled) {
            this.examples = unlabelled;
            return this;
        }

        /** The right class of each example. */
        public Builder labels(long[] classes) {
            this.labels = classes.clone();
            return this;
        }

        /** How far the teacher's answers are softened: above 0; default 4, with labels 2. */
        public Builder temperature(double value) {
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new InvalidInputException("temperature (" + value + ") must be above 0. Maybe 2 to 4.");
            }
            this.temperature = value;
            return this;
        }

        /** Weight of the teacher, 0 to 1; default 1, with labels 0.5. The labels have the rest. */
        public Builder alpha(double value) {
            if (!(value >= 0 && value <= 1)) {
                throw new InvalidInputException("alpha (" + value + ") must be 0 to 1. Maybe 0.5.");
            }
            this.alpha = value;
            return this;
        }

        /**
         * Also brings a value inside the student close to one of the same shape inside the teacher (Romero et al. 2015).
         * Makes the teacher run online.
         */
        public Builder hint(String studentValue, String teacherValue, double weight) {
            hints.add(new Hint(studentValue, teacherValue, weight));
            this.online = true;
            return this;
        }

        /**
         * Asks the teacher anew for each batch, in the same run as the student's step: needed where an augmentation
         * changes the examples. Costs a forward run of the teacher a step.
         */
        public Builder online() {
            this.online = true;
            return this;
        }

        /** Batch statistics while training (the default), or frozen ones, for few examples. */
        public Builder batchNormalization(BatchMode mode) {
            this.batchNormalization = mode;
            return this;
        }

        /** Epochs, batch size, optimizer, schedule, augmentation, evaluation, checkpoint. */
        public Builder training(UnaryOperator<Trainer.Builder> how) {
            this.training = how;
            return this;
        }

        /** Hears of phases {@code "teacher"} and {@code "train"}, and may cancel. */
        public Builder progress(Progress hearer) {
            this.progress = hearer;
            return this;
        }

        /** Default: the best engine for ONNX on the class path. */
        public Builder runtime(InferenceRuntime engine) {
            this.runtime = engine;
            return this;
        }

        /** @throws InvalidInputException listing all that is missing or does not fit */
        public Distiller build() {
            List<String> problems = new ArrayList<>();
            if (examples == null) {
                problems.add("there are no examples");
            } else if (labels != null && labels.length != examples.size()) {
                problems.add("there are " + examples.size() + " examples and (" + labels.length + ") labels");
            }
            if (labels == null && alpha != null && alpha < 1) {
                problems.add("alpha (" + alpha + ") leaves a part to labels, and there are none");
            }
            if (!problems.isEmpty()) {
                throw new InvalidInputException("Distillation cannot begin: " + String.join("; ", problems) + ".");
            }
            return new Distiller(copy());
        }

        private Builder copy() {
            Builder copy = new Builder(teacher, student);
            copy.hints.addAll(hints);
            copy.examples = examples;
            copy.labels = labels;
            copy.temperature = temperature;
            copy.alpha = alpha;
            copy.online = online;
            copy.batchNormalization = batchNormalization;
            copy.training = training;
            copy.progress = progress;
            copy.runtime = runtime;
            return copy;
        }

        private TensorData examples() {
            if (examples == null) {
                throw new IllegalStateException("Built without examples.");
            }
            return examples;
        }

        private double alpha() {
            return alpha == null ? (labels == null ? 1 : 0.5) : alpha;
        }

        private Loss loss(Loss.Target target) {
            double soften = temperature == null ? (labels == null ? 4 : 2) : temperature;
            Loss loss = Loss.distillation(soften, alpha(), target);
            for (Hint hint : hints) {
                loss = loss.plus(Loss.hint(hint.student(), Loss.Target.of(teacher, hint.teacher()))
                        .times(hint.weight()));
            }
            return loss;
        }
    }
}
