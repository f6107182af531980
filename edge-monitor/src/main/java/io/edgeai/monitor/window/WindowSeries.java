package io.edgeai.monitor.window;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The windows of one version in three tiers: fine ones for an hour, ones of a minute (or six fine ones, if that is longer)
 * for a day, and ones of an hour (or six coarse ones) for 30 days. Quantiles of every tier come from the recorded counts,
 * not from averaging finer quantiles. Thread-safe.
 */
public final class WindowSeries {
    private static final int COARSE_CAPACITY = 1440;
    private static final int LONG_CAPACITY = 720;
    private static final int MAX_FINE_CAPACITY = 3600;

    private final LatencyRecorder recorder;
    private final Clock clock;
    private final Ticker ticker;
    private final WindowTier fine;
    private final WindowTier coarse;
    private final WindowTier longest;

    /** @param window length of a fine window */
    public WindowSeries(LatencyRecorder recorder, Duration window, Clock clock, Ticker ticker) {
        this.recorder = recorder;
        this.clock = clock;
        this.ticker = ticker;
        Duration minute = Duration.ofMinutes(1);
        Duration middle = longer(window.multipliedBy(6), minute);
        long perHour = Duration.ofHours(1).toNanos() / window.toNanos();
        int capacity = (int) Math.max(60, Math.min(MAX_FINE_CAPACITY, perHour));
        LatencyRecorder.Snapshot opened = recorder.snapshot();
        Instant now = clock.instant();
        long nanos = ticker.nanos();
        this.fine = new WindowTier(window, capacity, opened, now, nanos);
        this.coarse = new WindowTier(middle, COARSE_CAPACITY, opened, now, nanos);
        this.longest =
                new WindowTier(longer(middle.multipliedBy(6), Duration.ofHours(1)), LONG_CAPACITY, opened, now, nanos);
    }

    /** Closes the windows that are over and returns them by tier. Recorders never wait. */
    public synchronized Map<Tier, WindowSummary> roll(ResourceReading resources) {
        Instant now = clock.instant();
        long nanos = ticker.nanos();
        Map<Tier, WindowSummary> closed = new EnumMap<>(Tier.class);
        for (Tier each : Tier.values()) {
            tier(each).roll(recorder, resources, now, nanos).ifPresent(window -> closed.put(each, window));
        }
        return closed;
    }

    /** Puts windows of an earlier run before those of this one, oldest first, as far as the tier has room. */
    public synchronized void restore(Tier which, List<WindowSummary> earlier) {
        tier(which).restore(earlier);
    }

    /** Closed windows of a tier, oldest first: fine at most an hour of them (60 to 3600), coarse 1440, long 720. */
    public synchronized List<WindowSummary> windows(Tier which) {
        return tier(which).history();
    }

    private WindowTier tier(Tier which) {
        return switch (which) {
            case FINE -> fine;
            case COARSE -> coarse;
            case LONG -> longest;
        };
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
