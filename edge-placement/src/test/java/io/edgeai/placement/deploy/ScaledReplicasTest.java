package io.edgeai.placement.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingTarget.Replicas;
import io.edgeai.placement.deploy.site.LocalSite;
import io.edgeai.placement.deploy.site.ProcessRunner;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.SiteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real child processes: those of replicas that stay are the same before and after. */
@DisabledOnOs(OS.WINDOWS)
class ScaledReplicasTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private Artifact model;
    private Release release;
    private ProcessRunner runner;
    private SiteTarget site;

    @BeforeEach
    void make() {
        model = Artifact.of(Models.noise(folder.resolve("model"), 100, 1));
        release = new Release("defects", "v1", model.digest(), 2, 8);
    }

    private void open(String... command) {
        runner = new ProcessRunner(List.of(command), folder);
        site = SiteTarget.of(LocalSite.open(SiteStore.open(folder.resolve("site")), runner));
        site.fetch(model, Progress.NONE);
        site.activate(release);
    }

    @AfterEach
    void end() {
        runner.close();
    }

    private List<Long> pids() {
        return runner.pids("defects");
    }

    private static boolean lives(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    @Test
    void onlyTheDifferenceStartsAndEnds() {
        open("sh", "-c", "echo {replica} of {service} at {port} by $EDGEAI_MAX_BATCH {batch}; exec sleep 600");
        List<Long> two = pids();
        assertThat(two).hasSize(2).doesNotHaveDuplicates();

        ScaledRelease scaled = new ScaledRelease(site, List.of(release));
        scaled.apply(new ScalingDecision(4, 0, ""));
        List<Long> four = pids();
        assertThat(four).hasSize(4).doesNotHaveDuplicates().startsWith(two.get(0), two.get(1));
        assertThat(new HashSet<>(runner.ports("defects"))).hasSize(4);
        assertThat(scaled.replicas()).isEqualTo(new Replicas(4, 0));

        scaled.apply(new ScalingDecision(1, 0, ""));
        assertThat(pids()).containsExactly(two.get(0));
        assertThat(four.subList(1, 4)).noneMatch(ScaledReplicasTest::lives);
        assertThat(site.release("defects")).contains(release.replicas(1));

        scaled.apply(new ScalingDecision(0, 0, ""));
        assertThat(lives(two.get(0))).isFalse();
        int first = runner.port("defects").orElseThrow();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(folder.resolve("defects.0.log"))
                .content()
                .isEqualTo("0 of defects at " + first + " by 8 8\n"));
    }

    @Test
    void aReplicaThatDiedIsCountedAndReplaced() {
        open("sh", "-c", "exec sleep 600 # {replica}");
        List<Long> before = pids();
        ScaledRelease scaled = new ScaledRelease(site, List.of(release));
        ProcessHandle.of(before.get(0)).orElseThrow().destroyForcibly();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(scaled.replicas()).isEqualTo(new Replicas(1, 1)));
        assertThat(site.healthy("defects")).isFalse();

        site.activate(release.replicas(3));

        assertThat(pids()).hasSize(3).contains(before.get(1)).doesNotContain(before.get(0));
        assertThat(site.ready("defects")).isEqualTo(3);
    }

    @Test
    void anotherModelOrBatchStartsAllAnew() {
        open("sh", "-c", "exec sleep 600 # {replica}");
        List<Long> before = pids();
        site.activate(new Release("defects", "v1", model.digest(), 2, 4));
        assertThat(pids()).hasSize(2).doesNotContainAnyElementsOf(before);
    }

    @Test
    void whereOneMoreCannotStartTheOthersGoOnAsBefore() throws IOException {
        Path program = Files.writeString(folder.resolve("serve"), "#!/bin/sh\necho up\nexec sleep 600\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        open(program.toString(), "{replica}");
        List<Long> before = pids();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(List.of(0, 1))
                .allSatisfy(replica -> assertThat(folder.resolve("defects." + replica + ".log"))
                        .content()
                        .isEqualTo("up\n")));
        Files.delete(program);

        assertThatThrownBy(() -> site.activate(release.replicas(3))).isInstanceOf(RuntimeUnavailableException.class);

        assertThat(pids()).isEqualTo(before);
        assertThat(site.release("defects")).contains(release);
        assertThat(site.healthy("defects")).isTrue();
    }

    @Test
    void oneProcessOfAllReplicasGoesOnUnlessItIsToldTheirNumber() {
        open("sh", "-c", "exec sleep 600");
        List<Long> one = pids();
        site.activate(release.replicas(5));
        assertThat(pids()).hasSize(1).isEqualTo(one);
        assertThat(site.ready("defects")).isEqualTo(5);
        runner.close();

        open("sh", "-c", "exec sleep 600 # {replicas}");
        List<Long> told = pids();
        site.activate(release.replicas(5));
        assertThat(pids()).hasSize(1).isNotEqualTo(told);
        assertThat(lives(told.get(0))).isFalse();
    }
}
