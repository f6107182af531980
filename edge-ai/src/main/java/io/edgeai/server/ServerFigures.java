package io.edgeai.server;

import io.edgeai.monitor.openmetrics.MonitorFigures;
import io.edgeai.monitor.openmetrics.OpenMetrics;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what a server answered over either protocol, and writes it with the monitor's figures as OpenMetrics. Thread-safe. */
final class ServerFigures {
    private static final String NO_ROUTE = "none";

    /** Routes by the methods of gRPC that do the same. */
    private static final Map<String, String> ROUTES = Map.of(
            "ServerLive", name(Route.Action.LIVE),
            "ServerReady", name(Route.Action.READY),
            "grpc.health.v1.Health/Check", name(Route.Action.READY),
            "ServerMetadata", name(Route.Action.SERVER),
            "ModelReady", name(Route.Action.MODEL_READY),
            "ModelMetadata", name(Route.Action.MODEL),
            "ModelInfer", name(Route.Action.INFER));

    private enum Protocol {
        HTTP,
        GRPC;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Answered(Protocol protocol, String route, String code) implements Comparable<Answered> {
        @Override
        public int compareTo(Answered other) {
            return Comparator.comparing(Answered::protocol)
                    .thenComparing(Answered::route)
                    .thenComparing(Answered::code)
                    .compare(this, other);
        }
    }

    private final Map<Answered, LongAdder> answered = new ConcurrentHashMap<>();
    private final Map<Protocol, LongAdder> received = counters();
    private final Map<Protocol, LongAdder> sent = counters();

    private static Map<Protocol, LongAdder> counters() {
        return Map.of(Protocol.HTTP, new LongAdder(), Protocol.GRPC, new LongAdder());
    }

    static String name(Route route) {
        return name(route.action());
    }

    private static String name(Route.Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    /** @param route as {@link #name} has it, or null for a path that leads nowhere */
    void answered(@Nullable String route, int status, int bytes) {
        answered(Protocol.HTTP, route, Integer.toString(status), bytes);
    }

    /** A request's body over HTTP. */
    void received(int bytes) {
        counter(received, Protocol.HTTP).add(bytes);
    }

    /** A call over gRPC, as {@link io.edgeai.core.remote.CallListener} tells it. */
    void called(String method, String code, long receivedBytes, long sentBytes) {
        answered(Protocol.GRPC, ROUTES.get(method), code, sentBytes);
        counter(received, Protocol.GRPC).add(receivedBytes);
    }

    private void answered(Protocol protocol, @Nullable String route, String code, long bytes) {
        answered.computeIfAbsent(new Answered(protocol, route == null ? NO_ROUTE : route, code), key -> new LongAdder())
                .increment();
        counter(sent, protocol).add(bytes);
    }

    private static LongAdder counter(Map<Protocol, LongAdder> counters, Protocol protocol) {
        return Objects.requireNonNull(counters.get(protocol));
    }

    String text(ModelHost host, int inFlight, int waiting) {
        OpenMetrics out = new OpenMetrics();
        out.family(
                "edgeai_server_requests",
                OpenMetrics.Type.COUNTER,
                "",
                "Requests answered, by protocol, route and status.");
        new TreeMap<>(answered)
                .forEach((key, count) -> out.sample(
                        "_total",
                        Map.of("protocol", key.protocol().label(), "route", key.route(), "code", key.code()),
                        count.sum()));
        out.family("edgeai_server_requests_in_flight", OpenMetrics.Type.GAUGE, "", "Requests being answered now.")
                .sample("", Map.of(), inFlight);
        out.family("edgeai_server_requests_waiting", OpenMetrics.Type.GAUGE, "", "Inferences that wait for a place.")
                .sample("", Map.of(), waiting);
        bytes(out, "edgeai_server_received_bytes", "Bodies and messages of requests, unpacked.", received);
        bytes(out, "edgeai_server_sent_bytes", "Bodies and messages of answers, as sent.", sent);
        host.answers().ifPresent(journal -> {
            out.family("edgeai_answers_kept", OpenMetrics.Type.COUNTER, "", "Answered requests that were written down.")
                    .sample("_total", Map.of(), journal.kept());
            out.family("edgeai_answers_dropped", OpenMetrics.Type.COUNTER, "", "Answered requests that were not.")
                    .sample("_total", Map.of(), journal.dropped());
        });
        MonitorFigures.write(host.monitor(), out);
        return out.end();
    }

    private static void bytes(OpenMetrics out, String family, String help, Map<Protocol, LongAdder> counters) {
        out.family(family, OpenMetrics.Type.COUNTER, "bytes", help);
        for (Protocol protocol : Protocol.values()) {
            out.sample(
                    "_total",
                    Map.of("protocol", protocol.label()),
                    counter(counters, protocol).sum());
        }
    }
}
