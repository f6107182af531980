package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.ErrorRateDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;

/** Watches the share of failed calls; in health, a tenth failed in the last ten windows costs the whole part. */
public final class ErrorWatch implements SignalWatch {
    private static final double RECENT = 0.1;
    private static final double WORST_RATE = 0.1;

    private final ErrorRateDetector detector;
    private double recentCalls;
    private double recentErrors;

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
        String sentence = score >= 0.5
                ? "The error rate rose from " + Words.percent(detector.usual()) + " to "
                        + Words.percent(Math.max(rate, window.errorRate())) + "."
                : Words.percent(rate) + " of recent calls failed, as usual.";
        return new SignalView(SignalKind.ERRORS, score, sentence, Math.max(0, 1 - rate / WORST_RATE));
    }
}
