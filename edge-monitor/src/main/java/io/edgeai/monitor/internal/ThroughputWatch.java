package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.Direction;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.LevelShiftDetector;
import io.edgeai.monitor.anomaly.SeasonShare;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;

/**
 * Watches for a drop of calls per second, by the square root that makes the spread of counts even, without the season
 * of days and weeks once two weeks of it were seen; until then what an earlier hour had is no alert. Begins with the first
 * call; a drop of less than a fifth, from what
 * is usual now or within an hour of it, is never an alert, nor is silence at hours that usually have under a sixteenth of
 * the calls.
 */
public final class ThroughputWatch implements SignalWatch {
    private static final double MIN_DROP = 0.8;

    private final LevelShiftDetector detector;
    private final WeeklySeason season = new WeeklySeason();
    private final SeenHours seen = new SeenHours();
    private boolean begun;
    private boolean seasonal;
    private boolean unusual;

    public ThroughputWatch(FalseAlarmBudget budget, Duration window) {
        this.detector = new LevelShiftDetector(budget, window, Direction.DOWN);
    }

    @Override
    public void recall(WindowSummary earlier) {
        learn(earlier);
        seen.learn(earlier.start(), earlier.end(), earlier.throughputPerSecond(), true);
    }

    private void learn(WindowSummary earlier) {
        begun |= earlier.count() > 0;
        if (begun) {
            season.learn(earlier.start(), earlier.end(), Math.sqrt(earlier.throughputPerSecond()));
        }
    }

    @Override
    public SignalView update(WindowSummary window) {
        learn(window);
        if (!begun) {
            return SignalView.unknown(SignalKind.THROUGHPUT, "No calls yet.");
        }
        SeasonShare share = share(window);
        double now = window.throughputPerSecond();
        double score = detector.update(window.start().toEpochMilli(), Math.sqrt(now), share);
        unusual = score >= 0.5;
        seen.learn(window.start(), window.end(), now, !unusual);
        double usual = calls(share.now());
        boolean known = !seasonal && now >= MIN_DROP * seen.lowest();
        if (!unusual || known || !share.telling() || now >= MIN_DROP * calls(share.least())) {
            return new SignalView(
                    SignalKind.THROUGHPUT,
                    Math.min(score, 0.49),
                    Words.format("%.1f calls a second, as usual.", now),
                    1);
        }
        return new SignalView(
                SignalKind.THROUGHPUT,
                score,
                Words.format("Calls fell from %.1f to %.1f a second.", usual, now),
                now / usual);
    }

    private double calls(double share) {
        return Math.pow(Math.max(0, detector.usual() * share), 2);
    }

    /** A season is not put on while an alert may stand without it. */
    private SeasonShare share(WindowSummary window) {
        SeasonShare share = season.at(window.start().plus(window.length().dividedBy(2)));
        if (!seasonal && season.known() && !unusual && share.telling()) {
            detector.putOnSeason(share);
            seasonal = true;
        }
        return seasonal ? share : SeasonShare.NONE;
    }
}
