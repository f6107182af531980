package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.ErrorRateDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;

/**
 * Watches the share of failed calls; in health, a tenth failed in the last ten windows costs the whole part. Where most calls
 * fail, of at least 20 in the last ten windows, and of those of three windows with calls one after the other, that is an alert
 * whatever is usual: a version that never worked is one from the start.
 */
public final class ErrorWatch implements SignalWatch {
    private static final double RECENT = 0.1;
    private static final double WORST_RATE = 0.1;
    private static final double MOST = 0.5;
    private static final int BROKEN_CALLS = 20;
    private static final int BROKEN_WINDOWS = 3;

    private final ErrorRateDetector detector;
    private double recentCalls;
    private double recentErrors;
    private int broken;

    public ErrorWatch(FalseAlarmBudget budget, Duration window) {
        this.detector = new ErrorRateDetector(budget, window);
    }

    @Override
    public SignalView update(WindowSummary window) {
        if (window.count() == 0) {
            return SignalView.unknown(SignalKind.ERRORS, "No calls in the last window.");
        }
        double score = detector.update(window.count(), window.errors());
        recentCalls += window.count() - RECENT * recentCalls;
        recentErrors += window.errors() - RECENT * recentErrors;
        double rate = recentErrors / recentCalls;
        broken = window.errorRate() > MOST ? broken + 1 : 0;
        boolean never = broken >= BROKEN_WINDOWS && rate > MOST && recentCalls >= BROKEN_CALLS;
        return new SignalView(
                SignalKind.ERRORS,
                never ? Math.max(score, rate) : score,
                sentence(score, rate, window.errorRate(), never),
                Math.max(0, 1 - rate / WORST_RATE));
    }

    private String sentence(double score, double rate, double now, boolean never) {
        if (score >= 0.5) {
            return "The error rate rose from " + Words.percent(detector.usual()) + " to "
                    + Words.percent(Math.max(rate, now)) + ".";
        }
        String failed = Words.percent(rate) + " of recent calls failed";
        return never ? "Most calls fail: " + failed + "." : failed + ", as usual.";
    }
}
