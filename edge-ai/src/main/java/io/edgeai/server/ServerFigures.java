package io.edgeai.server;

import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.openmetrics.MonitorFigures;
import io.edgeai.monitor.openmetrics.OpenMetrics;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what a server answered, and writes it with the monitor's figures as OpenMetrics. Thread-safe. */
final class ServerFigures {
    private static final String NO_ROUTE = "none";

    private record Answered(String route, int status) implements Comparable<Answered> {
        @Override
        public int compareTo(Answered other) {
            return Comparator.comparing(Answered::route)
                    .thenComparingInt(Answered::status)
                    .compare(this, other);
        }
    }

    private final Map<Answered, LongAdder> answered = new ConcurrentHashMap<>();
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    static String name(Route route) {
        return route.action().name().toLowerCase(Locale.ROOT);
    }

    /** @param route as {@link #name} has it, or null for a path that leads nowhere */
    void answered(@Nullable String route, int status, int bytes) {
        answered.computeIfAbsent(new Answered(route == null ? NO_ROUTE : route, status), key -> new LongAdder())
                .increment();
        sent.add(bytes);
    }

    void received(int bytes) {
        received.add(bytes);
    }

    String text(EdgeMonitor monitor, int inFlight) {
        OpenMetrics out = new OpenMetrics();
        out.family("edgeai_http_requests", OpenMetrics.Type.COUNTER, "", "Requests answered, by route and status.");
        new TreeMap<>(answered)
                .forEach((key, count) -> out.sample(
                        "_total", Map.of("route", key.route(), "code", Integer.toString(key.status())), count.sum()));
        out.family("edgeai_http_requests_in_flight", OpenMetrics.Type.GAUGE, "", "Requests being answered now.")
                .sample("", Map.of(), inFlight);
        out.family("edgeai_http_received_bytes", OpenMetrics.Type.COUNTER, "bytes", "Bodies of requests, unpacked.")
                .sample("_total", Map.of(), received.sum());
        out.family("edgeai_http_sent_bytes", OpenMetrics.Type.COUNTER, "bytes", "Bodies of answers, as sent.")
                .sample("_total", Map.of(), sent.sum());
        MonitorFigures.write(monitor, out);
        return out.end();
    }
}
