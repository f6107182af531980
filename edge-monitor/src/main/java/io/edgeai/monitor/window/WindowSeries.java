package io.edgeai.monitor.window;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.monitor.metric.CallCounter;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.monitor.metric.RunHistogram;
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

    private final CallCounter recorder;
    private final Clock clock;
    private final Ticker ticker;
    private final WindowTier fine;
    private final WindowTier coarse;
    private final WindowTier longest;
    private double minuteJoules;
    private double hourJoules;

    /** @param window length of a fine window */
    public WindowSeries(CallCounter recorder, Duration window, Clock clock, Ticker ticker) {
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

    /** {@link #roll(ResourceReading, double)} where energy cannot be read. */
    public Map<Tier, WindowSummary> roll(ResourceReading resources) {
        return roll(resources, Double.NaN);
    }

    /**
     * Closes the windows that are over and returns them by tier. Recorders never wait.
     *
     * @param joulesPerSecond energy of a second of a run now, NaN where it is not known; longer windows add up that of fine ones
     */
    public synchronized Map<Tier, WindowSummary> roll(ResourceReading resources, double joulesPerSecond) {
        Instant now = clock.instant();
        long nanos = ticker.nanos();
        Map<Tier, WindowSummary> closed = new EnumMap<>(Tier.class);
        fine.roll(recorder, resources, now, nanos, seen -> RunSummary.of(seen, joulesPerSecond))
                .ifPresent(window -> {
                    closed.put(Tier.FINE, window);
                    double fresh = window.runs().runs() == 0 ? 0 : window.runs().joules();
                    minuteJoules += fresh;
                    hourJoules += fresh;
                });
        coarse.roll(recorder, resources, now, nanos, seen -> summed(seen, minuteJoules))
                .ifPresent(window -> {
                    closed.put(Tier.COARSE, window);
                    minuteJoules = 0;
                });
        longest.roll(recorder, resources, now, nanos, seen -> summed(seen, hourJoules))
                .ifPresent(window -> {
                    closed.put(Tier.LONG, window);
                    hourJoules = 0;
                });
        return closed;
    }

    private static RunSummary summed(RunHistogram seen, double joules) {
        return RunSummary.of(seen, Double.NaN).joules(seen.runs() == 0 ? Double.NaN : joules);
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
