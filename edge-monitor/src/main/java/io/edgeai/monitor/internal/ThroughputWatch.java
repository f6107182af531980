package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.Direction;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.LevelShiftDetector;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;

/**
 * Watches for a drop of calls per second, by the square root that makes the spread of counts even. Begins with the first
 * call; a drop of less than a fifth is never an alert.
 */
public final class ThroughputWatch implements SignalWatch {
    private static final double MIN_DROP = 0.8;

    private final LevelShiftDetector detector;
    private boolean begun;

    public ThroughputWatch(FalseAlarmBudget budget, Duration window) {
        this.detector = new LevelShiftDetector(budget, window, Direction.DOWN);
    }

    @Override
    public SignalView update(WindowSummary window) {
        begun |= window.count() > 0;
        if (!begun) {
            return SignalView.unknown(SignalKind.THROUGHPUT, "No calls yet.");
        }
        double now = window.throughputPerSecond();
        double score = detector.update(window.start().toEpochMilli(), Math.sqrt(now));
        double usual = Math.pow(Math.max(0, detector.usual()), 2);
        if (score < 0.5 || now > MIN_DROP * usual) {
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
}
