package io.edgeai.optimize.retrain;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a model is trained further: SGD with momentum 0.9 and a rate that rises over some steps and then falls to 0 as half
 * a cosine. Start from {@link #defaults()} or {@link #quantizationAware()} and change what differs.
 *
 * @param epochs passes over the examples, 1 or more; default 10
 * @param batchSize examples of a step; default 32
 * @param learningRate the highest rate; default 0.02
 * @param warmUpSteps steps until it is reached, at most a tenth of all; default 50
 * @param weightDecay of matrices and kernels; default 1e-4
 * @param clipNorm length to which longer gradients are cut, 0 for not at all; default 1. Models whose inner values are
 *     large diverge without
 * @param average share of all steps over which parameters are averaged, as a moving average, 0 to 1 and 0 for those of the
 *     last step; default 0.1. What steps on small batches owe to chance cancels out
 * @param teacherShare weight of the teacher's answers against the labels, 0 to 1; null for 1 without labels, else
 *     0.9 where the teacher is right about 19 of 20 examples and 0.5 where not
 * @param temperature how far the teacher's answers are softened, above 0; null for 2 where half is left to labels, else 4
 * @param featureWeight how much what the last layer reads must be like what the teacher's reads: weight of the squared
 *     difference, as a share of the teacher's mean square, beside its answers, 0 for not at all; default 20. Counts where
 *     the teacher is asked at each step and both differ in their channels at most
 * @param images how images are changed before each step; null, the default, for mirroring and moving them by a sixteenth
 *     of their side, each where the teacher, or the model without one, gives 9 of 10 changed images the same class
 * @param normalize whether convolutions without batch normalization get one for the training, which is folded away at the
 *     end; default true. Deep models whose normalization was folded hardly train without
 */
public record TrainSettings(
        int epochs,
        int batchSize,
        double learningRate,
        int warmUpSteps,
        double weightDecay,
        double clipNorm,
        double average,
        @Nullable Double teacherShare,
        @Nullable Double temperature,
        double featureWeight,
        @Nullable ImageAugmentation images,
        boolean normalize) {
    private static final double KNOWING_SHARE = 0.9;
    private static final TrainSettings DEFAULTS =
            new TrainSettings(10, 32, 0.02, 50, 1e-4, 1, 0.1, null, null, 20, null, true);

    public TrainSettings {
        atLeast(1, epochs, "epochs");
        atLeast(1, batchSize, "batchSize");
        atLeast(0, warmUpSteps, "warmUpSteps");
        if (!(learningRate > 0 && learningRate <= Float.MAX_VALUE)) {
            throw new InvalidInputException("learningRate (" + learningRate + ") must be above 0. Maybe 0.02.");
        }
        if (!(weightDecay >= 0 && weightDecay <= 1)) {
            throw new InvalidInputException("weightDecay (" + weightDecay + ") must be 0 to 1. Maybe 1e-4.");
        }
        if (!(clipNorm >= 0 && clipNorm <= Float.MAX_VALUE)) {
            throw new InvalidInputException("clipNorm (" + clipNorm + ") must be 0 or more. Maybe 1.");
        }
        if (!(average >= 0 && average <= 1)) {
            throw new InvalidInputException("average (" + average + ") must be 0 to 1. Maybe 0.1.");
        }
        if (teacherShare != null && !(teacherShare >= 0 && teacherShare <= 1)) {
            throw new InvalidInputException("teacherShare (" + teacherShare + ") must be 0 to 1. Maybe 0.5.");
        }
        if (temperature != null && !(temperature > 0 && temperature <= 1e3)) {
            throw new InvalidInputException("temperature (" + temperature + ") must be above 0. Maybe 2 to 4.");
        }
        if (!(featureWeight >= 0 && featureWeight <= 1e6)) {
            throw new InvalidInputException("featureWeight (" + featureWeight + ") must be 0 or more. Maybe 20.");
        }
    }

    private static void atLeast(int least, int value, String name) {
        if (value < least) {
            throw new InvalidInputException(
                    name + " (" + value + ") must be " + least + " or more. Maybe keep the default.");
        }
    }

    /** For a model that is whole. */
    public static TrainSettings defaults() {
        return DEFAULTS;
    }

    /** For what pruning leaves and for students, which have further to go: a rate of 0.04. */
    public static TrainSettings taught() {
        return DEFAULTS.learningRate(0.04);
    }

    /** For weights that are good already and only have to move to levels: 3 epochs, a rate of 0.005. */
    public static TrainSettings quantizationAware() {
        return DEFAULTS.epochs(3).learningRate(0.005);
    }

    public TrainSettings epochs(int count) {
        return with(draft -> draft.epochs = count);
    }

    public TrainSettings batchSize(int examples) {
        return with(draft -> draft.batchSize = examples);
    }

    public TrainSettings learningRate(double highest) {
        return with(draft -> draft.learningRate = highest);
    }

    public TrainSettings warmUpSteps(int steps) {
        return with(draft -> draft.warmUpSteps = steps);
    }

    public TrainSettings weightDecay(double factor) {
        return with(draft -> draft.weightDecay = factor);
    }

    public TrainSettings clipNorm(double longest) {
        return with(draft -> draft.clipNorm = longest);
    }

    public TrainSettings average(double share) {
        return with(draft -> draft.average = share);
    }

    public TrainSettings teacherShare(double share) {
        return with(draft -> draft.teacherShare = share);
    }

    public TrainSettings temperature(double softness) {
        return with(draft -> draft.temperature = softness);
    }

    public TrainSettings featureWeight(double weight) {
        return with(draft -> draft.featureWeight = weight);
    }

    /** Changes chosen by oneself; {@link ImageAugmentation#NONE} for none. */
    public TrainSettings images(ImageAugmentation change) {
        return with(draft -> draft.images = change);
    }

    public TrainSettings normalize(boolean insert) {
        return with(draft -> draft.normalize = insert);
    }

    private TrainSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new TrainSettings(
                draft.epochs,
                draft.batchSize,
                draft.learningRate,
                draft.warmUpSteps,
                draft.weightDecay,
                draft.clipNorm,
                draft.average,
                draft.teacherShare,
                draft.temperature,
                draft.featureWeight,
                draft.images,
                draft.normalize);
    }

    /** Settings on their way to others. */
    private static final class Draft {
        private int epochs;
        private int batchSize;
        private double learningRate;
        private int warmUpSteps;
        private double weightDecay;
        private double clipNorm;
        private double average;
        private @Nullable Double teacherShare;
        private @Nullable Double temperature;
        private double featureWeight;
        private @Nullable ImageAugmentation images;
        private boolean normalize;

        private Draft(TrainSettings from) {
            this.epochs = from.epochs;
            this.batchSize = from.batchSize;
            this.learningRate = from.learningRate;
            this.warmUpSteps = from.warmUpSteps;
            this.weightDecay = from.weightDecay;
            this.clipNorm = from.clipNorm;
            this.average = from.average;
            this.teacherShare = from.teacherShare;
            this.temperature = from.temperature;
            this.featureWeight = from.featureWeight;
            this.images = from.images;
            this.normalize = from.normalize;
        }
    }

    double share(boolean teacher, boolean labels) {
        return teacherShare != null ? teacherShare : !teacher ? 0 : labels ? 0.5 : 1;
    }

    /** What follows from how well a model knows the examples. */
    TrainSettings decided(Acquaintance found, boolean teacher, boolean labels) {
        TrainSettings decided = images == null ? images(found.bears()) : this;
        return teacherShare == null && teacher && labels && found.knows()
                ? decided.teacherShare(KNOWING_SHARE)
                : decided;
    }

    double softness(double share) {
        return temperature != null ? temperature : share < KNOWING_SHARE ? 2 : 4;
    }

    UpdateRule rule() {
        UpdateRule.Builder rule = UpdateRule.builder(Optimizer.momentum(0.9)).weightDecay(weightDecay);
        return clipNorm == 0 ? rule.build() : rule.clipNorm(clipNorm).build();
    }

    Schedule schedule(long steps) {
        return Schedule.cosine(learningRate, 0).warmUp(Math.min(warmUpSteps, steps / 10));
    }

    @Override
    public String toString() {
        return epochs + " epochs, batches of " + batchSize + ", rate " + learningRate + " after " + warmUpSteps
                + " steps, weight decay " + weightDecay
                + (clipNorm == 0 ? "" : ", gradients of at most " + clipNorm)
                + (average == 0 ? "" : ", averaged over " + average + " of all steps")
                + (teacherShare == null ? "" : ", teacher's share " + teacherShare)
                + (temperature == null ? "" : ", temperature " + temperature)
                + (featureWeight == DEFAULTS.featureWeight ? "" : ", features' weight " + featureWeight)
                + (images == null ? "" : images.inWords())
                + (normalize ? "" : ", normalization left as it is");
    }
}
