package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.dashboard.Dashboard;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.model.Site;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
    private static final String TOKEN = "letters-and-digits-1";

    @TempDir
    private Path dir;

    private EdgeAI open() {
        return EdgeAI.builder()
                .home(dir)
                .engines(Engines.of(new Slowed(new FakeTime(), answer -> 0)))
                .build();
    }

    /** The first state that a page is told. */
    private static JsonNode state(Dashboard page) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + page.port() + "/events"))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (!line.equals("event: state")) {
                line = lines.readLine();
            }
            return new ObjectMapper().readTree(lines.readLine().substring("data: ".length()));
        }
    }

    @Test
    void versionsAndTheirExperimentAreShown() throws Exception {
        try (EdgeAI edge = open()) {
            ModelVersion one = Fixtures.times(edge, "m", 1);
            ModelVersion two = Fixtures.times(edge, "m", 2);
            ModelEndpoint endpoint =
                    edge.serve("m", s -> s.split(one, 1).split(two, 1).experiment());
            for (int user = 0; user < 40; user++) {
                endpoint.predict("user-" + user, new float[] {1, 1});
            }
            JsonNode state = state(edge.dashboard().token(TOKEN).start());

            assertThat(state.path("versions").findValuesAsText("name"))
                    .containsExactly(one.ref().toString(), two.ref().toString());
            JsonNode card = state.path("experiments").path(0);
            assertThat(card.path("model").asText()).isEqualTo("m");
            assertThat(card.path("requests").asInt()).isEqualTo(40);
            assertThat(card.path("rows").findValuesAsText("metric"))
                    .containsExactlyInAnyOrder(ServedExperiment.ERRORS, ServedExperiment.LATENCY);
            assertThat(card.path("rows").findValuesAsText("treatment"))
                    .containsOnly(two.ref().toString());
        }
    }

    @Test
    void aPlanShowsWhatItReservesOnEachNode() throws Exception {
        try (EdgeAI edge = open()) {
            ModelVersion version = Fixtures.times(edge, "m", 1);
            PlacementPlan plan = edge.place(edge.workload(version).cpuCores(1))
                    .across(List.of(Site.builder("plant")
                            .cpuCores(4)
                            .memoryBytes(1L << 30)
                            .build()));
            JsonNode site = state(edge.dashboard(plan).token(TOKEN).start())
                    .path("sites")
                    .path(0);

            assertThat(site.path("site").asText()).isEqualTo("plant");
            assertThat(site.path("replicas").asInt()).isEqualTo(1);
            assertThat(site.path("cpu").asDouble()).isEqualTo(0.25);
        }
    }

    @Test
    void aPageEndsWithItsInstanceAndNoneBeginsAfterIt() {
        EdgeAI edge = open();
        Dashboard page = edge.dashboard().start();
        edge.close();
        assertThatThrownBy(() -> state(page)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> edge.dashboard().start()).isInstanceOf(LifecycleException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("edgeai-dashboard-start-1"));
    }
}
