package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;

/**
 * When to stop before the last epoch: after a number of evaluations (of epochs, where none is evaluated) without a gain,
 * or once a score is reached.
 *
 * @param patience evaluations without a gain after which to stop; 0 for never
 * @param minimumGain what counts as a gain of score, or of loss where nothing is evaluated
 * @param target score at which to stop at once; infinite for none
 */
public record EarlyStop(int patience, double minimumGain, double target) {
    /** Never stops. */
    public static final EarlyStop NEVER = new EarlyStop(0, 0, Double.POSITIVE_INFINITY);

    public EarlyStop {
        if (patience < 0 || !(minimumGain >= 0) || Double.isNaN(target)) {
            throw new InvalidInputException("Early stop (patience " + patience + ", gain " + minimumGain + ", target "
                    + target + ") needs numbers of 0 or more. Maybe EarlyStop.patience(3).");
        }
    }

    public static EarlyStop patience(int evaluations) {
        return new EarlyStop(evaluations, 0, Double.POSITIVE_INFINITY);
    }

    public static EarlyStop atScore(double target) {
        return new EarlyStop(0, 0, target);
    }

    boolean stops(TrainingHistory history) {
        List<TrainingHistory.Epoch> scored = history.epochs().stream()
                .filter(TrainingHistory.Epoch::evaluated)
                .toList();
        if (!scored.isEmpty() && scored.get(scored.size() - 1).score() >= target) {
            return true;
        }
        List<Double> values = scored.isEmpty()
                ? history.epochs().stream().map(epoch -> -epoch.loss()).toList()
                : scored.stream().map(TrainingHistory.Epoch::score).toList();
        int since = 0;
        double best = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            if (value > best + minimumGain) {
                best = value;
                since = 0;
            } else {
                since++;
            }
        }
        return patience > 0 && since >= patience;
    }
}
