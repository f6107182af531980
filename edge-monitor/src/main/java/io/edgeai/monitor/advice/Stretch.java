package io.edgeai.monitor.advice;

import io.edgeai.monitor.metric.Share;
import io.edgeai.monitor.window.WindowSummary;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Some windows taken together; windows without calls are left out. */
record Stretch(List<WindowSummary> windows) {
    Stretch {
        windows = windows.stream()
                .filter(window -> !window.gap() && window.count() > 0)
                .toList();
    }

    /** The newest windows. */
    static Stretch last(List<WindowSummary> all, int count) {
        return new Stretch(all.subList(Math.max(0, all.size() - count), all.size()));
    }

    boolean has(int windowCount, long calls) {
        return windows.size() >= windowCount
                && windows.stream().mapToLong(WindowSummary::count).sum() >= calls;
    }

    Share failed() {
        return new Share(
                windows.stream().mapToLong(WindowSummary::errors).sum(),
                windows.stream().mapToLong(WindowSummary::count).sum());
    }

    double perSecond() {
        return median(WindowSummary::throughputPerSecond);
    }

    double p50Millis() {
        return median(WindowSummary::p50Nanos) * 1e-6;
    }

    double p99Millis() {
        return median(WindowSummary::p99Nanos) * 1e-6;
    }

    /** Requests that waited at a time. */
    double waiting() {
        return median(WindowSummary::queueDepth);
    }

    /** Requests of a run; 1 where nothing is known of runs. */
    double batch() {
        double known = median(window -> window.runs().meanBatch());
        return Double.isNaN(known) ? 1 : known;
    }

    double waitMillis() {
        return median(window -> window.runs().meanWaitNanos()) * 1e-6;
    }

    /** Time of a run for each of its requests. */
    double computeMillis() {
        return median(window -> window.runs().computeNanosPerRequest()) * 1e-6;
    }

    double cpu() {
        return median(window -> window.resources().cpuLoad());
    }

    /** The middle of the windows' values, NaN where there is none. */
    private double median(ToDoubleFunction<WindowSummary> value) {
        double[] sorted = windows.stream()
                .mapToDouble(value)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1
                        ? sorted[middle]
                        : Arrays.stream(sorted, middle - 1, middle + 1).sum() / 2;
    }
}
