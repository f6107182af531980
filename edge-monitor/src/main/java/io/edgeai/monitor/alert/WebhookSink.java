package io.edgeai.monitor.alert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OverloadedException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Posts each notification as JSON: {@code {"kind", "version", "title", "at", "held", "alerts": [{"signal", "score",
 * "message", "since", "resolvedAt"}]}}. An answer of 2xx is success; after any other, or none within 5 s, it is tried again
 * after 1 s, 4 s and 16 s, and then given up and counted. At most 32 notifications are under way. Thread-safe.
 */
public final class WebhookSink implements AlertSink {
    private static final int UNDER_WAY = 32;
    private static final int RETRIES = 3;
    private static final int FACTOR = 4;

    private final ObjectMapper json = new ObjectMapper();
    private final URI address;
    private final Duration timeout;
    private final Duration firstDelay;
    private final ScheduledExecutorService threads;
    private final HttpClient client;
    private final Semaphore places = new Semaphore(UNDER_WAY);
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    private WebhookSink(URI address, Duration timeout, Duration firstDelay) {
        this.address = address;
        this.timeout = timeout;
        this.firstDelay = firstDelay;
        this.threads = Executors.newScheduledThreadPool(1, EdgeThreads.named("webhook"));
        this.client = HttpClient.newBuilder()
                .executor(threads)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** @param address {@code http} or {@code https} */
    public static WebhookSink to(URI address) {
        return to(address, Duration.ofSeconds(5), Duration.ofSeconds(1));
    }

    /**
     * @param timeout for connecting, and for the answer
     * @param firstDelay before the first retry; each later one is four times longer
     */
    public static WebhookSink to(URI address, Duration timeout, Duration firstDelay) {
        String scheme = String.valueOf(address.getScheme());
        if (!scheme.equals("http") && !scheme.equals("https") || address.getHost() == null) {
            throw new InvalidInputException(
                    "Webhook (" + address + ") is no http address. Maybe begin it with https://.");
        }
        if (timeout.isNegative() || timeout.isZero() || firstDelay.isNegative()) {
            throw new InvalidInputException("Webhook has timeout (" + timeout + ") and delay (" + firstDelay
                    + "). Maybe use Duration.ofSeconds(5) and Duration.ofSeconds(1).");
        }
        return new WebhookSink(address, timeout, firstDelay);
    }

    /** @throws OverloadedException where 32 are under way; the notification is lost */
    @Override
    public void deliver(Notification notification) {
        if (!places.tryAcquire()) {
            lost.incrementAndGet();
            throw new OverloadedException("Webhook (" + address + ") has (" + UNDER_WAY
                    + ") notifications under way, this one is lost. Maybe it does not answer.");
        }
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(notification)))
                .build();
        attempt(request, RETRIES, firstDelay);
    }

    /** Notifications that were answered by 2xx. */
    public long delivered() {
        return delivered.get();
    }

    /** Notifications that were given up. */
    public long lost() {
        return lost.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void attempt(HttpRequest request, int retries, Duration delay) {
        var unused = client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .whenComplete((answer, failure) -> judge(answer, request, retries, delay));
    }

    private void judge(@Nullable HttpResponse<?> answer, HttpRequest request, int retries, Duration delay) {
        if (answer != null && answer.statusCode() / 100 == 2) {
            delivered.incrementAndGet();
            places.release();
        } else if (retries > 0 && !threads.isShutdown()) {
            var unused = threads.schedule(
                    () -> attempt(request, retries - 1, delay.multipliedBy(FACTOR)),
                    delay.toMillis(),
                    TimeUnit.MILLISECONDS);
        } else {
            lost.incrementAndGet();
            places.release();
        }
    }

    private String body(Notification notification) {
        ObjectNode body = json.createObjectNode()
                .put("kind", notification.kind().name())
                .put("version", notification.version().toString())
                .put("title", notification.title())
                .put("at", notification.at().toString())
                .put("held", notification.held());
        ArrayNode alerts = body.putArray("alerts");
        for (Alert alert : notification.alerts()) {
            ObjectNode one = alerts.addObject()
                    .put("signal", alert.signal().name())
                    .put("score", alert.score())
                    .put("message", alert.message())
                    .put("since", alert.since().toString());
            alert.resolvedAt().ifPresent(end -> one.put("resolvedAt", end.toString()));
        }
        return body.toString();
    }
}
