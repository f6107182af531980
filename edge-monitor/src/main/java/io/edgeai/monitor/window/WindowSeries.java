package io.edgeai.monitor.window;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The windows of one version in two tiers: fine ones for an hour, and ones of a minute (or six fine ones, if that is
 * longer) for a day. Coarse quantiles come from the recorded counts, not from averaging fine quantiles. Thread-safe.
 */
public final class WindowSeries {
    private static final int COARSE_CAPACITY = 1440;
    private static final int MAX_FINE_CAPACITY = 3600;

    private final LatencyRecorder recorder;
    private final Clock clock;
    private final Ticker ticker;
    private final WindowTier fine;
    private final WindowTier coarse;

    /** @param window length of a fine window */
    public WindowSeries(LatencyRecorder recorder, Duration window, Clock clock, Ticker ticker) {
        this.recorder = recorder;
        this.clock = clock;
        this.ticker = ticker;
        Duration minute = Duration.ofMinutes(1);
        Duration six = window.multipliedBy(6);
        long perHour = Duration.ofHours(1).toNanos() / window.toNanos();
        int capacity = (int) Math.max(60, Math.min(MAX_FINE_CAPACITY, perHour));
        LatencyRecorder.Snapshot opened = recorder.snapshot();
        Instant now = clock.instant();
        long nanos = ticker.nanos();
        this.fine = new WindowTier(window, capacity, opened, now, nanos);
        this.coarse = new WindowTier(six.compareTo(minute) > 0 ? six : minute, COARSE_CAPACITY, opened, now, nanos);
    }

    /** Closes the windows that are over and returns the fine one, if it is among them. Recorders never wait. */
    public synchronized Optional<WindowSummary> roll(ResourceReading resources) {
        Instant now = clock.instant();
        long nanos = ticker.nanos();
        coarse.roll(recorder, resources, now, nanos);
        return fine.roll(recorder, resources, now, nanos);
    }

    /** Closed fine windows, oldest first, at most an hour of them (60 to 3600). */
    public synchronized List<WindowSummary> fine() {
        return fine.history();
    }

    /** Closed coarse windows, oldest first, at most 1440. */
    public synchronized List<WindowSummary> coarse() {
        return coarse.history();
    }
}
