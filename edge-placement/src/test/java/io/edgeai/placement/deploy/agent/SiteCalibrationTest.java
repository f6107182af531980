package io.edgeai.placement.deploy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.runtime.Engines;
import io.edgeai.placement.cost.Calibration;
import io.edgeai.placement.cost.CalibrationTimes;
import io.edgeai.placement.cost.TimedEngine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent on loopback; its machine is measured by a clock of the test's, or not at all. */
class SiteCalibrationTest {
    private static final Duration EACH = Duration.ofMillis(20);
    private static final String TOKEN = "a secret of sixteen or more";

    @TempDir
    private Path folder;

    private SiteAgent agent(Function<Duration, CalibrationTimes> measures) {
        return SiteAgent.builder(folder).token(TOKEN).calibration(measures).start();
    }

    @Test
    void whatTheSiteMeasuredArrives() {
        TimedEngine machine = TimedEngine.typical(5);
        try (SiteAgent agent = agent(machine::times)) {
            CalibrationTimes times = new AgentClient(agent.uri(), TOKEN).calibrate(EACH);

            assertThat(times).isEqualTo(TimedEngine.typical(5).times(EACH));
        }
    }

    /** The engine of the class path, for a time too short to be good for anything but to see that it ran. */
    @Test
    void theEngineOfTheSiteRunsTheNetworks() {
        try (SiteAgent agent = SiteAgent.builder(folder).start()) {
            CalibrationTimes times = new AgentClient(agent.uri(), null).calibrate(Duration.ofMillis(1));

            assertThat(times.millis()).hasSize(5).allSatisfy((network, millis) -> assertThat(millis)
                    .isPositive()
                    .isLessThan(1000));
        }
    }

    @Test
    void oneRunsAtATimeAndOthersAreRefused() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        CalibrationTimes known = TimedEngine.typical(1).times(EACH);
        Function<Duration, CalibrationTimes> held = each -> {
            begun.countDown();
            try {
                assertThat(goesOn.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return known;
        };
        try (SiteAgent agent = agent(held)) {
            AgentClient client = new AgentClient(agent.uri(), TOKEN);
            CompletableFuture<CalibrationTimes> first = CompletableFuture.supplyAsync(() -> client.calibrate(EACH));
            assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();

            assertThatThrownBy(() -> client.calibrate(EACH))
                    .isInstanceOfSatisfying(OverloadedException.class, busy -> assertThat(busy.retriable())
                            .isTrue())
                    .hasMessageContaining("Another calibration");

            goesOn.countDown();
            assertThat(first.get(1, TimeUnit.MINUTES)).isEqualTo(known);
            assertThat(client.calibrate(EACH)).as("free again").isEqualTo(known);
        }
    }

    @Test
    void withoutAnEngineTheDependencyIsNamed() {
        try (SiteAgent agent = agent(each -> Calibration.times(Engines.of(), each))) {
            AgentClient client = new AgentClient(agent.uri(), TOKEN);
            for (int again = 0; again < 2; again++) {
                assertThatThrownBy(() -> client.calibrate(EACH))
                        .isInstanceOf(RuntimeUnavailableException.class)
                        .hasMessageContaining("onnxruntime")
                        .hasMessageContaining("Maybe");
            }
        }
    }

    @Test
    void timesAreBoundedAndTheTokenIsAskedFor() throws Exception {
        try (SiteAgent agent = agent(TimedEngine.typical(1)::times)) {
            AgentClient client = new AgentClient(agent.uri(), TOKEN);
            for (long bad : new long[] {0, 1001, -1}) {
                assertThatThrownBy(() -> client.calibrate(Duration.ofMillis(bad)))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("eachMillis");
            }
            assertThatThrownBy(() -> new AgentClient(agent.uri(), null).calibrate(EACH))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("token");
            HttpRequest strange = HttpRequest.newBuilder(URI.create(agent.uri() + "/v1/calibration"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .POST(BodyPublishers.ofString("[]"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(strange, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(400);
        }
    }
}
