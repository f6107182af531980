package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;

/**
 * When a round begins, ends and counts.
 *
 * @param minimumReports usable updates without which a round fails, at least 1; default 1
 * @param goal usable updates after which a round waits for no more, 0 for all; default 0. Select more than the goal to
 *     make up for those that do not answer
 * @param selectionWindow how long to wait at the beginning for as many participants as the larger of minimum and goal;
 *     default not at all
 * @param reportingWindow how long to wait for updates; zero, the default, as long as it takes
 * @param pace least time from one round's beginning to the next's; default zero
 * @param maximumNorm longest change of the model, by Euclid, that an update may ask for; default unlimited
 * @param inSelectionOrder whether updates are added up in the order of selection, which makes a run repeatable to the bit;
 *     otherwise as they come, which holds fewer in memory. Default true
 */
public record RoundRules(
        int minimumReports,
        int goal,
        Duration selectionWindow,
        Duration reportingWindow,
        Duration pace,
        double maximumNorm,
        boolean inSelectionOrder) {
    public RoundRules {
        if (minimumReports < 1) {
            throw new InvalidInputException("minimumReports (" + minimumReports + ") must be at least 1.");
        }
        if (goal < 0 || (goal > 0 && goal < minimumReports)) {
            throw new InvalidInputException(
                    "goal (" + goal + ") must be 0, or at least minimumReports (" + minimumReports + ").");
        }
        if (selectionWindow.isNegative() || reportingWindow.isNegative() || pace.isNegative()) {
            throw new InvalidInputException("A window of (" + selectionWindow + ", " + reportingWindow + ", " + pace
                    + ") must not be negative.");
        }
        if (!(maximumNorm > 0)) {
            throw new InvalidInputException("maximumNorm (" + maximumNorm + ") must be above 0.");
        }
    }

    public static RoundRules defaults() {
        return new RoundRules(1, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Double.POSITIVE_INFINITY, true);
    }

    public RoundRules minimumReports(int count) {
        return new RoundRules(count, goal, selectionWindow, reportingWindow, pace, maximumNorm, inSelectionOrder);
    }

    public RoundRules goal(int reports) {
        return new RoundRules(
                minimumReports, reports, selectionWindow, reportingWindow, pace, maximumNorm, inSelectionOrder);
    }

    public RoundRules selectionWindow(Duration longest) {
        return new RoundRules(minimumReports, goal, longest, reportingWindow, pace, maximumNorm, inSelectionOrder);
    }

    public RoundRules reportingWindow(Duration longest) {
        return new RoundRules(minimumReports, goal, selectionWindow, longest, pace, maximumNorm, inSelectionOrder);
    }

    public RoundRules pace(Duration least) {
        return new RoundRules(
                minimumReports, goal, selectionWindow, reportingWindow, least, maximumNorm, inSelectionOrder);
    }

    public RoundRules maximumNorm(double norm) {
        return new RoundRules(minimumReports, goal, selectionWindow, reportingWindow, pace, norm, inSelectionOrder);
    }

    public RoundRules inArrivalOrder() {
        return new RoundRules(minimumReports, goal, selectionWindow, reportingWindow, pace, maximumNorm, false);
    }

    /** Participants that must be there for a round to begin without further waiting. */
    int wanted() {
        return Math.max(minimumReports, goal);
    }
}
