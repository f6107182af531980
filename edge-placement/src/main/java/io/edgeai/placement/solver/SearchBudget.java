package io.edgeai.placement.solver;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.OperationCancelledException;
import java.time.Duration;

/**
 * Bounds a search by steps, which keeps it repeatable, and by time, which does not. Reports progress at most four times
 * a second. Not thread-safe.
 */
public final class SearchBudget {
    private static final long REPORT_NANOS = 250_000_000;

    private final long iterations;
    private final long limitNanos;
    private final Ticker ticker;
    private final Progress progress;
    private final long start;
    private long lastReport;
    private boolean expired;

    /**
     * @param iterations steps of local search
     * @param limit wall-clock limit for everything
     */
    public SearchBudget(long iterations, Duration limit, Ticker ticker, Progress progress) {
        this.iterations = iterations;
        this.limitNanos = limit.toNanos();
        this.ticker = ticker;
        this.progress = progress;
        this.start = ticker.nanos();
        this.lastReport = start - REPORT_NANOS;
    }

    /** Most steps of local search. */
    public long iterations() {
        return iterations;
    }

    /** The wall-clock time that is left; zero once it is up. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, limitNanos - (ticker.nanos() - start)));
    }

    /** Whether less than that share of the time, 0 to 1, has passed. */
    boolean within(double share) {
        return ticker.nanos() - start < share * limitNanos;
    }

    /**
     * Whether one more step may be taken.
     *
     * @param phase short lower-case name of what is being done
     * @param done steps taken
     * @param total steps there are, 0 where unknown
     * @throws OperationCancelledException where the caller cancelled
     */
    public boolean step(String phase, long done, long total) {
        if (expired) {
            return false;
        }
        if (progress.cancelled()) {
            throw new OperationCancelledException(
                    "Placement was cancelled in phase (" + phase + ") after (" + done + ") steps; no plan was made.");
        }
        long now = ticker.nanos();
        if (now - lastReport >= REPORT_NANOS) {
            lastReport = now;
            progress.update(phase, done, total);
        }
        expired = now - start >= limitNanos;
        return !expired;
    }
}
