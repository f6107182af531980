package io.edgeai.federated.evaluation;

import io.edgeai.core.error.InvalidInputException;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What participants measured, together. Immutable and thread-safe.
 *
 * @param scores one of each participant that has data to measure on; at least one
 */
public record FederatedEvaluation(List<ParticipantScore> scores) {
    public FederatedEvaluation {
        scores = List.copyOf(scores);
        if (scores.isEmpty()) {
            throw new InvalidInputException("There are (0) scores. Maybe participants keep no data to evaluate on.");
        }
    }

    /** Of all samples together: participants count by how many they have. */
    public double accuracy() {
        return weighted(ParticipantScore::accuracy);
    }

    /** Of all samples together. */
    public double loss() {
        return weighted(ParticipantScore::loss);
    }

    /** Mean over participants, each counting the same. */
    public double meanAccuracy() {
        return scores.stream().mapToDouble(ParticipantScore::accuracy).average().orElseThrow();
    }

    /** Standard deviation of accuracy over participants, each counting the same: how unequally they are served. */
    public double spread() {
        double mean = meanAccuracy();
        return Math.sqrt(scores.stream()
                .mapToDouble(score -> Math.pow(score.accuracy() - mean, 2))
                .average()
                .orElseThrow());
    }

    /** Mean accuracy of the worst served share of participants, rounded up to at least one. */
    public double worst(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new InvalidInputException("share (" + share + ") of the worst must be above 0 to 1.");
        }
        return scores.stream()
                .sorted(Comparator.comparingDouble(ParticipantScore::accuracy))
                .limit((long) Math.ceil(share * scores.size()))
                .mapToDouble(ParticipantScore::accuracy)
                .average()
                .orElseThrow();
    }

    private double weighted(ToDoubleFunction<ParticipantScore> figure) {
        double sum = 0;
        long samples = 0;
        for (ParticipantScore score : scores) {
            sum += score.samples() * figure.applyAsDouble(score);
            samples += score.samples();
        }
        return sum / samples;
    }
}
