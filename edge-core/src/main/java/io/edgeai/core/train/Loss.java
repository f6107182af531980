package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import java.util.List;

/**
 * What training makes small: a number for each batch, the mean over its samples. Immutable and thread-safe. Losses over
 * logits recognize a model that ends in Softmax, LogSoftmax or Sigmoid and read what comes before it. An empty output
 * name is the model's first output.
 */
public sealed interface Loss {
    /** Cross entropy of the first output, classes along the last axis, against INT64 class numbers {@code labels}. */
    static CrossEntropy crossEntropy() {
        return new CrossEntropy("", "labels", -1, false);
    }

    /** As {@link #crossEntropy()} against probabilities {@code labels}, FLOAT in the shape of the output. */
    static CrossEntropy softCrossEntropy() {
        return new CrossEntropy("", "labels", -1, true);
    }

    /** Mean of the squared difference between the first output and {@code targets} over all their elements. */
    static MeanSquaredError meanSquaredError() {
        return new MeanSquaredError("", Target.input("targets"));
    }

    /** Binary cross entropy of each element of the first output, a logit, against {@code targets} in [0, 1]. */
    static BinaryCrossEntropy binaryCrossEntropy() {
        return new BinaryCrossEntropy("", "targets");
    }

    /**
     * Knowledge distillation without labels (Hinton, Vinyals and Dean 2015): T² times the Kullback-Leibler divergence
     * from the teacher's softened answer to the model's.
     *
     * @param teacher logits, or a graph whose output they are
     */
    static Distillation distillation(double temperature, Target teacher) {
        return new Distillation("", teacher, temperature, -1);
    }

    /** {@code alpha} times {@link #distillation} plus {@code 1 - alpha} times {@link #crossEntropy()}. */
    static Loss distillation(double temperature, double alpha, Target teacher) {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new InvalidInputException("alpha (" + alpha + ") must be 0 to 1.");
        }
        Loss soft = distillation(temperature, teacher);
        return alpha == 1 ? soft : soft.times(alpha).plus(crossEntropy().times(1 - alpha));
    }

    /** Mean squared difference between any FLOAT value of the model and a target of its shape (Romero et al. 2015). */
    static MeanSquaredError hint(String value, Target target) {
        return new MeanSquaredError(value, target);
    }

    /** This loss with another weight. */
    default Loss times(double weight) {
        return new Weighted(this, weight);
    }

    /** The sum of both. */
    default Loss plus(Loss other) {
        return new Sum(List.of(this, other));
    }

    /**
     * Minus the logarithm of the probability that softmax gives the right class, averaged over all labels.
     *
     * @param output name of a value of the model; empty for its first output
     * @param labels name of the input that the loss adds: INT64 in the output's shape without {@code axis}, a class
     *     outside of which counts 0; or where soft FLOAT in the output's shape
     * @param axis where the classes lie; below 0 from the end
     * @param soft whether labels are probabilities
     */
    record CrossEntropy(String output, String labels, int axis, boolean soft) implements Loss {
        public CrossEntropy {
            requireName(labels);
        }

        public CrossEntropy output(String name) {
            return new CrossEntropy(name, labels, axis, soft);
        }

        public CrossEntropy labels(String name) {
            return new CrossEntropy(output, name, axis, soft);
        }

        public CrossEntropy axis(int classes) {
            return new CrossEntropy(output, labels, classes, soft);
        }
    }

    /**
     * Mean squared error over all elements.
     *
     * @param output name of a FLOAT value of the model; empty for its first output
     */
    record MeanSquaredError(String output, Target target) implements Loss {
        public MeanSquaredError output(String name) {
            return new MeanSquaredError(name, target);
        }
    }

    /**
     * Cross entropy of independent yes-or-no answers, averaged over all elements.
     *
     * @param output name of a value of the model; empty for its first output
     * @param targets name of the input that the loss adds: FLOAT in the output's shape
     */
    record BinaryCrossEntropy(String output, String targets) implements Loss {
        public BinaryCrossEntropy {
            requireName(targets);
        }

        public BinaryCrossEntropy output(String name) {
            return new BinaryCrossEntropy(name, targets);
        }

        public BinaryCrossEntropy targets(String name) {
            return new BinaryCrossEntropy(output, name);
        }
    }

    /**
     * Distance from a teacher's softened answer, averaged over all positions but the classes' axis.
     *
     * @param output name of a value of the model; empty for its first output
     * @param temperature above 0; typical 2 to 4
     * @param axis where the classes lie; below 0 from the end
     */
    record Distillation(String output, Target teacher, double temperature, int axis) implements Loss {
        public Distillation {
            if (!(temperature > 0) || Double.isInfinite(temperature)) {
                throw new InvalidInputException("temperature (" + temperature + ") must be above 0.");
            }
        }

        public Distillation output(String name) {
            return new Distillation(name, teacher, temperature, axis);
        }

        public Distillation axis(int classes) {
            return new Distillation(output, teacher, temperature, classes);
        }
    }

    /** A loss times a number. */
    record Weighted(Loss loss, double weight) implements Loss {
        public Weighted {
            if (!Double.isFinite(weight)) {
                throw new InvalidInputException("weight (" + weight + ") must be finite.");
            }
        }
    }

    /** Several losses added. */
    record Sum(List<Loss> losses) implements Loss {
        public Sum {
            losses = List.copyOf(losses);
            if (losses.isEmpty()) {
                throw new InvalidInputException("A sum of losses needs at least one, not (0).");
            }
        }
    }

    /** Where the numbers come from that a value of the model is compared with. */
    sealed interface Target {
        /** A FLOAT input that the loss adds, in the shape of the value compared. */
        static Target input(String name) {
            return new Input(name);
        }

        /**
         * The first output of another model that reads the same data. It is taken into the graph as it is, with its
         * constants and running statistics, and is not trained; the graph given is not changed.
         */
        static Target of(OnnxGraph teacher) {
            return new OfModel(teacher, "");
        }

        /** As {@link #of(OnnxGraph)}, any value of the teacher. */
        static Target of(OnnxGraph teacher, String value) {
            return new OfModel(teacher, value);
        }

        /** Numbers that come with the data. */
        record Input(String name) implements Target {
            public Input {
                requireName(name);
            }
        }

        /**
         * A value of a teacher.
         *
         * @param value empty for its first output
         */
        record OfModel(OnnxGraph model, String value) implements Target {}
    }

    private static void requireName(String name) {
        if (name.isEmpty()) {
            throw new InvalidInputException("The name of an input that a loss adds must not be empty ().");
        }
    }
}
