package io.edgeai.monitor.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSinkTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Instant AT = Instant.parse("2026-01-05T10:00:00Z");

    private final List<JsonNode> received = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch ending = new CountDownLatch(1);
    private HttpServer server;
    private WebhookSink sink;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        server.start();
        sink = sinkTo(server.getAddress().getPort());
    }

    private static WebhookSink sinkTo(int port) {
        return WebhookSink.to(
                URI.create("http://127.0.0.1:" + port + "/hook"), Duration.ofMinutes(1), Duration.ofMillis(10));
    }

    @AfterEach
    void end() {
        ending.countDown();
        sink.close();
        server.stop(0);
        threads.shutdownNow();
    }

    /** Answers the n-th request, from 1, with the status that this gives. */
    private void answering(IntUnaryOperator status) {
        server.createContext("/hook", exchange -> {
            try (exchange) {
                synchronized (received) {
                    received.add(new ObjectMapper().readTree(exchange.getRequestBody()));
                    exchange.sendResponseHeaders(status.applyAsInt(received.size()), -1);
                }
            }
        });
    }

    private static Notification notification(int number) {
        Alert alert = new Alert(
                VersionRef.of("defects", number),
                SignalKind.LATENCY,
                AlertState.RESOLVED,
                0.75,
                "p99 \"rose\" – ü.",
                AT,
                Optional.of(AT.plusSeconds(90)));
        return new Notification(Notification.Kind.RESOLVED, alert.version(), List.of(alert), AT.plusSeconds(99), 2);
    }

    @Test
    void aNotificationIsPostedAsJson() throws IOException {
        answering(number -> 204);
        sink.deliver(notification(1));
        await().atMost(PATIENCE).until(() -> sink.delivered() == 1);
        assertThat(received)
                .singleElement()
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                {"kind": "RESOLVED", "version": "defects@1", "title": "defects@1: Over: p99 \\"rose\\" – ü.",
                 "at": "2026-01-05T10:01:39Z", "held": 2, "alerts": [{"signal": "LATENCY", "score": 0.75,
                 "message": "p99 \\"rose\\" – ü.", "since": "2026-01-05T10:00:00Z",
                 "resolvedAt": "2026-01-05T10:01:30Z"}]}"""));
        assertThat(sink.lost()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whatFailsAFewTimesIsDeliveredOnce(int failures) {
        answering(number -> number <= failures ? 500 : 200);
        sink.deliver(notification(1));
        await().atMost(PATIENCE).until(() -> sink.delivered() == 1);
        assertThat(received).hasSize(failures + 1);
        assertThat(sink.lost()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500, 302})
    void afterFourAttemptsItIsGivenUp(int status) {
        answering(number -> status);
        sink.deliver(notification(1));
        await().atMost(PATIENCE).until(() -> sink.lost() == 1);
        assertThat(received).hasSize(4);
        assertThat(sink.delivered()).isZero();
    }

    /** The port is taken, so that nobody else may begin to listen there. */
    @Test
    void nobodyListeningIsAFailureLikeAnyOther() throws IOException {
        try (Socket deaf = new Socket()) {
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (WebhookSink toNobody = sinkTo(deaf.getLocalPort())) {
                toNobody.deliver(notification(1));
                await().atMost(PATIENCE).until(() -> toNobody.lost() == 1);
                assertThat(toNobody.delivered()).isZero();
            }
        }
    }

    @Test
    void thoseUnderWayAreBoundedAndTheCallerNeverWaits() {
        server.createContext("/hook", exchange -> {
            try (exchange) {
                ending.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        for (int i = 1; i <= 32; i++) {
            sink.deliver(notification(i));
        }
        assertThatThrownBy(() -> sink.deliver(notification(33)))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("(32)");
        assertThat(sink.lost()).isEqualTo(1);
    }

    @Test
    void itsThreadEndsWithIt() {
        answering(number -> 200);
        sink.deliver(notification(1));
        await().atMost(PATIENCE).until(() -> sink.delivered() == 1);
        sink.close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread -> thread.getName().startsWith("edgeai-webhook")));
    }

    @Test
    void anAddressMustBeHttp() {
        for (String bad : List.of("ftp://host/x", "hook", "http:///x")) {
            assertThatThrownBy(() -> WebhookSink.to(URI.create(bad)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(bad);
        }
    }
}
