package io.edgeai.monitor.dashboard;

import static io.edgeai.monitor.dashboard.JsonText.number;

import com.fasterxml.jackson.core.JsonGenerator;
import io.edgeai.monitor.window.WindowSummary;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Windows as rows of a chart: end in epoch seconds, calls a second, failed share in percent, p50, p90 and p99 in
 * milliseconds, CPU share in percent, resident and heap MiB, requests waiting, mean wait and mean run in milliseconds, requests
 * of a run, joules for 1000 answers; null where there is nothing. Rows rise strictly in time: where
 * a clock went back, the older rows of the same time give way. A row of nulls stands in every gap, so that no line crosses
 * it.
 */
final class SeriesRows {
    private static final double MIB = 1 << 20;
    private static final int FIGURES = 13;
    private static final double TOLERANCE = 1.5;

    private SeriesRows() {}

    /** The windows that can be drawn, oldest first. */
    static List<WindowSummary> drawable(List<WindowSummary> windows) {
        Deque<WindowSummary> kept = new ArrayDeque<>();
        for (WindowSummary window : windows) {
            while (!kept.isEmpty() && !kept.getLast().end().isBefore(window.end())) {
                kept.removeLast();
            }
            kept.addLast(window);
        }
        return List.copyOf(kept);
    }

    /** Writes the windows that end after {@code after}, an array of arrays. */
    static void write(JsonGenerator json, List<WindowSummary> windows, Instant after) throws IOException {
        json.writeStartArray();
        WindowSummary before = null;
        for (WindowSummary window : drawable(windows)) {
            if (window.end().isAfter(after)) {
                if (before != null && missing(before, window)) {
                    gap(json, seconds(window.start()));
                }
                row(json, window);
            }
            before = window;
        }
        json.writeEndArray();
    }

    private static boolean missing(WindowSummary before, WindowSummary next) {
        double between = seconds(next.end()) - seconds(before.end());
        return next.gap() || between > TOLERANCE * next.length().toMillis() * 1e-3 + 1;
    }

    private static void row(JsonGenerator json, WindowSummary window) throws IOException {
        json.writeStartArray();
        json.writeNumber(seconds(window.end()));
        boolean known = !window.gap() || window.count() > 0;
        number(json, known ? window.throughputPerSecond() : Double.NaN);
        number(json, 100 * window.errorRate());
        number(json, window.p50Nanos() * 1e-6);
        number(json, window.p90Nanos() * 1e-6);
        number(json, window.p99Nanos() * 1e-6);
        number(json, 100 * window.resources().cpuLoad());
        number(json, window.resources().residentBytes() / MIB);
        number(json, window.resources().heapBytes() / MIB);
        number(json, window.queueDepth());
        number(json, window.runs().meanWaitNanos() * 1e-6);
        number(json, window.runs().meanComputeNanos() * 1e-6);
        number(json, window.runs().meanBatch());
        number(json, window.joulesPerThousand());
        json.writeEndArray();
    }

    private static void gap(JsonGenerator json, double at) throws IOException {
        json.writeStartArray();
        json.writeNumber(at);
        for (int i = 0; i < FIGURES; i++) {
            json.writeNull();
        }
        json.writeEndArray();
    }

    private static double seconds(Instant at) {
        return at.toEpochMilli() / 1e3;
    }
}
