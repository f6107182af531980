package io.edgeai.placement.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.TrainingData;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.Violation;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each constraint exactly at its limit, just beyond it, and by how much. */
class ConstraintsTest {
    private static final Variant VARIANT = Variant.builder("v")
            .accuracy(0.9)
            .sizeBytes(100_000_000)
            .memoryBytes(500_000_000)
            .macs(1e8)
            .build();
    private static final Workload WORKLOAD = Workload.of("w", VARIANT).origin("o");
    private static final Network NETWORK = Network.builder().rtt("o", "s", 20).build();

    private static final Schedule DAY = Schedule.daily(LocalTime.of(6, 0), LocalTime.of(22, 0));

    private static Site.Builder site() {
        return Site.builder("s")
                .region("north")
                .cpuCores(1)
                .memoryBytes(500_000_000)
                .diskBytes(100_000_000)
                .availability(0.99);
    }

    private static Candidate candidate(Workload workload, Site site) {
        Node node = site.nodes().get(0);
        Variant variant = workload.variants().get(0);
        return new Candidate(
                workload,
                variant,
                site,
                node,
                Headroom.ofEmpty(node, workload.accelerator()),
                CostModel.defaults().estimate(workload, variant, site, node, NETWORK));
    }

    private static Violation broken(Constraint constraint, Workload workload, Site site) {
        Candidate candidate = candidate(workload, site);
        assertThat(constraint.allows(candidate)).as(constraint.name()).isFalse();
        Violation violation = constraint.explain(candidate);
        assertThat(violation.constraint()).isEqualTo(constraint.name());
        assertThat(violation.amount()).isPositive();
        assertThat(violation.effort()).isPositive();
        return violation;
    }

    @Test
    void everythingExactlyAtItsLimitIsAllowed() {
        Workload exact = WORKLOAD.p99(Duration.ofMillis(30))
                .rate(1)
                .accuracyAtLeast(0.9)
                .availabilityAtLeast(0.99)
                .residency("north", "south")
                .runs(DAY);
        for (Constraint constraint : Constraints.standard()) {
            assertThat(constraint.allows(candidate(exact, site().on(DAY).build())))
                    .as(constraint.name())
                    .isTrue();
        }
    }

    @Test
    void namesAreUniqueAndInOrder() {
        assertThat(Constraints.standard())
                .extracting(Constraint::name)
                .containsExactly(
                        "cpu",
                        "memory",
                        "disk",
                        "accelerator",
                        "throughput",
                        "latency",
                        "accuracy",
                        "availability",
                        "residency",
                        "labels",
                        "federated",
                        "hours");
    }

    @Test
    void cpuMemoryAndDiskSayHowMuchIsShort() {
        Violation cpu = broken(ResourceConstraints.cpu(), WORKLOAD.cpuMillis(1250), site().build());
        assertThat(cpu.message()).isEqualTo("needs 1250 millicores of CPU, 1000 millicores free: 250 millicores short");
        assertThat(cpu.effort()).isCloseTo(0.2, within(1e-12));
        Violation memory = broken(
                ResourceConstraints.memory(),
                WORKLOAD,
                site().memoryBytes(499_999_999).build());
        assertThat(memory.amount()).isEqualTo(1);
        assertThat(memory.repair()).isEqualTo("lower memory by 1000 bytes to 499.999 MB");
        Violation disk = broken(
                ResourceConstraints.disk(),
                WORKLOAD,
                site().diskBytes(40_000_000).build());
        assertThat(disk.repair()).isEqualTo("lower disk by 60 MB to 40 MB");
    }

    @Test
    void acceleratorsTellKindShareAndMemoryApart() {
        Constraint accelerator = ResourceConstraints.accelerator();
        Site withT4 = site().accelerators(1, new Accelerator("t4", 16_000_000_000L, 500))
                .build();
        assertThat(broken(accelerator, WORKLOAD.accelerator("a100", 500, 0), withT4)
                        .message())
                .isEqualTo("needs an accelerator of a100, has [t4]");
        assertThat(broken(accelerator, WORKLOAD.accelerator("", 500, 0), site().build())
                        .message())
                .isEqualTo("needs an accelerator of any kind, has []");
        assertThat(broken(accelerator, WORKLOAD.accelerator("t4", 500, 20_000_000_000L), withT4)
                        .repair())
                .isEqualTo("lower accelerator memory by 4000 MB to 16000 MB");
        assertThat(accelerator.allows(candidate(WORKLOAD.accelerator("t4", 1000, 16_000_000_000L), withT4)))
                .isTrue();
    }

