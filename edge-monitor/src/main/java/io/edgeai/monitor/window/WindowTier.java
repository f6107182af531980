package io.edgeai.monitor.window;

import io.edgeai.monitor.metric.CallCounter;
import io.edgeai.monitor.metric.LatencyHistogram;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.monitor.metric.RunHistogram;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Windows of one length over one recorder, and the newest of them. Not thread-safe. */
final class WindowTier {
    private final int capacity;
    private final WindowTimer timer;
    private final Deque<WindowSummary> history = new ArrayDeque<>();
    private LatencyRecorder.Snapshot opened;
    private Instant start;

    WindowTier(Duration window, int capacity, LatencyRecorder.Snapshot opened, Instant start, long nowNanos) {
        this.capacity = capacity;
        this.timer = new WindowTimer(window.toNanos(), nowNanos);
        this.opened = opened;
        this.start = start;
    }

    /** @param runs sums up what ran in the window */
    Optional<WindowSummary> roll(
            CallCounter recorder,
            ResourceReading resources,
            Instant now,
            long nowNanos,
            Function<RunHistogram, RunSummary> runs) {
        long length = timer.closeIfOver(nowNanos);
        if (length == 0) {
            return Optional.empty();
        }
        LatencyRecorder.Snapshot closed = recorder.snapshot();
        LatencyHistogram seen = closed.since(opened);
        WindowSummary summary = new WindowSummary(
                start,
                Duration.ofNanos(length),
                seen.successes() + seen.errors(),
                seen.errors(),
                seen.quantile(0.5),
                seen.quantile(0.9),
                seen.quantile(0.99),
                seen.max(),
                resources,
                timer.gap(length),
                runs.apply(closed.runsSince(opened)));
        opened = closed;
        start = now;
        add(summary);
        return Optional.of(summary);
    }

    void restore(List<WindowSummary> earlier) {
        List<WindowSummary> since = List.copyOf(history);
        history.clear();
        earlier.forEach(this::add);
        since.forEach(this::add);
    }

    private void add(WindowSummary summary) {
        if (history.size() == capacity) {
            history.removeFirst();
        }
        history.addLast(summary);
    }

    List<WindowSummary> history() {
        return List.copyOf(history);
    }
}
