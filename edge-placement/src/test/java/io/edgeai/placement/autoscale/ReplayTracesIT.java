package io.edgeai.placement.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.placement.autoscale.ServiceProfile.Variant;
import io.edgeai.placement.autoscale.policy.FixedPolicy;
import io.edgeai.placement.autoscale.policy.HpaPolicy;
import io.edgeai.placement.autoscale.policy.KpaPolicy;
import io.edgeai.placement.autoscale.replay.OraclePolicy;
import io.edgeai.placement.autoscale.replay.Replay;
import io.edgeai.placement.autoscale.replay.ReplayReport;
import io.edgeai.placement.autoscale.replay.Trace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** WorldCup '98, each twentieth client, against the oracle and the published autoscalers. */
class ReplayTracesIT {
    private static final int DAY = 1440;

    private static Trace worldCup(int fromDay, int toDay) throws IOException {
        Path file = Path.of(System.getProperty("edgeai.testdata", "../shared/data"))
                .resolve("placement/traces/wc98_per_minute_0501_0615.csv.gz");
        assumeTrue(Files.exists(file), "skipped: no " + file);
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
            double[] counts = lines.lines()
                    .skip(1)
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(',') + 1)))
                    .toArray();
            return Trace.of(60, counts).part(fromDay * DAY, toDay * DAY).scaled(0.05);
        }
    }

    private static ServiceProfile service(double seconds) {
        return ServiceProfile.of(Duration.ofMillis((long) (1000 * seconds)), Duration.ofMillis((long) (5000 * seconds)))
                .variants(List.of(new Variant("v", seconds, 0.1, 1)))
                .violations(0.001);
    }

    @Test
    void worldCupCostsAtMostEightPerCentMoreThanAnOracleAtKnativesViolations() throws IOException {
        boolean full = Boolean.getBoolean("edgeai.full");
        Trace trace = full ? worldCup(38, 42) : worldCup(38, 39);
        ServiceProfile service = service(0.2);
        Replay replay = Replay.of(trace, service);
        OraclePolicy knows = new OraclePolicy(trace, service, replay.tickSeconds());
        ReplayReport oracle = replay.run(knows);
        ReplayReport knative = replay.run(new KpaPolicy(0.7, 1, 1000));

        ReplayReport ours = replay.run(new QueueingPolicy(service));

        String all = "ours " + ours + "\noracle " + oracle + "\nknative " + knative;
        assertThat(ours.replicaHours() / oracle.replicaHours()).as(all).isLessThanOrEqualTo(1.08);
        assertThat(ours.violations()).as(all).isLessThanOrEqualTo(knative.violations());
        if (full) {
            ReplayReport peak = replay.run(new FixedPolicy(knows.needed(trace.peakRate())));
            assertThat(1 - ours.replicaHours() / peak.replicaHours()).as(all).isGreaterThanOrEqualTo(0.6);
        }
    }

    @Test
    void aSlowServiceCostsFortyPerCentLessThanByTheHorizontalAutoscaler() throws IOException {
        Trace trace = worldCup(38, 39);
        ServiceProfile service = service(1);
        Replay replay = Replay.of(trace, service);
        ReplayReport horizontal = replay.run(new HpaPolicy(0.5, 1000));

        ReplayReport ours = replay.run(new QueueingPolicy(service));

        String all = "ours " + ours + "\nhorizontal " + horizontal;
        assertThat(1 - ours.replicaHours() / horizontal.replicaHours()).as(all).isGreaterThanOrEqualTo(0.4);
        assertThat(ours.violations()).as(all).isLessThanOrEqualTo(horizontal.violations());
    }
}
