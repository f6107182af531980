package io.edgeai.samples.cli;

import static io.edgeai.samples.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.samples.Console;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardCommandTest {
    @TempDir
    private Path home;

    private void record() {
        AtomicLong nanos = new AtomicLong();
        try (EdgeMonitor monitor = EdgeMonitor.builder()
                .ticker(nanos::get)
                .history(home.resolve(DashboardCommand.HISTORY))
                .manualTicks()
                .build()) {
            monitor.listener(VersionRef.of("defects", 2)).success(1_000_000);
            nanos.addAndGet(10_000_000_000L);
            monitor.tick();
        }
    }

    @Test
    void whatWasRecordedIsShownUntilItIsStopped() throws Exception {
        record();
        Console console = Console.create();
        Thread showing = new Thread(() -> console.execute("dashboard", "--home", home, "--port", 0, "--json"));
        showing.start();
        patiently().until(() -> console.out().contains("\n") || console.code() >= 0);
        URI link = URI.create(
                new ObjectMapper().readTree(console.out()).path("dashboard").asText());
        HttpRequest events = HttpRequest.newBuilder(link.resolve("/events?version=defects@2"))
                .header("Authorization", "Bearer " + link.getQuery().substring("token=".length()))
                .build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                HttpClient.newHttpClient()
                        .send(events, BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8))) {
            StringBuilder told = new StringBuilder();
            while (!told.toString().contains("\"rows\":")) {
                told.append(lines.readLine());
            }
            assertThat(told).contains("\"name\":\"defects@2\"").containsPattern("\"whole\":true,\"rows\":\\[\\[\\d");
        }
        showing.interrupt();
        showing.join();
        assertThat(console.code()).isZero();
    }

    @Test
    void aGrafanaDashboardIsPrintedAsJson() throws Exception {
        Console console = Console.run("dashboard", "--grafana");
        assertThat(console.code()).isZero();
        assertThat(new ObjectMapper().readTree(console.out()).path("panels")).isNotEmpty();
    }

    @Test
    void aHomeWithoutARecordIsNamed() {
        Console console = Console.run("dashboard", "--home", home);
        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains(home.toString()).contains("Maybe").hasLineCount(1);
    }
}
