package io.edgeai.core.concurrent;

import java.time.Duration;
import java.util.Optional;

/**
 * Progress that also says how long the phase will still take, if it goes on at the speed it has had since its first
 * report: work that resumes in the middle counts what it has done since. Not thread-safe; never cancels.
 *
 * <pre>{@code
 * edge.optimize(version).fineTune().progress(TimedProgress.of((phase, done, total, left) ->
 *         log.info("{}: {} of {}, {} left", phase, done, total, left.map(Duration::toString).orElse("?"))));
 * }</pre>
 */
public final class TimedProgress implements Progress {
    private final Ticker ticker;
    private final Listener listener;
    private String phase = "";
    private long startedAt;
    private long firstDone;

    private TimedProgress(Ticker ticker, Listener listener) {
        this.ticker = ticker;
        this.listener = listener;
    }

    /** Hears of each report. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A report.
         *
         * @param phase what is being done
         * @param done steps finished
         * @param total steps in this phase, or 0 where unknown
         * @param remaining time to the end of the phase; empty before its second report and where the total is unknown
         */
        void update(String phase, long done, long total, Optional<Duration> remaining);
    }

    /** By the JVM's clock. */
    public static TimedProgress of(Listener listener) {
        return of(Ticker.system(), listener);
    }

    public static TimedProgress of(Ticker ticker, Listener listener) {
        return new TimedProgress(ticker, listener);
    }

    @Override
    public void update(String now, long done, long total) {
        long time = ticker.nanos();
        if (!now.equals(phase) || done < firstDone) {
            phase = now;
            startedAt = time;
            firstDone = done;
        }
        listener.update(now, done, total, remaining(time, done, total));
    }

    private Optional<Duration> remaining(long time, long done, long total) {
        long moved = done - firstDone;
        if (moved == 0 || total == 0) {
            return Optional.empty();
        }
        double nanos = (double) (time - startedAt) / moved * Math.max(0, total - done);
        return Optional.of(Duration.ofNanos((long) nanos));
    }
}
