package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.ErrorRateDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.time.Duration;

/**
 * Watches the share of wrong answers among those whose labels arrived. Labels come when they come, many at once or one by one:
 * what is reckoned with is how many there are and how long that took, so the budget holds in time. Not thread-safe.
 */
public final class AccuracyWatch {
    private static final double RECENT = 0.1;

    private final ErrorRateDetector detector;
    private final double stepNanos;
    private long last;
    private boolean begun;
    private double recent;
    private double recentWrong;

    /** @param step 180 of them, with 20 reports, make a loss the new usual */
    public AccuracyWatch(FalseAlarmBudget budget, Duration step) {
        this.detector = new ErrorRateDetector(budget, step);
        this.stepNanos = step.toNanos();
    }

    /**
     * Takes labels that arrived since the last time.
     *
     * @param nanos of the monotonic clock
     */
    public SignalView update(long correct, long total, long nanos) {
        double score = detector.update(total, total - correct, begun ? (nanos - last) / stepNanos : 1);
        begun = true;
        last = nanos;
        recent += total - RECENT * recent;
        recentWrong += total - correct - RECENT * recentWrong;
        double accuracy = 1 - recentWrong / recent;
        double usual = 1 - detector.usual();
        String sentence = score >= 0.5
                ? "Accuracy fell from " + Words.percent(usual) + " to "
                        + Words.percent(Math.min(accuracy, (double) correct / total)) + "."
                : "Accuracy is " + Words.percent(accuracy) + ", as usual.";
        return new SignalView(SignalKind.ACCURACY, score, sentence, score >= 0.5 ? Math.min(1, accuracy / usual) : 1);
    }
}
