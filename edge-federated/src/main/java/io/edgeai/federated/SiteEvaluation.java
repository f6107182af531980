package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;

/**
 * When participants measure the model that is handed out, on data that they keep for that, and how many must.
 *
 * @param everyRounds rounds from one measurement to the next, at least 1; the last round is measured too
 * @param participants asked, drawn uniformly from those that are there; 0 for all
 * @param minimumReports fewer scores than that give no figures, at least 1; the round counts all the same
 * @param window how long to wait for scores, above zero
 */
public record SiteEvaluation(int everyRounds, int participants, int minimumReports, Duration window) {
    public SiteEvaluation {
        if (everyRounds < 1 || participants < 0 || minimumReports < 1) {
            throw new InvalidInputException("A measurement every (" + everyRounds + ") rounds by (" + participants
                    + ") participants, of which (" + minimumReports + ") must answer, needs at least 1, 0 and 1.");
        }
        if (participants > 0 && participants < minimumReports) {
            throw new InvalidInputException("participants (" + participants + ") are fewer than minimumReports ("
                    + minimumReports + "). Maybe ask more.");
        }
        if (window.isNegative() || window.isZero()) {
            throw new InvalidInputException(
                    "The window (" + window + ") for scores must be above zero. Maybe a minute.");
        }
    }

    /** All that are there, at least one of which must answer, within five minutes. */
    public static SiteEvaluation every(int rounds) {
        return new SiteEvaluation(rounds, 0, 1, Duration.ofMinutes(5));
    }

    public SiteEvaluation participants(int count) {
        return new SiteEvaluation(everyRounds, count, minimumReports, window);
    }

    public SiteEvaluation minimumReports(int count) {
        return new SiteEvaluation(everyRounds, participants, count, window);
    }

    public SiteEvaluation window(Duration longest) {
        return new SiteEvaluation(everyRounds, participants, minimumReports, longest);
    }

    /** Whether the model is measured after a round of a run of that many. */
    boolean after(int round, int rounds) {
        return round % everyRounds == 0 || round == rounds;
    }
}
