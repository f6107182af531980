package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.Direction;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.LevelShiftDetector;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;

/** Watches the logarithms of the median and the 99th percentile; a rise of less than a fifth is never an alert. */
public final class LatencyWatch implements SignalWatch {
    private static final double MIN_RATIO = 1.2;

    private final LevelShiftDetector median;
    private final LevelShiftDetector tail;

    public LatencyWatch(FalseAlarmBudget budget, Duration window) {
        this.median = new LevelShiftDetector(budget.split(2), window, Direction.UP);
        this.tail = new LevelShiftDetector(budget.split(2), window, Direction.UP);
    }

    @Override
    public SignalView update(WindowSummary window) {
        if (!(window.p50Nanos() > 0)) {
            return SignalView.unknown(SignalKind.LATENCY, "No call succeeded in the last window.");
        }
        long at = window.start().toEpochMilli();
        double medianScore = score(median, at, window.p50Nanos());
        double tailScore = score(tail, at, window.p99Nanos());
        boolean byMedian = medianScore >= 0.5 || medianScore > tailScore;
        LevelShiftDetector worse = byMedian ? median : tail;
        double now = byMedian ? window.p50Nanos() : window.p99Nanos();
        double score = Math.max(medianScore, tailScore);
        if (score < 0.5) {
            return new SignalView(
                    SignalKind.LATENCY,
                    score,
                    "Median latency " + Words.nanos(window.p50Nanos()) + " and p99 " + Words.nanos(window.p99Nanos())
                            + " are as usual.",
                    1);
        }
        double usual = Math.exp(worse.usual());
        String sentence = (byMedian ? "Median" : "p99") + " latency rose from " + Words.nanos(usual) + " to "
                + Words.nanos(now) + ".";
        return new SignalView(SignalKind.LATENCY, score, sentence, Math.min(1, usual / now));
    }

    private static double score(LevelShiftDetector detector, long at, double nanos) {
        double score = detector.update(at, Math.log(nanos));
        return nanos < MIN_RATIO * Math.exp(detector.usual()) ? Math.min(score, 0.49) : score;
    }
}
