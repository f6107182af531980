package io.edgeai.federated.training;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.federated.data.LabelledSet;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Central training of a model on one set, on the calling thread. The same model, data, settings and seed give the same
 * bits.
 *
 * <pre>{@code
 * TrainingResult result = Training.fit(DenseNetwork.mlp(784, 10, 128), train, 5, 0.05, 1, Progress.NONE);
 * OnnxWriter.write(result.model().toOnnx("digits"), Path.of("digits.onnx"));
 * }</pre>
 *
 * @param sgd the steps; {@code learningRate} is the highest the schedule reaches
 * @param schedule default {@link LearningRateSchedule#COSINE}
 * @param validation set to evaluate on after each epoch, or null for none
 */
public record Training(SgdSettings sgd, LearningRateSchedule schedule, @Nullable LabelledSet validation) {

    /** 10 epochs, batches of 32, momentum 0.9, learning rate at most 0.05 on a cosine schedule. */
    public static Training defaults() {
        return new Training(new SgdSettings(10, 32, 0.05, 0.9, 0, 0), LearningRateSchedule.COSINE, null);
    }

    public Training sgd(SgdSettings settings) {
        return new Training(settings, schedule, validation);
    }

    public Training epochs(int passes) {
        return sgd(sgd.epochs(passes));
    }

    public Training learningRate(double highest) {
        return sgd(sgd.learningRate(highest));
    }

    public Training schedule(LearningRateSchedule course) {
        return new Training(sgd, course, validation);
    }

    public Training validation(LabelledSet set) {
        return new Training(sgd, schedule, set);
    }

    /** {@link #defaults()} with these epochs and this learning rate; see {@link #run}. */
    public static TrainingResult fit(
            LocalModel model, LabelledSet data, int epochs, double learningRate, long seed, Progress progress) {
        return defaults().epochs(epochs).learningRate(learningRate).run(model, data, seed, progress);
    }

    /**
     * Trains from {@link LocalModel#initialParameters}.
     *
     * @param progress told {@code "train"} and the samples seen, about a hundred times in all
     * @throws OperationCancelledException where {@code progress} asks to stop
     * @throws InvalidInputException where data do not fit the model, or where training diverged to a loss that is no number
     */
    public TrainingResult run(LocalModel model, LabelledSet data, long seed, Progress progress) {
        SplittableRandom seeds = new SplittableRandom(seed);
        float[] parameters = model.initialParameters(seeds.nextLong());
        Trainer trainer = new Trainer(model);
        SplittableRandom random = trainer.begin(parameters, data, sgd, seeds.nextLong());
        long total = (long) sgd.epochs() * data.size();
        Reporter reporter = new Reporter(progress, total);
        List<TrainingResult.Epoch> curve = new ArrayList<>();
        for (int epoch = 1; epoch <= sgd.epochs(); epoch++) {
            long before = (long) (epoch - 1) * data.size();
            double loss = trainer.epoch(parameters, data, sgd, random, done -> {
                reporter.reached(before + done);
                return sgd.learningRate() * schedule.factor((before + done) / (double) total);
            });
            if (!Double.isFinite(loss)) {
                throw new InvalidInputException("Training diverged in epoch " + epoch + " (loss " + loss
                        + "). Maybe the learning rate (" + sgd.learningRate() + ") is too high.");
            }
            curve.add(new TrainingResult.Epoch(
                    epoch, loss, validation == null ? null : trainer.evaluate(parameters, validation)));
        }
        reporter.reached(total);
        return new TrainingResult(new TrainedModel(model, parameters), curve);
    }

    private static final class Reporter {
        private final Progress progress;
        private final long total;
        private long next;

        Reporter(Progress progress, long total) {
            this.progress = progress;
            this.total = total;
        }

        void reached(long samples) {
            if (samples >= next) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException(
                            "Training was cancelled after (" + samples + ") of " + total + " samples.");
                }
                progress.update("train", samples, total);
                next = samples + Math.max(1, total / 100);
            }
        }
    }
}
