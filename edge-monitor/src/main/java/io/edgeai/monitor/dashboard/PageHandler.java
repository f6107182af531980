package io.edgeai.monitor.dashboard;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.edgeai.core.error.EdgeException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers every request of the page: its files at once, {@code /events} for as long as the reader stays. Thread-safe. */
final class PageHandler implements HttpHandler {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final int MAX_QUERY = 2048;

    private final Map<String, PageFile> files = PageFile.all();
    private final AccessGate gate;
    private final EventStreams streams;

    PageHandler(AccessGate gate, EventStreams streams) {
        this.gate = gate;
        this.streams = streams;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        headers(exchange.getResponseHeaders());
        String method = exchange.getRequestMethod();
        String query = exchange.getRequestURI().getRawQuery();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            plain(exchange, 405, "This page is only read. Maybe use GET.");
        } else if (query != null && query.length() > MAX_QUERY) {
            plain(exchange, 414, "The query is longer than " + MAX_QUERY + " characters.");
        } else if (!gate.knowsHost(exchange.getRequestHeaders())) {
            plain(exchange, 403, "This page is for this machine alone. Maybe ask for 127.0.0.1.");
        } else {
            serve(exchange, parameters(query));
        }
    }

    private void serve(HttpExchange exchange, Map<String, String> parameters) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String token = parameters.get("token");
        if (path.equals("/") && token != null && gate.right(token)) {
            exchange.getResponseHeaders().set("Set-Cookie", gate.cookie(exchange));
            exchange.getResponseHeaders().set("Location", "/");
            exchange.sendResponseHeaders(303, -1);
            return;
        }
        if (!gate.admits(exchange)) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            plain(exchange, 401, "The token is missing or wrong. Maybe open the link that was printed at the start.");
            return;
        }
        PageFile file = files.get(path);
        if (file != null) {
            send(exchange, 200, file.type(), file.bytes());
        } else if (path.equals("/events")) {
            stream(exchange, parameters);
        } else {
            plain(exchange, 404, "There is no such page. Maybe see /.");
        }
    }

    private void stream(HttpExchange exchange, Map<String, String> parameters) throws IOException {
        EventStreams.Wish wish;
        try {
            wish = EventStreams.Wish.of(parameters);
        } catch (EdgeException e) {
            plain(exchange, 400, String.valueOf(e.getMessage()));
            return;
        }
        if (!streams.serve(exchange, wish)) {
            exchange.getResponseHeaders().set("Retry-After", "5");
            plain(exchange, 503, "Too many pages are open. Maybe close one.");
        }
    }

    private static void headers(Headers headers) {
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-store");
    }

    private static void plain(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> found = new HashMap<>();
        for (String each : query == null ? new String[0] : query.split("&", -1)) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                found.putIfAbsent(
                        each.substring(0, equals),
                        URLDecoder.decode(each.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return found;
    }
}
