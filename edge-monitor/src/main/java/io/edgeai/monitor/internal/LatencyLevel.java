package io.edgeai.monitor.internal;

import io.edgeai.monitor.anomaly.Direction;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.LevelShiftDetector;
import io.edgeai.monitor.anomaly.SeasonShare;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.time.Instant;

/**
 * One quantile of latency without its days and weeks: its logarithm over the usual share of the hour, once two weeks of it
 * were seen. Until then a rise to what an earlier hour had is no alert. A rise of less than a fifth never is.
 */
final class LatencyLevel {
    private static final double MIN_RATIO = 1.2;
    private static final double STEEP = 1.1; // between neighbouring hours
    private static final double MOST_LEARNT = 2; // of what is usual, so that a burst does not become the season

    private final LevelShiftDetector detector;
    private final WeeklySeason season = new WeeklySeason();
    private final SeenHours seen = new SeenHours();
    private boolean seasonal;
    private boolean unusual;
    private double share = 1;

    LatencyLevel(FalseAlarmBudget budget, Duration window) {
        this.detector = new LevelShiftDetector(budget, window, Direction.UP);
    }

    void recall(WindowSummary earlier, double nanos) {
        if (nanos > 0) {
            season.learn(earlier.start(), earlier.end(), nanos);
            seen.learn(earlier.start(), earlier.end(), nanos, true);
        }
    }

    double score(WindowSummary window, double nanos) {
        Instant middle = window.start().plus(window.length().dividedBy(2));
        SeasonShare now = share(middle);
        share = now.now();
        boolean steep = now.most() > STEEP * now.least();
        double without = Math.log(nanos / (steep ? now.most() : now.now()));
        double score = detector.update(window.start().toEpochMilli(), without, !steep);
        unusual = score >= 0.5;
        boolean small = nanos < MIN_RATIO * Math.exp(detector.usual()) * now.most();
        boolean known = !seasonal && nanos < MIN_RATIO * seen.highest();
        learn(window, nanos);
        return small || known ? Math.min(score, 0.49) : score;
    }

    /** Latency that is usual at the hour of the newest window. */
    double usualNanos() {
        return Math.exp(detector.usual()) * share;
    }

    private void learn(WindowSummary window, double nanos) {
        double bounded = Math.min(nanos, MOST_LEARNT * usualNanos());
        season.learn(window.start(), window.end(), bounded);
        seen.learn(window.start(), window.end(), bounded, !unusual);
    }

    /** A season is not put on while an alert may stand without it. */
    private SeasonShare share(Instant moment) {
        SeasonShare now = season.at(moment);
        if (!seasonal && season.known() && !unusual && now.least() > 0) {
            detector.move(-Math.log(now.now()));
            seasonal = true;
        }
        return seasonal ? now : SeasonShare.NONE;
    }
}
