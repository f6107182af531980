package io.edgeai.placement.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.placement.autoscale.Autoscaler;
import io.edgeai.placement.autoscale.HeldRequests;
import io.edgeai.placement.autoscale.QueueingPolicy;
import io.edgeai.placement.autoscale.ScalingObservation;
import io.edgeai.placement.autoscale.ServiceProfile;
import io.edgeai.placement.deploy.site.LocalSite;
import io.edgeai.placement.deploy.site.ProcessRunner;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.SiteStore;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service of no replicas that is asked: a real process starts, the request waits until it says that it is ready. */
class WakingServiceTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private final AtomicLong now = new AtomicLong();

    private static String get(int port, String path) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
            if (connection.getResponseCode() == 503) {
                return "not yet";
            }
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "nobody";
        }
    }

    private static List<String> command() throws URISyntaxException {
        Path classes = Path.of(SlowService.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return List.of(
                java.toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes.toString(),
                SlowService.class.getName(),
                "{port}");
    }

    @Test
    void theRequestIsHeldUntilTheProcessIsReadyAndTheStartIsTold() throws Exception {
        Artifact model = Artifact.of(Models.noise(folder.resolve("model"), 100, 1));
        Release release = new Release("defects", "v1", model.digest(), 1);
        ServiceProfile profile =
                ServiceProfile.of(Duration.ofMillis(100), Duration.ofSeconds(1)).replicas(0, 3);
        List<ScalingObservation> seen = new CopyOnWriteArrayList<>();
        QueueingPolicy policy = new QueueingPolicy(profile);
        ExecutorService callers = Executors.newCachedThreadPool();
        try (ProcessRunner runner = ProcessRunner.builder(command(), folder)
                        .readyAt("http://127.0.0.1:{port}/v2/health/ready")
                        .probeTimeout(Duration.ofSeconds(30))
                        .build();
                SiteTarget site = SiteTarget.of(LocalSite.open(SiteStore.open(folder.resolve("site")), runner))) {
            site.fetch(model, Progress.NONE);
            ScaledRelease scaled = new ScaledRelease(site, List.of(release), now::get);
            try (Autoscaler scaler = Autoscaler.builder(profile, scaled)
                    .ticker(now::get)
                    .policy(observed -> {
                        seen.add(observed);
                        return policy.decide(observed);
                    })
                    .build()) {
                HeldRequests requests = HeldRequests.of(scaler, 10, Duration.ofHours(1));
                CompletableFuture<String> answer = CompletableFuture.supplyAsync(
                        () -> requests.call(() -> get(runner.port("defects").orElseThrow(), "/predict")), callers);
                await().atMost(PATIENCE).until(() -> requests.held() == 1);
                int port = runner.port("defects").orElseThrow();
                await().atMost(PATIENCE).until(() -> get(port, "/predict").equals("not yet"));
                now.addAndGet(Duration.ofSeconds(7).toNanos());
                scaler.tick();
                assertThat(scaled.replicas().ready())
                        .as("it lives and listens, but is not ready")
                        .isZero();
                assertThat(answer).isNotDone();

                assertThat(get(port, "/go")).isEqualTo("answer to /go");
                now.addAndGet(Duration.ofSeconds(2).toNanos());
                scaler.tick();

                assertThat(answer.get(2, TimeUnit.MINUTES)).isEqualTo("answer to /predict");
                assertThat(seen.stream().flatMap(each -> each.coldStarts().stream()))
                        .as("asked for at 0 s, seen ready at 9 s")
                        .containsExactly(9.0);
            }
        } finally {
            callers.shutdownNow();
        }
    }
}
