package io.edgeai.placement.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every figure of the model at its bounds and beyond; complaints name the figure, its owner and its value. */
class ModelBoundsTest {
    private static final Variant V = Variant.builder("v").build();

    private static Arguments figure(String name, DoubleFunction<?> make) {
        return Arguments.of(name, make);
    }

    private static Node node(double speed) {
        return new Node("n", 1, 1, 1, "cpu", speed, List.of());
    }

    private static Workload workload() {
        return Workload.of("w", V);
    }

    static Stream<Arguments> nonNegative() {
        return Stream.of(
                figure("Price per node-hour", v -> new Price(v, 0, 0, 0)),
                figure("Price per core-hour", v -> new Price(0, v, 0, 0)),
                figure("Price per accelerator-hour", v -> new Price(0, 0, v, 0)),
                figure("Price per egress gigabyte", v -> new Price(0, 0, 0, v)),
                figure("Price per core-hour", v -> Site.builder("s").pricePerCoreHour(v)),
                figure("Idle power in watts", v -> new Power(v, 1e308, 0, 0)),
                figure("Busy power in watts", v -> new Power(0, v, 0, 0)),
                figure("Accelerator power in watts", v -> new Power(0, 0, v, 0)),
                figure("Carbon intensity in gCO2/kWh", v -> new Power(0, 0, 0, v)),
                figure("Speed of accelerator (t4)", v -> new Accelerator("t4", 1, v)),
                figure("Speed of node (n)", ModelBoundsTest::node),
                figure("Cores of site (s)", v -> Site.builder("s").cpuCores(v)),
                figure("Speed of site (s)", v -> Site.builder("s").gigaMacsPerSecondPerCore(v)),
                figure("MACs of variant (v)", v -> Variant.builder("v").macs(v)),
                figure("Energy factor of variant (v)", v -> Variant.builder("v").energyFactor(v)),
                figure("Milliseconds of variant (v) on (cpu)", v -> Variant.builder("v")
                        .measured("cpu", v)),
                figure("MACs of variant (v)", v -> new Variant("v", 1, 0, 0, v, Map.of(), 1)),
                figure("Energy factor of variant (v)", v -> new Variant("v", 1, 0, 0, 0, Map.of(), v)),
                figure("Milliseconds of variant (v) on (t4)", v -> new Variant("v", 1, 0, 0, 0, Map.of("t4", v), 1)),
                figure("Rate", v -> workload().rate(v)),
                figure("Rate", v -> new Demand(v, List.of(), 0, Demand.UNBOUNDED, 0.5)),
                figure("Cores of workload (w)", v -> workload().cpuCores(v)),
                figure("Round-trip time from (o) to (s)", v -> Network.builder().rtt("o", "s", v)),
                figure("Access time", v -> Network.builder().accessMillis(v)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonNegative")
    void figuresThatMayBeZeroButNotBelowNorEndless(String name, DoubleFunction<?> make) {
        assertThat(make.apply(0)).isNotNull();
        assertThat(make.apply(Double.MIN_VALUE)).isNotNull();
        assertThat(make.apply(12.5)).isNotNull();
        for (double bad :
                new double[] {-Double.MIN_VALUE, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> make.apply(bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(name + " (" + bad + ")")
                    .hasMessageContaining("at least 0");
        }
    }

    static Stream<Arguments> positive() {
        return Stream.of(
                figure("Share of origin (o)", v -> Origin.of("o", v)),
                figure("Share of origin (o)", v -> Origin.at("o", v, 0, 0)),
                figure("Share of origin (o)", v -> new Origin("o", v, Optional.empty())),
                figure("Bandwidth of (s)", v -> Network.builder().bandwidth("s", v)),
                figure("Default bandwidth", v -> Network.builder().defaultBandwidth(v)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("positive")
    void figuresThatMustBeAboveZero(String name, DoubleFunction<?> make) {
        assertThat(make.apply(Double.MIN_VALUE)).isNotNull();
        assertThat(make.apply(1e300)).isNotNull();
        for (double bad : new double[] {0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> make.apply(bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(name + " (" + bad + ")")
                    .hasMessageContaining("above 0");
        }
    }

    static Stream<Arguments> shares() {
        return Stream.of(
                figure("Accuracy of variant (v)", v -> Variant.builder("v").accuracy(v)),
                figure("Accuracy of variant (v)", v -> new Variant("v", v, 0, 0, 0, Map.of(), 1)),
                figure("Availability of site (s)", v -> Site.builder("s").availability(v)),
                figure(
                        "Availability of site (s)",
                        v -> new Site(
                                "s",
                                "",
                                Optional.empty(),
                                List.of(node(1)),
                                Price.FREE,
                                Power.UNKNOWN,
                                v,
                                Set.of(),
                                TrainingData.NONE)),
                figure("Minimum accuracy", v -> workload().accuracyAtLeast(v)),
                figure("Minimum availability", v -> workload().availabilityAtLeast(v)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shares")
    void sharesLieBetweenZeroAndOne(String name, DoubleFunction<?> make) {
        assertThat(make.apply(0)).isNotNull();
        assertThat(make.apply(0.5)).isNotNull();
        assertThat(make.apply(1)).isNotNull();
        for (double bad :
                new double[] {-Double.MIN_VALUE, Math.nextUp(1.0), 99, Double.NaN, Double.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> make.apply(bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(name + " (" + bad + ")")
                    .hasMessageContaining("between 0 and 1");
        }
    }

    private static Arguments count(String name, LongFunction<?> make) {
        return Arguments.of(name, make);
    }

    static Stream<Arguments> counts() {
        return Stream.of(
                count("Memory of accelerator (t4)", v -> new Accelerator("t4", v, 1)),
                count("CPU of node (n)", v -> new Node("n", v, 1, 1, "cpu", 1, List.of())),
                count("Memory of node (n)", v -> new Node("n", 1, v, 1, "cpu", 1, List.of())),
                count("Disk of node (n)", v -> new Node("n", 1, 1, v, "cpu", 1, List.of())),
                count("CPU of site (s)", v -> Site.builder("s").cpuMillis(v)),
                count("Memory of site (s)", v -> Site.builder("s").memoryBytes(v)),
                count("Disk of site (s)", v -> Site.builder("s").diskBytes(v)),
                count("Size of variant (v)", v -> Variant.builder("v").sizeBytes(v)),
                count("Memory of variant (v)", v -> Variant.builder("v").memoryBytes(v)),
                count("Size of variant (v)", v -> new Variant("v", 1, v, 0, 0, Map.of(), 1)),
                count("Memory of variant (v)", v -> new Variant("v", 1, 0, v, 0, Map.of(), 1)),
                count("CPU of workload (w)", v -> workload().cpuMillis(v)),
                count("Request bytes", v -> workload().requestBytes(v)),
                count("Accelerator memory", v -> new AcceleratorNeed("t4", 1, v)),
                count("Training samples", v -> new TrainingData(v, true)),
                count("Training samples", v -> Site.builder("s").trainingData(v)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("counts")
    void countsMayBeZeroAndHugeButNotNegative(String name, LongFunction<?> make) {
        assertThat(make.apply(0)).isNotNull();
        assertThat(make.apply(Long.MAX_VALUE)).isNotNull();
        for (long bad : new long[] {-1, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> make.apply(bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(name + " (" + bad + ")")
                    .hasMessageContaining("negative");
        }
    }

    interface Named {
        Object make(String text);
    }

    private static Arguments text(String name, Named make) {
        return Arguments.of(name, make);
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                text("Site id", Site::builder),
                text("Region of site (s)", t -> Site.builder("s").region(t)),
                text("Hardware of site (s)", t -> Site.builder("s").hardware(t)),
                text("Label of site (s)", t -> Site.builder("s").label(t)),
                text("Node name", t -> new Node(t, 1, 1, 1, "cpu", 1, List.of())),
                text("Hardware of node (n)", t -> new Node("n", 1, 1, 1, t, 1, List.of())),
                text("Accelerator kind", t -> new Accelerator(t, 1, 1)),
                text("Variant", Variant::builder),
                text("Variant", t -> new Variant(t, 1, 0, 0, 0, Map.of(), 1)),
                text("Workload name", t -> workload().named(t)),
                text("Origin", Origin::of));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void namesHaveOneToTwoHundredCharacters(String name, Named make) {
        assertThat(make.make("x")).isNotNull();
        assertThat(make.make("ü".repeat(200))).isNotNull();
        for (String bad : List.of("", " ", "\t\n", "x".repeat(201))) {
            assertThatThrownBy(() -> make.make(bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(name + " (" + bad + ")")
                    .hasMessageContaining("1 to 200");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.5, 1.5, Double.NaN})
    void aQuantileLiesStrictlyBetweenZeroAndOne(double quantile) {
        assertThatThrownBy(() -> workload().latency(Duration.ofMillis(1), quantile))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Quantile (" + quantile + ")");
        assertThat(workload()
                        .latency(Duration.ofMillis(1), Math.nextDown(1.0))
                        .demand()
                        .quantile())
                .isLessThan(1);
    }

    @Test
    void aLatencyBoundIsPositiveAndReadInMilliseconds() {
        for (Duration bad : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(-1))) {
            assertThatThrownBy(() -> workload().p99(bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + bad + ")");
        }
        assertThat(workload().p99(Duration.ofNanos(1)).demand().latencyMillis()).isEqualTo(1e-6);
        assertThat(workload().p99(Duration.ofMillis(1500)).demand().latencyMillis())
                .isEqualTo(1500);
        assertThat(workload().demand().latencyMillis()).isInfinite();
        assertThat(workload().p99(Duration.ofDays(365)).demand().latencyMillis())
                .isInfinite();
        assertThat(workload().p99(Duration.ofDays(364)).demand().latencyMillis())
                .isEqualTo(364 * 86_400_000.0);
    }

    @Test
    void originsAreNamedOnce() {
        assertThatThrownBy(() -> workload().origin("o").origin(Origin.of("o", 3)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Origin (o) is given twice");
        assertThat(workload().origin("o").origin("p").demand().origins()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {90.000001, -90.000001, Double.NaN, 1000})
    void latitudesLieOnEarth(double latitude) {
        assertThatThrownBy(() -> new Coordinates(latitude, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + latitude + ", 0.0)")
                .hasMessageContaining("Maybe latitude and longitude are swapped");
        assertThatThrownBy(() -> new Coordinates(0, 2 * latitude)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Site.builder("s").at(latitude, 0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Origin.at("o", 1, latitude, 0)).isInstanceOf(InvalidInputException.class);
        assertThat(new Coordinates(-90, 180)).isNotEqualTo(new Coordinates(90, -180));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.POSITIVE_INFINITY, Double.NaN, 0.999999, 0, -2})
    void stretchIsFiniteAndAtLeastOne(double stretch) {
        assertThatThrownBy(() -> Network.builder().stretch(stretch))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Stretch (" + stretch + ")");
        assertThat(Network.builder().stretch(1).build()).isNotNull();
    }

    @Test
    void busyPowerIsAtLeastIdlePower() {
        assertThat(new Power(10, 10, 0, 0).busyWatts()).isEqualTo(10);
        assertThatThrownBy(() -> new Power(10.5, 10, 0, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(10.0 W)")
                .hasMessageContaining("(10.5 W)")
                .hasMessageContaining("Maybe the two are swapped");
    }

    @Test
    void anAcceleratorNeedIsNoneOrOneToAThousandThousandths() {
        assertThat(new AcceleratorNeed("", 0, 0)).isEqualTo(AcceleratorNeed.NONE);
        assertThat(AcceleratorNeed.NONE.none()).isTrue();
        assertThat(new AcceleratorNeed("", 1, 0).none()).isFalse();
        assertThat(new AcceleratorNeed("t4", 1000, 0).milli()).isEqualTo(1000);
        for (int bad : new int[] {-1, 1001, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> new AcceleratorNeed("t4", bad, 0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Accelerator share (" + bad + ") must be 1 to 1000");
        }
        assertThatThrownBy(() -> new AcceleratorNeed("t4", 0, 0))
                .as("a kind but no share of it")
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Accelerator share (0) must be 1 to 1000")
                .hasMessageContaining("(t4)");
        assertThatThrownBy(() -> workload().accelerator("", 0, 5)).hasMessageContaining("(5 bytes)");
    }

    @Test
    void aNeedAcceptsItsKindOnly() {
        Accelerator t4 = new Accelerator("t4", 1, 1);
        assertThat(new AcceleratorNeed("t4", 1, 0).accepts(t4)).isTrue();
        assertThat(new AcceleratorNeed("", 1, 0).accepts(t4)).isTrue();
        assertThat(new AcceleratorNeed("T4", 1, 0).accepts(t4)).isFalse();
        assertThat(new AcceleratorNeed("t", 1, 0).accepts(t4)).isFalse();
    }

    @Test
    void replicasAreBounded() {
        assertThat(workload().replicas(1).replicas()).isEqualTo(1);
        assertThat(workload().replicas(10_000).replicas()).isEqualTo(10_000);
        for (int bad : new int[] {0, -1, 10_001}) {
            assertThatThrownBy(() -> workload().replicas(bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Workload (w): replicas (" + bad + ") must be 1 to 10000");
        }
    }

    @Test
    void workloadsListEveryProblemOfACombination() {
        assertThatThrownBy(() -> new Workload(
                        "w",
                        List.of(V, V),
                        workload().demand(),
                        0,
                        1,
                        AcceleratorNeed.NONE,
                        new Policy(0, 0, Set.of(), Set.of(), Spread.SITE, Set.of("x"), Set.of("x", "w"), false),
                        0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("replicas (0)")
                .hasMessageContaining("two variants are named (v)")
                .hasMessageContaining("both near and away from (x)")
                .hasMessageContaining("away from itself; use spread instead");
        assertThatThrownBy(() -> workload().near("x").spread(Spread.REGION).replicas(2))
                .hasMessageContaining("near [x] puts all replicas on one site but spread is REGION");
        assertThatThrownBy(() -> workload().variants(List.of())).hasMessageContaining("it has no variants");
    }

    @Test
    void sitesNeedNodesWithDifferentNames() {
        assertThatThrownBy(() -> new Site(
                        "s",
                        "",
                        Optional.empty(),
                        List.of(),
                        Price.FREE,
                        Power.UNKNOWN,
                        1,
                        Set.of(),
                        TrainingData.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Site (s) has no nodes");
        assertThatThrownBy(() -> Site.builder("s").node(node(1)).node(node(2)).build())
                .hasMessageContaining("two nodes named (n)");
    }

    @Test
    void plainFiguresBesideNodesAreRefusedRatherThanIgnored() {
        for (Site.Builder both : List.of(
                Site.builder("s").node(node(1)).cpuCores(1),
                Site.builder("s").node(node(1)).memoryBytes(1),
                Site.builder("s").node(node(1)).diskBytes(1),
                Site.builder("s").node(node(1)).hardware("arm"),
                Site.builder("s").node(node(1)).gigaMacsPerSecondPerCore(20),
                Site.builder("s").node(node(1)).accelerators(1, new Accelerator("t4", 1, 1)))) {
            assertThatThrownBy(both::build)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Site (s) has both nodes (1) and plain capacities");
        }
    }

    @Test
    void aCopyOfASiteIsEqual() {
        Site site = Site.builder("s")
                .region("r")
                .at(1, 2)
                .cpuMillis(1500)
                .memoryBytes(3)
                .diskBytes(4)
                .hardware("arm")
                .gigaMacsPerSecondPerCore(5)
                .accelerators(2, new Accelerator("t4", 6, 7))
                .price(new Price(1, 2, 3, 4))
                .power(new Power(1, 2, 3, 4))
                .availability(0.5)
                .label("l")
                .trainingData(8)
                .build();
        assertThat(site.toBuilder().build()).isEqualTo(site);
        assertThat(site.toBuilder().region("q").build()).isNotEqualTo(site);
        assertThat(site.nodes()).singleElement().satisfies(node -> {
            assertThat(node.name()).isEqualTo("main");
            assertThat(node.cpuMillis()).isEqualTo(1500);
            assertThat(node.accelerators()).hasSize(2);
        });
    }

    @Test
    void valuesKeepTheirOwnCopies() {
        List<Origin> origins = new java.util.ArrayList<>(List.of(Origin.of("a")));
        Demand demand = new Demand(1, origins, 0, Demand.UNBOUNDED, 0.5);
        origins.clear();
        assertThat(demand.origins()).hasSize(1);
        assertThatThrownBy(() -> demand.origins().clear()).isInstanceOf(UnsupportedOperationException.class);
        Set<String> labels = new java.util.HashSet<>(Set.of("x"));
        Policy policy = new Policy(0, 0, Set.of(), labels, Spread.NONE, Set.of(), Set.of(), false);
        labels.add("y");
        assertThat(policy.requiredLabels()).containsExactly("x");
        assertThat(Collections.unmodifiableSet(policy.near())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0004:0", "0.0005:1", "0.5:500", "1:1000", "2.75:2750", "1.0006:1001"})
    void coresAreRoundedToThousandths(String pair) {
        double cores = Double.parseDouble(pair.substring(0, pair.indexOf(':')));
        long millis = Long.parseLong(pair.substring(pair.indexOf(':') + 1));
        assertThat(workload().cpuCores(cores).cpuMillis()).isEqualTo(millis);
        assertThat(Site.builder("s")
                        .cpuCores(cores)
                        .memoryBytes(1)
                        .build()
                        .nodes()
                        .get(0)
                        .cpuMillis())
                .isEqualTo(millis);
    }
}
