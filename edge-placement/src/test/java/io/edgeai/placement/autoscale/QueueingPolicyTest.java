package io.edgeai.placement.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.ServiceProfile.Variant;
import io.edgeai.placement.autoscale.replay.OraclePolicy;
import io.edgeai.placement.autoscale.replay.Replay;
import io.edgeai.placement.autoscale.replay.ReplayReport;
import io.edgeai.placement.autoscale.replay.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueingPolicyTest {
    private static final ServiceProfile SERVICE =
            ServiceProfile.of(Duration.ofMillis(200), Duration.ofSeconds(1)).coldStart(10, 20);
    private static final ServiceProfile TWO_VARIANTS =
            SERVICE.variants(List.of(new Variant("full", 0.2, 0.25, 0.95), new Variant("fast", 0.05, 0.25, 0.91)));

    /** At the end of every 15 minutes some seconds at a higher rate, an hour long. */
    private static Trace bursts(double quiet, double loud, int seconds) {
        double[] counts = new double[3600];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = i % 900 >= 900 - seconds ? loud : quiet;
        }
        return Trace.of(1, counts);
    }

    @ParameterizedTest
    @CsvSource({
        "20, 60, 300, 1",
        "20, 60, 300, 2",
        "20, 80, 300, 3",
        "50, 150, 300, 4",
        "20, 80, 60, 5",
        "10, 50, 120, 6"
    })
    void burstsWithColdStartsAreLateForAtMostFivePerCent(double quiet, double loud, int seconds, long seed) {
        Trace trace = bursts(quiet, loud, seconds);
        double oracle = Replay.of(trace, SERVICE)
                .seed(seed)
                .run(new OraclePolicy(trace, SERVICE, 2))
                .replicaHours();

        ReplayReport report = Replay.of(trace, SERVICE).seed(seed).run(new QueueingPolicy(SERVICE));

        assertThat(report.violations()).as(report.toString()).isLessThanOrEqualTo(0.05);
        assertThat(report.replicaHours() / oracle).as(report.toString()).isLessThanOrEqualTo(1.5);
        ReplayReport switching = Replay.of(trace, TWO_VARIANTS).seed(seed).run(new QueueingPolicy(TWO_VARIANTS));
        assertThat(switching.violations()).as(switching.toString()).isLessThanOrEqualTo(0.02);
        assertThat(switching.replicaHours() / oracle).as(switching.toString()).isLessThanOrEqualTo(1.5);
        assertThat(switching.meanAccuracy()).as("mostly the better variant").isGreaterThan(0.94);
    }

    /** What four times the rate needs by the staffing formula is asked for at the second tick at the latest. */
    @ParameterizedTest
    @CsvSource({"10, 1", "20, 2", "50, 3", "100, 4"})
    void aStepTimesFourIsAnsweredWithinFourSeconds(double rate, long seed) {
        double[] counts = new double[700];
        Arrays.fill(counts, 0, 600, rate);
        Arrays.fill(counts, 600, 700, 4 * rate);
        int needed = Staffing.replicas(
                0.9 * 4 * rate, SERVICE.variants().get(0), SERVICE.sloSeconds(), SERVICE.violations(), 1000);
        AtomicReference<Double> answered = new AtomicReference<>(Double.NaN);
        Replay.of(Trace.of(1, counts), SERVICE)
                .seed(seed)
                .onDecision((seen, decision) -> {
                    if (seen.seconds() > 600 && answered.get().isNaN() && decision.replicas() >= needed) {
                        answered.set(seen.seconds());
                    }
                })
                .run(new QueueingPolicy(SERVICE));
        assertThat(answered.get()).as("asked for " + needed).isLessThanOrEqualTo(604);
    }

    @Test
    void anIdleServiceVanishesAndIsWokenByARequest() {
        ServiceProfile vanishing = SERVICE.replicas(0, 100);
        double[] counts = new double[600];
        Arrays.fill(counts, 0, 120, 5);
        counts[400] = 1;
        List<Integer> replicas = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        ReplayReport report = Replay.of(Trace.of(1, counts), vanishing)
                .onDecision((seen, decision) -> {
                    replicas.add(decision.replicas());
                    reasons.add(decision.reason());
                })
                .run(new QueueingPolicy(vanishing));
        assertThat(replicas.subList(100, 199))
                .as("from 200 s until it is woken")
                .containsOnly(0);
        assertThat(replicas.subList(200, 230))
                .as("while it serves and a minute after")
                .doesNotContain(0);
        assertThat(replicas.get(replicas.size() - 1)).isZero();
        assertThat(reasons.get(150)).contains("no request for 60 s");
        assertThat(report.late()).as("the one that woke it").isEqualTo(1);
    }

    @Test
    void theFasterVariantServesUntilReplicasAreReady() {
        double[] counts = new double[300];
        Arrays.fill(counts, 0, 200, 20);
        Arrays.fill(counts, 200, 300, 60);
        List<String> variants = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        Replay.of(Trace.of(1, counts), TWO_VARIANTS)
                .onDecision((seen, decision) -> {
                    variants.add(decision.variant() == 0 ? "full" : "fast");
                    reasons.add(decision.reason());
                })
                .run(new QueueingPolicy(TWO_VARIANTS));
        assertThat(variants.subList(20, 99)).containsOnly("full");
        assertThat(variants.subList(100, 105)).contains("fast");
        assertThat(variants.subList(130, 150)).as("20 s at 95 % later").containsOnly("full");
        assertThat(reasons).anyMatch(reason -> reason.contains("variant fast until"));
    }

    @Test
    void replicasStayTenSecondsAfterTheirLastNeed() {
        QueueingPolicy policy = new QueueingPolicy(SERVICE);
        int before = 0;
        for (int i = 1; i <= 200; i++) {
            before = policy.decide(calm(i, 80)).replicas();
        }
        List<Integer> after = new ArrayList<>();
        for (int i = 201; i <= 800; i++) {
            after.add(policy.decide(calm(i, 8)).replicas());
        }
        assertThat(after.subList(0, 4)).as("8 s").allMatch(replicas -> replicas >= 8);
        assertThat(before).isGreaterThanOrEqualTo(9);
        assertThat(after.get(599)).as("the memory of a burst has faded").isLessThanOrEqualTo(3);
    }

    private static ScalingObservation calm(int tick, long arrivals) {
        return new ScalingObservation(2 * tick, arrivals, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, List.of());
    }

    @Test
    void boundsOfReplicasHold() {
        ServiceProfile bounded = SERVICE.replicas(2, 5);
        QueueingPolicy policy = new QueueingPolicy(bounded);
        assertThat(policy.decide(calm(1, 0)).replicas()).isEqualTo(2);
        assertThat(policy.decide(calm(2, 100_000)).replicas()).isEqualTo(5);
        assertThat(policy.decide(calm(2, 5)).replicas()).as("no time passed").isBetween(2, 5);
    }

    @Test
    void aServiceThatCannotBeMeantIsRefusedWithAllItsFaults() {
        assertThatThrownBy(() -> new ServiceProfile(
                        List.of(new Variant("a", 1, 0, 1), new Variant("a", 2, 0, 1)),
                        Duration.ofMillis(500),
                        0,
                        new ServiceProfile.ColdStart(1, 2),
                        5,
                        4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("two variants are named (a)")
                .hasMessageContaining("slower than the first")
                .hasMessageContaining("shorter than a request takes")
                .hasMessageContaining("violations (0.0)")
                .hasMessageContaining("(5) to (4)");
        assertThatThrownBy(() -> new Variant("v", Double.NaN, 0, 1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new ServiceProfile.ColdStart(10, 9)).isInstanceOf(InvalidInputException.class);
    }
}