    @Test
    void latencyIsTakenApart() {
        Violation late = broken(ServiceConstraints.latency(), WORKLOAD.p99(Duration.ofMillis(25)), site().build());
        assertThat(late.message())
                .isEqualTo("p99 would be 30 ms (network 20 + transfer 0 + queue 0 + compute 10), bound is 25 ms: 5 ms"
                        + " too long");
        assertThat(late.repair()).isEqualTo("raise p99 to 30 ms");
        assertThat(broken(ServiceConstraints.latency(), WORKLOAD.latency(Duration.ofMillis(25), 0.999), site().build())
                        .repair())
                .startsWith("raise p99.9 to");
    }

    @Test
    void anUnknownLinkIsItsOwnReason() {
        Violation unknown = broken(ServiceConstraints.latency(), WORKLOAD.origin("moon"), site().build());
        assertThat(unknown.message()).isEqualTo("no link from one of the origins (o, moon) is known");
        assertThat(unknown.repair())
                .isEqualTo("give the round-trip time from one of the origins (o, moon) to s, or coordinates to both");
    }

    @Test
    void throughputNamesRateAndReplicas() {
        Violation busy = broken(ServiceConstraints.throughput(0.5), WORKLOAD.rate(120), site().build());
        assertThat(busy.actual()).isCloseTo(1.2, within(1e-12));
        assertThat(busy.repair()).isEqualTo("use 3 replicas or lower the rate to 50/s");
        assertThat(ServiceConstraints.throughput(0.5).allows(candidate(WORKLOAD.rate(50), site().build())))
                .isTrue();
        assertThatThrownBy(() -> ServiceConstraints.throughput(1)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void unknownSpeedIsNotCalledOverload() {
        Violation unknown = broken(
                ServiceConstraints.throughput(0.95),
                WORKLOAD,
                site().gigaMacsPerSecondPerCore(0).build());
        assertThat(unknown.repair()).isEqualTo("measure the variant on cpu");
    }

    @Test
    void accuracyAndAvailabilitySayHowFarBelow() {
        assertThat(broken(ServiceConstraints.accuracy(), WORKLOAD.accuracyAtLeast(0.95), site().build())
                        .message())
                .isEqualTo("accuracy of variant v is 0.9, asked are 0.95: 0.05 too low");
        assertThat(broken(ServiceConstraints.availability(), WORKLOAD.availabilityAtLeast(0.999), site().build())
                        .repair())
                .isEqualTo("lower the wanted availability to 0.99");
    }

    @Test
    void residencyAndLabelsNameWhatIsMissing() {
        assertThat(broken(PolicyConstraints.residency(), WORKLOAD.residency("west", "east"), site().build())
                        .message())
                .isEqualTo("region (north) is not one of [east, west]");
        Violation labels = broken(
                PolicyConstraints.labels(),
                WORKLOAD.requires("camera", "gpu", "vpn"),
                site().label("gpu").build());
        assertThat(labels.message()).isEqualTo("lacks [camera, vpn]");
        assertThat(labels.effort()).isEqualTo(2);
    }

    @Test
    void federatedNeedsDataAndConsent() {
        Constraint federated = PolicyConstraints.federated();
        assertThat(federated.allows(candidate(WORKLOAD, site().build()))).isTrue();
        assertThat(broken(federated, WORKLOAD.federated(), site().build()).message())
                .isEqualTo("holds no training data");
        assertThat(broken(
                                federated,
                                WORKLOAD.federated(),
                                site().trainingData(new TrainingData(7, false)).build())
                        .repair())
                .isEqualTo("ask the owner of s to opt in");
        assertThat(federated.allows(
                        candidate(WORKLOAD.federated(), site().trainingData(7).build())))
                .isTrue();
        broken(PolicyConstraints.federatedReady(), WORKLOAD, site().build());
    }

    @Test
    void numbersReadWell() {
        assertThat(List.of(
                        Figures.number(3),
                        Figures.number(0.5),
                        Figures.number(1234.5678),
                        Figures.number(0.0000123),
                        Figures.number(0),
                        Figures.number(Double.POSITIVE_INFINITY),
                        Figures.number(100),
                        Figures.bytes(999_999),
                        Figures.bytes(1_500_000),
                        Figures.with(2, "")))
                .containsExactly(
                        "3", "0.5", "1234.568", "1.230e-05", "0", "infinite", "100", "999999 bytes", "1.5 MB", "2");
    }
}
