package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.ErrorRateDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.time.Duration;

/** Watches the share of wrong answers among those whose labels arrived. Not thread-safe. */
public final class AccuracyWatch {
    private static final double RECENT = 0.1;

    private final ErrorRateDetector detector;
    private double recent;
    private double recentWrong;

    /** @param step time between reports that the budget reckons with */
    public AccuracyWatch(FalseAlarmBudget budget, Duration step) {
        this.detector = new ErrorRateDetector(budget, step);
    }

    public SignalView update(long correct, long total) {
        double score = detector.update(total, total - correct);
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
