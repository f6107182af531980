package io.edgeai.placement.deploy.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ProcessRunnerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path work;

    private final Release release = new Release("defects", "int8", Digest.of(new byte[0]), 3);

    @Test
    void aServiceIsHealthyWhileItsProcessLives() {
        try (ProcessRunner runner =
                new ProcessRunner(List.of("sh", "-c", "echo {variant} x{replicas}; exec sleep 600"), work)) {
            assertThat(runner.healthy(release)).isFalse();
            runner.start(release, work.resolve("model"));
            assertThat(runner.healthy(release)).isTrue();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(Files.readString(work.resolve("defects.log")))
                    .contains("int8 x3"));
            runner.stop(release);
            assertThat(runner.healthy(release)).isFalse();
        }
    }

    @Test
    void aProcessThatEndsIsSeen() {
        try (ProcessRunner runner = new ProcessRunner(List.of("true"), work)) {
            runner.start(release, work.resolve("model"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(runner.healthy(release)).isFalse());
        }
    }

    @Test
    void aPortIsTheServicesOwnAndStays() {
        Release other = new Release("other", "int8", Digest.of(new byte[0]), 1);
        try (ProcessRunner runner = new ProcessRunner(List.of("sh", "-c", "echo at {port}; exec sleep 600"), work)) {
            assertThat(runner.port("defects")).isEmpty();
            runner.start(release, work.resolve("model"));
            runner.start(other, work.resolve("model"));
            int port = runner.port("defects").orElseThrow();
            runner.start(release, work.resolve("model"));
            assertThat(runner.port("defects")).hasValue(port);
            assertThat(runner.port("other").orElseThrow()).isBetween(1, 65535).isNotEqualTo(port);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(Files.readString(work.resolve("defects.log")))
                    .isEqualTo("at " + port + "\nat " + port + "\n"));
        }
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        try (ProcessRunner runner = new ProcessRunner(List.of("no-such-program-here", "{model}"), work)) {
            assertThatThrownBy(() -> runner.start(release, work.resolve("model")))
                    .isInstanceOf(RuntimeUnavailableException.class)
                    .hasMessageContaining("no-such-program-here");
        }
    }
}
