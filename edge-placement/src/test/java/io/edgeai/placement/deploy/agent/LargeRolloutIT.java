package io.edgeai.placement.deploy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.Deployment;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.Rollout;
import io.edgeai.placement.deploy.RolloutReport;
import io.edgeai.placement.deploy.SiteTarget;
import io.edgeai.placement.deploy.site.Release;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large model on many agents of this machine, verified there: 4 MB on 3 of them, or with {@code -Dedgeai.full=true}
 * 1 GB on 20, which takes 21 GB of disk. Times are published, not judged.
 */
class LargeRolloutIT {
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final int MEGABYTES = FULL ? 1000 : 4;
    private static final int SITES = FULL ? 20 : 3;

    @TempDir
    private Path folder;

    @Test
    void everySiteHoldsEveryByte(TestReporter reporter) throws IOException {
        Artifact artifact = Artifact.of(noise(folder.resolve("model")));
        Release release = new Release("large", "v1", artifact.digest(), 1);
        List<SiteAgent> agents = new ArrayList<>();
        SortedMap<String, List<Deployment.Part>> parts = new TreeMap<>();
        Map<String, DeploymentTarget> targets = new TreeMap<>();
        try {
            for (int i = 0; i < SITES; i++) {
                SiteAgent agent = SiteAgent.builder(folder.resolve("site" + i)).start();
                agents.add(agent);
                targets.put("site" + i, SiteTarget.of(new AgentClient(agent.uri(), null)));
                parts.put("site" + i, List.of(new Deployment.Part(release, artifact)));
            }
            long cpu = processorNanos();
            long start = System.nanoTime();
            RolloutReport report = Rollout.builder(new Deployment(parts), targets)
                    .parallelSites(4)
                    .waves(1.0)
                    .build()
                    .run();
            double seconds = (System.nanoTime() - start) / 1e9;
            double processor = (processorNanos() - cpu) / 1e9;
            reporter.publishEntry("rollout", seconds + " s, " + processor + " s of processors");

            assertThat(report.completed()).isTrue();
            long twoChunks = 2L * artifact.chunks().chunkBytes();
            assertThat(report.sentBytes())
                    .as("a line that breaks under load repeats two chunks")
                    .isBetween(SITES * artifact.sizeBytes(), SITES * (artifact.sizeBytes() + twoChunks));
            for (SiteAgent agent : agents) {
                assertThat(agent.site().store().file(artifact.digest())).hasSize(artifact.sizeBytes());
            }
            assertThat(agents.get(SITES - 1).site().store().file(artifact.digest()))
                    .hasSameBinaryContentAs(artifact.file());
        } finally {
            agents.forEach(SiteAgent::close);
        }
    }

    private static Path noise(Path file) throws IOException {
        byte[] block = new byte[1_000_000];
        Random random = new Random(1);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < MEGABYTES; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return file;
    }

    private static long processorNanos() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(duration -> TimeUnit.NANOSECONDS.convert(duration))
                .orElse(0L);
    }
}
