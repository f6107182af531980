package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.util.Optional;

/** Watches the logarithms of the median and the 99th percentile, each without its days and weeks. */
public final class LatencyWatch implements SignalWatch {
    private final LatencyLevel median;
    private final LatencyLevel tail;
    private Optional<LatencyRise> rise = Optional.empty();

    public LatencyWatch(FalseAlarmBudget budget, Duration window) {
        this.median = new LatencyLevel(budget.split(2), window);
        this.tail = new LatencyLevel(budget.split(2), window);
    }

    @Override
    public void recall(WindowSummary earlier) {
        median.recall(earlier, earlier.p50Nanos());
        tail.recall(earlier, earlier.p99Nanos());
    }

    /** The rise in the newest window; empty where no call succeeded in it. */
    public Optional<LatencyRise> rise() {
        return rise;
    }

    @Override
    public SignalView update(WindowSummary window) {
        rise = Optional.empty();
        if (!(window.p50Nanos() > 0)) {
            return SignalView.unknown(SignalKind.LATENCY, "No call succeeded in the last window.");
        }
        double medianScore = median.score(window, window.p50Nanos());
        double tailScore = tail.score(window, window.p99Nanos());
        boolean byMedian = medianScore >= 0.5 || medianScore > tailScore;
        rise = Optional.of(new LatencyRise(
                window.end(),
                window.count() - window.errors(),
                Math.log(window.p50Nanos() / median.usualNanos()),
                Math.log(window.p99Nanos() / tail.usualNanos()),
                byMedian));
        LatencyLevel worse = byMedian ? median : tail;
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
        double usual = worse.usualNanos();
        String sentence = (byMedian ? "Median" : "p99") + " latency rose from " + Words.nanos(usual) + " to "
                + Words.nanos(now) + ".";
        return new SignalView(SignalKind.LATENCY, score, sentence, Math.min(1, usual / now));
    }
}
