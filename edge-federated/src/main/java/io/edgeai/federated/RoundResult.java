package io.edgeai.federated;

import io.edgeai.federated.evaluation.SiteFigures;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened in one round, or in one movement of an asynchronous federation.
 *
 * @param round from 1
 * @param selected participants chosen
 * @param reported updates that were combined
 * @param dropped stragglers whose partial work the client algorithm does not take; they are not run at all
 * @param late participants that were no longer waited for
 * @param partial updates among the reported that did fewer epochs than asked
 * @param failures participants that threw or sent an unusable update
 * @param mu proximal strength of this round
 * @param accuracy of the model handed out, on the evaluation set, 0 to 1; NaN where not evaluated after this round
 * @param loss mean cross-entropy of the same, in nats; NaN where not evaluated
 * @param bytesDown parameters sent to the selected, as float32; in process nothing travels, and there are no headers
 * @param bytesUp combined updates, as their codec makes them, as float32 without one
 * @param seconds wall-clock time of the round, evaluation included
 * @param epsilon privacy spent so far; NaN where none is promised
 * @param staleness mean over the combined updates of how often the model moved while they were made; 0 in rounds
 * @param sites what participants measured of the model handed out; null where they were not asked after this round
 */
public record RoundResult(
        int round,
        int selected,
        int reported,
        int dropped,
        int late,
        int partial,
        List<Failure> failures,
        double mu,
        double accuracy,
        double loss,
        long bytesDown,
        long bytesUp,
        double seconds,
        double epsilon,
        double staleness,
        @Nullable SiteFigures sites) {
    public RoundResult {
        failures = List.copyOf(failures);
    }

    /** Where participants did not measure. */
    public RoundResult(
            int round,
            int selected,
            int reported,
            int dropped,
            int late,
            int partial,
            List<Failure> failures,
            double mu,
            double accuracy,
            double loss,
            long bytesDown,
            long bytesUp,
            double seconds,
            double epsilon,
            double staleness) {
        this(
                round, selected, reported, dropped, late, partial, failures, mu, accuracy, loss, bytesDown, bytesUp,
                seconds, epsilon, staleness, null);
    }

    /** This round with what participants measured after it. */
    public RoundResult sites(SiteFigures figures) {
        return new RoundResult(
                round, selected, reported, dropped, late, partial, failures, mu, accuracy, loss, bytesDown, bytesUp,
                seconds, epsilon, staleness, figures);
    }

    /**
     * Why a participant's work did not count.
     *
     * @param participant its id
     * @param reason what it threw, or what is wrong with its update
     */
    public record Failure(String participant, String reason) {}
}
