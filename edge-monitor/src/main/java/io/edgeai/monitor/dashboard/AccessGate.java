package io.edgeai.monitor.dashboard;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides who sees the page: whoever knows the token, as {@code ?token=} (which becomes a cookie), as that cookie, or as
 * {@code Authorization: Bearer}. On a loopback interface the name asked for must be a loopback name, so that a web site
 * whose name is pointed at this machine cannot read it through a browser here. Comparing takes as long for a right guess as
 * for a wrong one. Immutable.
 */
final class AccessGate {
    private static final List<String> LOOPBACK_NAMES = List.of("localhost", "127.0.0.1", "[::1]");
    private static final String BEARER = "Bearer ";

    private final Optional<String> token;
    private final boolean loopback;

    /** @param token empty to let everybody in */
    AccessGate(Optional<String> token, boolean loopback) {
        this.token = token;
        this.loopback = loopback;
    }

    /** Whether the request asks for this machine by a name that belongs to it. */
    boolean knowsHost(Headers headers) {
        if (!loopback) {
            return true;
        }
        String host = Optional.ofNullable(headers.getFirst("Host")).orElse("").toLowerCase(Locale.ROOT);
        int port = host.lastIndexOf(':');
        String name = port > host.lastIndexOf(']') ? host.substring(0, port) : host;
        return LOOPBACK_NAMES.contains(name);
    }

    boolean admits(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        return token.isEmpty()
                || cookie(headers, cookieName(exchange)).filter(this::right).isPresent()
                || bearer(headers).filter(this::right).isPresent();
    }

    boolean right(String given) {
        return token.isEmpty() || MessageDigest.isEqual(bytes(given), bytes(token.get()));
    }

    /** What makes a browser show the token again; out of reach of scripts, and not sent along by other sites' requests. */
    String cookie(HttpExchange exchange) {
        return cookieName(exchange) + "=" + token.orElse("") + "; Path=/; HttpOnly; SameSite=Lax";
    }

    private static String cookieName(HttpExchange exchange) {
        return "edgeai-" + exchange.getLocalAddress().getPort();
    }

    private static Optional<String> bearer(Headers headers) {
        return Optional.ofNullable(headers.getFirst("Authorization"))
                .filter(value -> value.startsWith(BEARER))
                .map(value -> value.substring(BEARER.length()));
    }

    private static Optional<String> cookie(Headers headers, String name) {
        for (String line : headers.getOrDefault("Cookie", List.of())) {
            for (String each : line.split(";", -1)) {
                if (each.strip().startsWith(name + "=")) {
                    return Optional.of(each.strip().substring(name.length() + 1));
                }
            }
        }
        return Optional.empty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
