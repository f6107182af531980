package io.edgeai.monitor.dashboard;

import com.sun.net.httpserver.HttpExchange;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.window.WindowSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Server-sent events: {@code beat} each period with the monitor's time, {@code state} when anything but the curves changed,
 * {@code rows} with new rows of the curves of the version asked for, {@code series} when a series of the host's has news. A stream holds one thread. Thread-safe.
 */
final class EventStreams implements AutoCloseable {
    private final DashboardSource source;
    private final StateJson state;
    private final Duration period;
    private final Semaphore places;
    private final CountDownLatch closed = new CountDownLatch(1);

    EventStreams(DashboardSource source, Boards boards, Duration period, int places) {
        this.source = source;
        this.state = new StateJson(source, boards);
        this.period = period;
        this.places = new Semaphore(places);
    }

    /** The curves that a reader wants. */
    record Wish(Optional<VersionRef> version, Range range) {
        static Wish of(Map<String, String> parameters) {
            return new Wish(
                    Optional.ofNullable(parameters.get("version")).map(VersionRef::parse),
                    Range.of(parameters.getOrDefault("range", "")));
        }
    }

    /** Serves a reader until it goes or this is closed. False, with nothing sent, where all places are taken. */
    boolean serve(HttpExchange exchange, Wish wish) throws IOException {
        if (!places.tryAcquire()) {
            return false;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            run(exchange.getResponseBody(), wish);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
        return true;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void run(OutputStream out, Wish wish) throws IOException, InterruptedException {
        send(out, "retry: 1000\n\n");
        String shown = "";
        String series = "[]";
        Curves curves = new Curves();
        do {
            send(out, event("beat", Long.toString(source.now().toEpochMilli())));
            String now = state.write();
            if (!now.equals(shown)) {
                send(out, event("state", now));
                shown = now;
            }
            String own = SeriesJson.of(source.series(wish.range().tier()));
            if (!own.equals(series)) {
                send(out, event("series", own));
                series = own;
            }
            if (wish.version().isPresent()) {
                Optional<String> rows = curves.fresh(windows(wish.version().get(), wish.range()));
                if (rows.isPresent()) {
                    send(out, event("rows", rows.get()));
                }
            }
            out.flush();
        } while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS));
    }

    private List<WindowSummary> windows(VersionRef version, Range range) {
        try {
            return source.windows(version, range.tier());
        } catch (ModelNotFoundException e) {
            return List.of(); // not served yet, or no longer
        }
    }

    private static String event(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
