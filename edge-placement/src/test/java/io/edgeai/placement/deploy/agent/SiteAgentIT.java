package io.edgeai.placement.deploy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.error.StorageException;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.Models;
import io.edgeai.placement.deploy.SiteTarget;
import io.edgeai.placement.deploy.Transfer;
import io.edgeai.placement.deploy.UnsteadySite;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.ServiceRunner;
import io.edgeai.placement.deploy.site.SiteLimits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SiteAgentIT {
    private static final String TOKEN = "a secret of sixteen or more";
    private static final int CHUNK = 50_000;

    @TempDir
    private Path folder;

    @Test
    void aModelTravelsIsServedAndIsFollowedByItsDifference() throws IOException {
        float[] weights = Models.weights(200_000, 1);
        Artifact v1 = Artifact.of(model("v1", weights), CHUNK);
        weights[199_000] = 3;
        Artifact v2 = Artifact.of(model("v2", weights), CHUNK).basedOn(List.of(v1), folder.resolve("scratch"));
        try (SiteAgent agent =
                        SiteAgent.builder(folder.resolve("site")).token(TOKEN).start();
                SiteTarget target = SiteTarget.of(new AgentClient(agent.uri(), TOKEN))) {
            assertThat(target.fetch(v1, Progress.NONE).sentBytes()).isEqualTo(v1.sizeBytes());
            Release first = new Release("défauts / 1", "v1", v1.digest(), 1);
            assertThat(target.activate(first)).isEmpty();

            Transfer small = target.fetch(v2, Progress.NONE);
            Release second = new Release("défauts / 1", "v2", v2.digest(), 1);

            assertThat(small.delta()).isTrue();
            assertThat(100.0 * small.sentBytes() / v2.sizeBytes()).isLessThanOrEqualTo(6);
            assertThat(target.activate(second)).contains(first);
            assertThat(target.release("défauts / 1")).contains(second);
            assertThat(target.healthy("défauts / 1")).isTrue();
            assertThat(target.healthy("unknown")).isFalse();
            assertThat(agent.site().store().file(v2.digest())).hasSameBinaryContentAs(v2.file());
            assertThat(target.deactivate("défauts / 1")).contains(second);
            assertThat(target.release("défauts / 1")).isEmpty();
        }
    }

    @Test
    void anAgentKilledAtRandomPointsIsResentAtMostTwoChunks() {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), 30 * CHUNK, 2), CHUNK);
        for (long seed = 0; seed < 8; seed++) {
            Path site = folder.resolve("site" + seed);
            int kill = new Random(seed).nextInt(30);
            UnsteadySite before;
            try (SiteAgent agent = SiteAgent.builder(site).start()) {
                Runnable death = agent::close;
                Progress killer = (phase, done, total) -> {
                    if (done > kill) {
                        death.run();
                    }
                };
                before = UnsteadySite.steady(new AgentClient(agent.uri(), null));
                try {
                    SiteTarget.of(before).fetch(artifact, killer);
                } catch (RemoteUnavailableException e) {
                    assertThat(e.retriable()).isTrue();
                }
            }
            int received;
            try (SiteAgent again = SiteAgent.builder(site).start()) {
                UnsteadySite after = UnsteadySite.steady(new AgentClient(again.uri(), null));
                SiteTarget.of(after).fetch(artifact, Progress.NONE);
                received = after.sent().size();
                assertThat(again.site().store().file(artifact.digest())).hasSameBinaryContentAs(artifact.file());
            }
            assertThat(before.sent().size() + received - 30)
                    .as("resent, seed " + seed)
                    .isBetween(0, 2);
        }
    }

    /** Whoever opens the folder next is alone in it. */
    @Test
    void closingWaitsForTheRequestUnderWay() throws InterruptedException {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), CHUNK, 5), CHUNK);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        ServiceRunner untilInterrupted = new ServiceRunner() {
            @Override
            public void start(Release release, Path model) {
                begun.countDown();
                assertThatThrownBy(new CountDownLatch(1)::await).isInstanceOf(InterruptedException.class);
                ended.set(true);
            }
        };
        SiteAgent agent = SiteAgent.builder(folder.resolve("site"))
                .runner(untilInterrupted)
                .start();
        AgentClient client = new AgentClient(agent.uri(), null);
        SiteTarget.of(client).fetch(artifact, Progress.NONE);
        CompletableFuture<Optional<Release>> answer = CompletableFuture.supplyAsync(
                () -> client.activate(new Release("defects", "v1", artifact.digest(), 1)));
        begun.await();

        agent.close();

        assertThat(ended).isTrue();
        assertThatThrownBy(answer::join).hasCauseInstanceOf(RemoteUnavailableException.class);
    }

    @Test
    void nobodyDeploysWithoutTheToken() {
        try (SiteAgent agent =
                SiteAgent.builder(folder.resolve("site")).token(TOKEN).start()) {
            for (String wrong : new String[] {null, "", TOKEN + "x"}) {
                AgentClient client = new AgentClient(agent.uri(), wrong);
                assertThatThrownBy(client::artifacts)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("token");
            }
        }
        assertThatThrownBy(() -> SiteAgent.builder(folder.resolve("site"))
                        .host("0.0.0.0")
                        .start())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("token");
    }

    @Test
    void failuresKeepTheirKindsAcrossTheNetwork() {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), CHUNK, 3), CHUNK);
        try (SiteAgent agent = SiteAgent.builder(folder.resolve("site"))
                .limits(new SiteLimits(1 << 20, CHUNK, 0))
                .freeBytes(() -> 100)
                .start()) {
            AgentClient client = new AgentClient(agent.uri(), null);
            assertThatThrownBy(() -> client.begin(artifact.chunks()))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("(100) bytes free");
            assertThatThrownBy(() -> client.commit(artifact.digest())).isInstanceOf(ModelNotFoundException.class);
        }
        try (SiteAgent agent = SiteAgent.builder(folder.resolve("site")).start()) {
            AgentClient client = new AgentClient(agent.uri(), null);
            client.begin(artifact.chunks());
            assertThatThrownBy(() -> client.write(artifact.digest(), 0, new byte[CHUNK], CHUNK))
                    .isInstanceOf(ModelIntegrityException.class);
        }
        AgentClient nobody = new AgentClient(URI.create("http://127.0.0.1:1"), null);
        assertThatThrownBy(nobody::artifacts).isInstanceOf(RemoteUnavailableException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/, 400",
        "GET, /v1/nothing, 400",
        "PATCH, /v1/artifacts, 400",
        "PUT, /v1/artifacts/abc, 400",
        "PUT, /v1/artifacts/abc/chunks/0, 400",
        "PUT, /v1/artifacts/abc/chunks/x, 400",
        "POST, /v1/artifacts/abc/commit, 400",
        "PUT, /v1/services/defects, 400",
        "POST, /v1/services/defects, 400",
        "GET, /other, 404"
    })
    void nonsenseIsRefusedAndTheAgentGoesOn(String method, String path, int status) throws Exception {
        try (SiteAgent agent = SiteAgent.builder(folder.resolve("site")).start()) {
            HttpRequest request = HttpRequest.newBuilder(agent.uri().resolve(path))
                    .method(method, BodyPublishers.ofString("no JSON"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(status);
            assertThat(new AgentClient(agent.uri(), null).artifacts()).isEmpty();
        }
    }

    @Test
    void aChunkBeyondTheLimitIsRefusedBeforeItIsRead() throws IOException {
        Artifact artifact = Artifact.of(Models.noise(folder.resolve("model"), CHUNK, 4), CHUNK);
        Files.createDirectories(folder.resolve("site"));
        try (SiteAgent agent = SiteAgent.builder(folder.resolve("site"))
                .limits(new SiteLimits(1 << 20, 1000, 0))
                .start()) {
            AgentClient client = new AgentClient(agent.uri(), null);
            assertThatThrownBy(() -> client.write(artifact.digest(), 0, new byte[1001], 1001))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("1001");
        }
    }

    private Path model(String name, float[] weights) {
        return Models.write(
                folder.resolve(name), Models.onnx("t").tensor("w", weights).bytes());
    }
}
