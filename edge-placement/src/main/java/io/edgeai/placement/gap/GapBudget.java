package io.edgeai.placement.gap;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.OperationCancelledException;
import java.time.Duration;

/** Time left of one run. Progress is reported, and may cancel, on the calling thread only. Thread-safe. */
final class GapBudget {
    private static final long REPORT_NANOS = 250_000_000;

    private final Ticker ticker;
    private final Progress progress;
    private final Thread owner = Thread.currentThread();
    private final long start;
    private final long limit;
    private volatile boolean stopped;
    private String reported = "";
    private long lastReport;

    GapBudget(Duration limit, Ticker ticker, Progress progress) {
        this.ticker = ticker;
        this.progress = progress;
        this.start = ticker.nanos();
        this.limit = limit.toNanos();
    }

    /** Whether that share of the time, 0 to 1, has passed, or the run was stopped. */
    boolean passed(double share) {
        if (Thread.currentThread() == owner && progress.cancelled()) {
            stopped = true;
            throw new OperationCancelledException("The assignment was cancelled; nothing was decided.");
        }
        return stopped || ticker.nanos() - start >= share * limit;
    }

    /** Share of the time that has passed. */
    double spent() {
        return (double) (ticker.nanos() - start) / limit;
    }

    /** Tells the listener of a new phase at once, of progress in it four times a second. */
    void report(String phase) {
        if (Thread.currentThread() != owner) {
            return;
        }
        long now = ticker.nanos();
        if (!phase.equals(reported) || now - lastReport >= REPORT_NANOS) {
            reported = phase;
            lastReport = now;
            progress.update(phase, Math.min(1000, Math.round(1000 * spent())), 1000);
        }
    }

    /** Ends the run for all threads. */
    void stop() {
        stopped = true;
    }
}
