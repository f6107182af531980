package io.edgeai.placement.deploy.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process that lives, and a port that answers this or that. */
@DisabledOnOs(OS.WINDOWS)
class ReadinessProbeTest {
    private static final List<String> SLEEP = List.of("sh", "-c", "exec sleep 600");

    @TempDir
    private Path work;

    private final Release release = new Release("defects", "int8", Digest.of(new byte[0]), 3);

    private ProcessRunner runner(int port) {
        return ProcessRunner.builder(SLEEP, work)
                .readyAt("http://127.0.0.1:" + port + "/v2/health/ready?of={service}")
                .probeTimeout(Duration.ofSeconds(30))
                .build();
    }

    @Test
    void onlyAStatusOfTwoHundredsIsReady() throws IOException {
        AtomicInteger status = new AtomicInteger(503);
        AtomicReference<String> asked = new AtomicReference<>("");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.set(exchange.getRequestURI().toString());
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        try (ProcessRunner runner = runner(server.getAddress().getPort())) {
            assertThat(runner.healthy(release)).as("not started").isFalse();
            runner.start(release, work.resolve("model"));
            for (int code : new int[] {503, 404, 302, 500}) {
                status.set(code);
                assertThat(runner.healthy(release)).as("status %d", code).isFalse();
            }
            for (int code : new int[] {200, 204}) {
                status.set(code);
                assertThat(runner.healthy(release)).as("status %d", code).isTrue();
            }
            assertThat(asked.get()).isEqualTo("/v2/health/ready?of=defects");
            runner.stop(release);
            assertThat(runner.healthy(release))
                    .as("no process, whatever the port says")
                    .isFalse();
            runner.start(release, work.resolve("model"));
            server.stop(0);
            assertThat(runner.healthy(release)).as("nobody listens").isFalse();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void silenceIsNo() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ProcessRunner runner = ProcessRunner.builder(SLEEP, work)
                        .readyAt("http://127.0.0.1:" + silent.getLocalPort() + "/v2/health/ready")
                        .probeTimeout(Duration.ofMillis(20))
                        .build()) {
            runner.start(release, work.resolve("model"));
            assertThat(runner.healthy(release)).isFalse();
        }
    }

    @Test
    void whatIsNoAddressIsRefused() {
        ProcessRunner.Builder builder = ProcessRunner.builder(SLEEP, work);
        for (String bad : List.of("", "ready", "ftp://host/x", "http://", "http://a b/")) {
            assertThatThrownBy(() -> builder.readyAt(bad))
                    .as(bad)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + bad + ")")
                    .hasMessageContaining("Maybe");
        }
        assertThat(builder.readyAt("http://127.0.0.1:{port}/v2/health/ready")).isSameAs(builder);
        for (Duration bad : List.of(Duration.ZERO, Duration.ofMinutes(2))) {
            assertThatThrownBy(() -> builder.probeTimeout(bad).build())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(bad.toString());
        }
    }
}
