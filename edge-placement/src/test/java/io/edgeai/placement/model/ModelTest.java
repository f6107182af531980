package io.edgeai.placement.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ModelTest {
    private static final Variant VARIANT = Variant.builder("v").build();

    private static void refused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContainingAll(parts);
    }

    @Test
    void distancesAreThoseOfTheMap() {
        Coordinates berlin = new Coordinates(52.5200, 13.4050);
        Coordinates paris = new Coordinates(48.8566, 2.3522);
        assertThat(berlin.kilometresTo(paris)).isCloseTo(877.5, within(1.0));
        assertThat(paris.kilometresTo(berlin)).isEqualTo(berlin.kilometresTo(paris));
        assertThat(berlin.kilometresTo(berlin)).isZero();
        assertThat(new Coordinates(0, 0).kilometresTo(new Coordinates(0, 180)))
                .isCloseTo(Math.PI * 6371.0088, within(1e-6));
        refused(() -> new Coordinates(144.9, -37.8), "(144.9, -37.8)", "Maybe latitude and longitude are swapped?");
    }

    @Test
    void givenLinksWinOverEstimatesAndUnknownOnesAreInfinite() {
        Site site = Site.builder("s").at(0, 0).cpuCores(1).memoryBytes(1).build();
        Network network = Network.builder()
                .rtt("given", "s", 7)
                .accessMillis(2)
                .stretch(1.5)
                .build();
        assertThat(network.rttMillis(Origin.at("given", 1, 50, 50), site)).isEqualTo(7);
        double kilometres = Math.PI / 2 * 6371.0088;
        assertThat(network.rttMillis(Origin.at("far", 1, 0, 90), site))
                .isCloseTo(2 + 2 * kilometres * 1.5 / 200, within(1e-9));
        assertThat(network.rttMillis(Origin.of("unknown"), site)).isInfinite();
        Site nowhere = Site.builder("n").cpuCores(1).memoryBytes(1).build();
        assertThat(network.rttMillis(Origin.at("far", 1, 0, 90), nowhere)).isInfinite();
    }

    @Test
    void matricesAreReadRowByRow() {
        Network network = Network.builder()
                .matrix(List.of("a", "b"), List.of("x", "y", "z"), new double[][] {{1, 2, 3}, {4, 5, 6}})
                .build();
        assertThat(network.links().get("b")).containsEntry("y", 5.0).hasSize(3);
        refused(
                () -> Network.builder().matrix(List.of("a"), List.of("x"), new double[][] {{1}, {2}}),
                "(2) rows for (1) origins");
        refused(
                () -> Network.builder().matrix(List.of("a"), List.of("x"), new double[][] {{1, 2}}),
                "Row (0)",
                "(2) columns");
        refused(() -> Network.builder().rtt("a", "x", Double.NaN), "(a)", "(x)", "(NaN)");
        refused(() -> Network.builder().stretch(0.5), "(0.5)");
        refused(() -> Network.builder().bandwidth("x", 0), "(x)");
    }

    @Test
    void topologiesSortSitesAndRefuseTwins() {
        Site a = Site.builder("a").cpuCores(1).memoryBytes(1).build();
        Site b = Site.builder("b").cpuCores(1).memoryBytes(1).build();
        assertThat(Topology.of(List.of(b, a)).sites()).containsExactly(a, b);
        refused(() -> Topology.of(List.of(a, a)), "(a)");
    }

    @Test
    void aSiteOfPlainCapacitiesHasOneNode() {
        Site site = Site.builder("s")
                .cpuCores(2.5)
                .memoryBytes(10)
                .hardware("arm")
                .accelerators(3, new Accelerator("npu", 5, 7))
                .build();
        assertThat(site.nodes()).singleElement().satisfies(node -> {
            assertThat(node.name()).isEqualTo("main");
            assertThat(node.cpuMillis()).isEqualTo(2500);
            assertThat(node.diskBytes()).isEqualTo(Long.MAX_VALUE);
            assertThat(node.accelerators()).hasSize(3);
        });
        assertThat(site.toBuilder().build()).isEqualTo(site);
        refused(() -> site.toBuilder().cpuCores(1).build(), "both nodes (1) and plain capacities");
    }

    @Test
    void badFiguresFailWhereTheyAreSet() {
        refused(() -> Site.builder(" "), "Site id");
        refused(() -> Site.builder("s").memoryBytes(-1), "(s)", "(-1)");
        refused(() -> Site.builder("s").availability(1.01), "(1.01)");
        refused(() -> Site.builder("s").cpuCores(Double.NaN), "(NaN)");
        refused(() -> new Power(100, 50, 0, 0), "(50.0 W)", "(100.0 W)", "Maybe the two are swapped?");
        refused(() -> new Price(0, -1, 0, 0), "(-1.0)");
        refused(() -> Variant.builder("v").accuracy(92), "(92.0)");
        refused(() -> Variant.builder("v").measured("cpu", -3), "(cpu)", "(-3.0)");
        refused(() -> new AcceleratorNeed("t4", 2000, 0), "(2000)", "Maybe use more replicas");
        refused(() -> Workload.of("w", VARIANT).rate(-1), "(-1.0)");
        refused(() -> Workload.of("w", VARIANT).p99(Duration.ZERO), "(PT0S)");
        refused(() -> Workload.of("w", VARIANT).latency(Duration.ofMillis(1), 1), "Quantile (1.0)");
        refused(() -> Workload.of("w", VARIANT).origin("o").origin("o"), "Origin (o) is given twice");
        refused(() -> new Origin("o", 0, Optional.empty()), "(o)", "(0.0)");
        Node twin = new Node("n", 1, 1, 1, "cpu", 1, List.of());
        refused(() -> Site.builder("s").node(twin).node(twin).build(), "two nodes named (n)");
    }

    @Test
    void badCombinationsListEverything() {
        refused(
                () -> new Workload(
                        "w",
                        List.of(VARIANT, VARIANT),
                        Workload.of("x", VARIANT).demand(),
                        0,
                        1000,
                        AcceleratorNeed.NONE,
                        Workload.of("x", VARIANT).awayFrom("w").policy(),
                        0),
                "replicas (0)",
                "two variants are named (v)",
                "away from itself");
        refused(() -> Workload.of("w"), "it has no variants");
        refused(() -> Workload.of("w", VARIANT).near("a").awayFrom("a"), "both near and away from (a)");
        refused(() -> Workload.of("w", VARIANT).replicas(2).near("a").spread(Spread.SITE), "spread is SITE");
    }

    @Test
    void settersChangeOnlyWhatTheySay() {
        Workload start = Workload.of("w", VARIANT);
        Workload full = start.named("x")
                .rate(9)
                .origin("o")
                .requestBytes(5)
                .latency(Duration.ofMillis(7), 0.5)
                .replicas(3)
                .cpuCores(1.5)
                .accelerator("t4", 10, 20)
                .accuracyAtLeast(0.1)
                .availabilityAtLeast(0.2)
                .residency("r")
                .requires("l")
                .requires("m")
                .spread(Spread.REGION)
                .awayFrom("other")
                .federated()
                .priority(4);
        assertThat(full.demand()).isEqualTo(new Demand(9, List.of(Origin.of("o")), 5, Duration.ofMillis(7), 0.5));
        assertThat(full.policy().minimumAccuracy()).isEqualTo(0.1);
        assertThat(full.policy().minimumAvailability()).isEqualTo(0.2);
        assertThat(full.policy().residency()).containsExactly("r");
        assertThat(full.policy().requiredLabels()).containsExactlyInAnyOrder("l", "m");
        assertThat(full.policy().spread()).isEqualTo(Spread.REGION);
        assertThat(full.policy().awayFrom()).containsExactly("other");
        assertThat(full.policy().federated()).isTrue();
        assertThat(List.of(full.replicas(), full.priority())).containsExactly(3, 4);
        assertThat(full.cpuMillis()).isEqualTo(1500);
        assertThat(full.accelerator()).isEqualTo(new AcceleratorNeed("t4", 10, 20));
        assertThat(start).as("the original is untouched").isEqualTo(Workload.of("w", VARIANT));
        assertThat(start.demand().latencyMillis()).isInfinite();
    }
}
