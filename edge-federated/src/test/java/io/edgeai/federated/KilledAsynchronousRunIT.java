package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.transport.grpc.GrpcParticipant;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asynchronous coordinators killed by SIGKILL at moments left to chance, while their participants live on behind sockets: what
 * was acknowledged is in the model once, and nothing else is. 4 kills of each; 50 with {@code -Dedgeai.full=true}.
 */
@Timeout(900)
class KilledAsynchronousRunIT {
    private static final int KILLS = Boolean.getBoolean("edgeai.full") ? 50 : 4;
    private static final int ROUNDS = 60 * KILLS;
    private static final long SEED = 23;

    @TempDir
    Path folder;

    private final List<Site> sites = new ArrayList<>();

    /** Nothing is stale where one works at a time, so the model has the exact number of updates of each. */
    @Test
    void oneAtATimeTheModelCountsWhatWasAcknowledged(TestReporter reporter) throws Exception {
        float[] model = killed(1, reporter);
        int counted = 0;
        for (Site site : sites) {
            int heard = site.accepted().size();
            assertThat(model[site.place] - heard)
                    .as("site %d heard of %d updates, seed %d; the last word may be lost", site.place, heard, SEED)
                    .isBetween(0f, 1f);
            counted += (int) model[site.place];
        }
        assertThat(counted).isEqualTo(ROUNDS);
    }

    @Test
    void withSeveralAtWorkEachMovementIsOneUpdate(TestReporter reporter) throws Exception {
        float[] result = killed(3, reporter);
        int size = KilledAsynchronousRun.network().layout().size();
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += result[i];
        }
        double expected = 0;
        for (int i = size; i < result.length; i++) {
            expected += 1 / Math.sqrt(1 + result[i]);
        }
        assertThat(sum).as("seed %d", SEED).isCloseTo(expected, within(1e-3 * ROUNDS));
        int heard = sites.stream().mapToInt(site -> site.accepted().size()).sum();
        assertThat(ROUNDS - heard)
                .as("updates of which nobody heard that they count")
                .isBetween(0, 3);
    }

    private float[] killed(int concurrency, TestReporter reporter) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.writeString(KilledAsynchronousRun.settings(folder), port + "\n" + concurrency + "\n");
        List<GrpcParticipant> connections = new ArrayList<>();
        try {
            for (int i = 0; i < KilledAsynchronousRun.PARTICIPANTS; i++) {
                Site site = new Site(i);
                sites.add(site);
                connections.add(GrpcParticipant.builder()
                        .port(port)
                        .participant(site)
                        .pauses(Duration.ofMillis(10), Duration.ofMillis(50))
                        .start());
            }
            int kills = new KilledProcess(KilledAsynchronousRun.class, folder, ROUNDS)
                    .killUntil(KilledAsynchronousRun.model(folder), KILLS, new SplittableRandom(SEED));
            reporter.publishEntry("kills, " + concurrency + " at work", Integer.toString(kills));
            assertThat(kills).as("kills, seed %d", SEED).isPositive();
        } finally {
            connections.forEach(GrpcParticipant::close);
        }
        for (Site site : sites) {
            Set<Integer> both = new HashSet<>(site.accepted());
            both.retainAll(site.refused());
            assertThat(both)
                    .as("tasks of site %d told to count and not to", site.place)
                    .isEmpty();
        }
        return KilledProcess.read(KilledAsynchronousRun.model(folder));
    }

    /** Adds one at its place. */
    private static final class Site implements FederatedParticipant {
        private final int place;
        private final List<Receipt> receipts = new ArrayList<>();

        Site(int place) {
            this.place = place;
        }

        @Override
        public String id() {
            return "site " + place;
        }

        @Override
        public int samples() {
            return 1;
        }

        @Override
        public Update fit(RoundTask task) {
            float[] parameters = task.parameters();
            parameters[place]++;
            return Update.of(parameters, 1);
        }

        @Override
        public synchronized void settled(Receipt receipt) {
            receipts.add(receipt);
        }

        synchronized Set<Integer> accepted() {
            Set<Integer> tasks = new HashSet<>();
            receipts.stream().filter(Receipt::accepted).forEach(receipt -> tasks.add(receipt.round()));
            return tasks;
        }

        synchronized Set<Integer> refused() {
            Set<Integer> tasks = new HashSet<>();
            receipts.stream().filter(receipt -> !receipt.accepted()).forEach(receipt -> tasks.add(receipt.round()));
            return tasks;
        }
    }
}
