package io.edgeai.placement.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.Assignment;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.TrainingData;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.spi.ScoreTerm;
import io.edgeai.placement.spi.Violation;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three instances per strategy whose right answer is known beforehand, and strategies made by users. */
class StrategyInstancesTest {
    private static final long GB = 1_000_000_000L;
    private static final Network NETWORK = Network.builder()
            .rtt("o", "a", 40)
            .rtt("o", "b", 20)
            .rtt("o", "c", 5)
            .rtt("p", "a", 1)
            .rtt("p", "b", 20)
            .rtt("p", "c", 70)
            .build();

    /** 4 cores of 10 giga-MAC/s and 8 GB. */
    private static Site.Builder site(String id) {
        return Site.builder(id).cpuCores(4).memoryBytes(8 * GB);
    }

    private static Variant variant(String name, double accuracy, long memory, double macs) {
        return Variant.builder(name)
                .accuracy(accuracy)
                .memoryBytes(memory)
                .sizeBytes(memory / 10)
                .macs(macs)
                .build();
    }

    private static Workload workload() {
        return Workload.of("w", variant("v", 0.9, GB, 1e7)).origin("o");
    }

    private static Assignment place(PlacementStrategy strategy, Workload workload, Site.Builder... sites) {
        PlacementPlan plan = PlacementEngine.builder()
                .strategy(strategy)
                .build()
                .place(workload)
                .across(Arrays.stream(sites).map(Site.Builder::build).toList(), NETWORK)
                .orThrow();
        assertThat(plan.status()).isEqualTo(PlacementPlan.Status.OPTIMAL);
        return plan.assignments().get(0);
    }

    private static String siteOf(PlacementStrategy strategy, Workload workload, Site.Builder... sites) {
        return place(strategy, workload, sites).site().id();
    }

    @Test
    void latencyAwareWeighsOriginsByTheirShare() {
        PlacementStrategy latency = PlacementStrategies.latencyAware();
        Workload both = workload().origin(Origin.of("p", 1));
        assertThat(siteOf(latency, both, site("a"), site("b"), site("c")))
                .as("means 20.5, 20 and 37.5 ms")
                .isEqualTo("b");
        Workload mostlyP = workload().origin(Origin.of("p", 9));
        assertThat(siteOf(latency, mostlyP, site("a"), site("b"), site("c")))
                .as("means 4.9, 20 and 63.5 ms")
                .isEqualTo("a");
    }

    @Test
    void latencyAwareTakesAFastFarSiteOverASlowNearOne() {
        Workload heavy = Workload.of("w", variant("v", 1, GB, 1e9)).origin("o").rate(0);
        assertThat(siteOf(
                        PlacementStrategies.latencyAware(),
                        heavy,
                        site("a").gigaMacsPerSecondPerCore(100),
                        site("c").gigaMacsPerSecondPerCore(10)))
                .as("40 + 10 ms against 5 + 100 ms")
                .isEqualTo("a");
        assertThat(siteOf(
                        PlacementStrategies.latencyAware(),
                        heavy,
                        site("a").gigaMacsPerSecondPerCore(100),
                        site("c").gigaMacsPerSecondPerCore(25)))
                .as("40 + 10 ms against 5 + 40 ms")
                .isEqualTo("c");
    }

    @Test
    void latencyAwareBreaksATieByPrice() {
        Workload local = Workload.of("w", variant("v", 1, GB, 1e7));
        assertThat(siteOf(
                        PlacementStrategies.latencyAware(),
                        local,
                        site("a").pricePerCoreHour(0.2),
                        site("b").pricePerCoreHour(0.1),
                        site("c").pricePerCoreHour(0.3)))
                .isEqualTo("b");
    }

    @Test
    void computeOptimizedTakesTheLeastUsedThenTheFastest() {
        PlacementStrategy compute = PlacementStrategies.computeOptimized();
        Workload busy = workload().rate(100);
        assertThat(siteOf(compute, busy, site("a").gigaMacsPerSecondPerCore(20), site("c")))
                .as("5 % against 10 % busy, though farther")
                .isEqualTo("a");
        assertThat(siteOf(
                        compute,
                        workload().rate(0),
                        site("a"),
                        site("b").gigaMacsPerSecondPerCore(30),
                        site("c").gigaMacsPerSecondPerCore(20)))
                .as("nothing to do: the fastest single inference")
                .isEqualTo("b");
        assertThat(siteOf(
                        compute,
                        busy,
                        site("a").pricePerCoreHour(0.2),
                        site("b").pricePerCoreHour(0.1)))
                .as("equal speed: the cheaper")
                .isEqualTo("b");
    }

    @Test
    void computeOptimizedTakesTheLighterVariant() {
        Workload two = Workload.of("w", variant("heavy", 0.99, GB, 4e7), variant("light", 0.8, GB, 1e7));
        assertThat(place(PlacementStrategies.computeOptimized(), two, site("a"))
                        .variant()
                        .name())
                .isEqualTo("light");
    }

    @Test
    void memoryOptimizedTakesTheSmallVariantThenTheLargestNode() {
        PlacementStrategy memory = PlacementStrategies.memoryOptimized();
        Workload two = Workload.of("w", variant("large", 0.99, 4 * GB, 1e7), variant("small", 0.8, GB, 1e7));
        assertThat(place(memory, two, site("a")).variant().name()).isEqualTo("small");
        assertThat(siteOf(memory, workload(), site("a").memoryBytes(64 * GB), site("c")))
                .as("an eighth of c, but a sixty-fourth of a")
                .isEqualTo("a");
        assertThat(siteOf(memory, workload(), site("a"), site("c")))
                .as("equal memory: the nearer")
                .isEqualTo("c");
    }

    @Test
    void memoryOptimizedRespectsAccuracyBeforeMemory() {
        Workload two = Workload.of("w", variant("large", 0.99, 4 * GB, 1e7), variant("small", 0.8, GB, 1e7))
                .accuracyAtLeast(0.9);
        assertThat(place(PlacementStrategies.memoryOptimized(), two, site("a"))
                        .variant()
                        .name())
                .isEqualTo("large");
    }

    @Test
    void costEfficientAddsNodeCoreAndEgress() {
        PlacementStrategy cost = PlacementStrategies.costEfficient();
        Workload chatty = workload().rate(10).requestBytes(100_000);
        assertThat(siteOf(
                        cost,
                        chatty,
                        site("a").price(new Price(0, 0.1, 0, 0.09)),
                        site("b").price(new Price(0, 0.4, 0, 0))))
                .as("0.1 + 3.6 GB at 0.09 is 0.424 an hour, against 0.4")
                .isEqualTo("b");
        assertThat(siteOf(
                        cost,
                        chatty,
                        site("a").price(new Price(0, 0.05, 0, 0.09)),
                        site("b").price(new Price(0, 0.4, 0, 0))))
                .as("0.374 against 0.4")
                .isEqualTo("a");
        assertThat(siteOf(
                        cost,
                        workload(),
                        site("a").price(new Price(0.4, 0, 0, 0)),
                        site("b").price(new Price(0, 0.11, 0, 0))))
                .as("a quarter of a node for 0.1 against a core for 0.11")
                .isEqualTo("a");
    }

    @Test
    void costEfficientPaysMoreOnlyToKeepTheBound() {
        Site.Builder[] sites = {
            site("a").pricePerCoreHour(0.1),
            site("b").pricePerCoreHour(0.2),
            site("c").pricePerCoreHour(0.9)
        };
        PlacementStrategy cost = PlacementStrategies.costEfficient();
        assertThat(siteOf(cost, workload(), sites)).isEqualTo("a");
        assertThat(siteOf(cost, workload().p99(Duration.ofMillis(30)), sites)).isEqualTo("b");
        assertThat(siteOf(cost, workload().p99(Duration.ofMillis(10)), sites)).isEqualTo("c");
    }

    @Test
    void accuracyFocusedTakesTheMostAccurateThatKeepsTheBound() {
        PlacementStrategy accuracy = PlacementStrategies.accuracyFocused();
        Workload three = Workload.of(
                        "w",
                        variant("best", 0.99, 4 * GB, 1e9),
                        variant("good", 0.95, 2 * GB, 2e8),
                        variant("fast", 0.9, GB, 1e7))
                .origin("o");
        assertThat(place(accuracy, three, site("c")).variant().name()).isEqualTo("best");
        assertThat(place(accuracy, three.p99(Duration.ofMillis(50)), site("c"))
                        .variant()
                        .name())
                .as("5 + 100 ms is too long, 5 + 20 ms is not")
                .isEqualTo("good");
        assertThat(place(accuracy, three.p99(Duration.ofMillis(10)), site("c"))
                        .variant()
                        .name())
                .isEqualTo("fast");
    }

    @Test
    void accuracyFocusedGoesFarForABetterVariant() {
        Workload two = Workload.of("w", variant("best", 0.99, 6 * GB, 1e7), variant("small", 0.9, GB, 1e7))
                .origin("o");
        Assignment placed = place(
                PlacementStrategies.accuracyFocused(), two, site("a"), site("c").memoryBytes(GB));
        assertThat(placed.site().id()).isEqualTo("a");
        assertThat(placed.variant().name()).isEqualTo("best");
    }

    @Test
    void energyEfficientCountsTheIdleShareThenCarbon() {
        PlacementStrategy energy = PlacementStrategies.energyEfficient();
        assertThat(siteOf(
                        energy,
                        workload(),
                        site("a").power(new Power(40, 200, 0, 0)),
                        site("b").power(new Power(100, 100, 0, 0))))
                .as("10 W of idle power and little work, against 25 W")
                .isEqualTo("a");
        assertThat(siteOf(
                        energy,
                        workload().rate(900),
                        site("a").power(new Power(40, 400, 0, 0)),
                        site("b").power(new Power(100, 100, 0, 0))))
                .as("10 + 0.9 · 90 W against 25 W")
                .isEqualTo("b");
        assertThat(siteOf(
                        energy,
                        workload(),
                        site("a").power(new Power(40, 40, 0, 500)),
                        site("b").power(new Power(40, 40, 0, 30)),
                        site("c").power(new Power(40, 40, 0, 400))))
                .as("equal watts: the cleanest")
                .isEqualTo("b");
    }

    @Test
    void federatedReadyTakesDataOverNearnessAndNeverWithoutConsent() {
        PlacementStrategy federated = PlacementStrategies.federatedReady();
        assertThat(siteOf(
                        federated,
                        workload(),
                        site("a").trainingData(9000),
                        site("c").trainingData(100)))
                .isEqualTo("a");
        assertThat(siteOf(
                        federated,
                        workload(),
                        site("a").trainingData(new TrainingData(1_000_000, false)),
                        site("b").trainingData(10),
                        site("c")))
                .isEqualTo("b");
        assertThat(siteOf(
                        federated,
                        workload(),
                        site("a").trainingData(500).availability(0.99),
                        site("b").trainingData(500).availability(0.9)))
                .as("equal data: the more available")
                .isEqualTo("a");
    }

    @Test
    void allNamedAndForObjectiveAgreeAndNamesAreUnique() {
        List<WeightedStrategy> all = PlacementStrategies.all();
        Set<String> names = new HashSet<>();
        for (WeightedStrategy strategy : all) {
            assertThat(names.add(strategy.name())).isTrue();
            for (String spelling : List.of(
                    strategy.name(),
                    strategy.name().toUpperCase(Locale.ROOT),
                    strategy.name().replace('-', '_'))) {
                assertThat(PlacementStrategies.named(spelling).name()).isEqualTo(strategy.name());
            }
            assertThat(strategy.terms().get(0).weight()).isEqualTo(1);
            assertThat(strategy.terms().get(1).weight()).isCloseTo(0.001, within(1e-15));
        }
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "latency-aware",
                        "compute-optimized",
                        "memory-optimized",
                        "cost-efficient",
                        "accuracy-focused",
                        "energy-efficient",
                        "federated-ready");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latency", "latency aware", "latency-aware ", "best"})
    void anUnknownNameIsToldWhatThereIs(String name) {
        assertThatThrownBy(() -> PlacementStrategies.named(name))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Strategy (" + name + ") is not known")
                .hasMessageContaining("latency-aware")
                .hasMessageContaining("federated-ready");
    }

    @Test
    void lambdasDecideByAnythingACandidateKnows() {
        PlacementStrategy backwards =
                PlacementStrategy.of("backwards", c -> -c.site().id().charAt(0));
        assertThat(siteOf(backwards, workload(), site("a"), site("b"), site("c")))
                .isEqualTo("c");
        PlacementStrategy roomy = PlacementStrategy.of("roomy", c -> -c.node().cpuMillis());
        assertThat(siteOf(roomy, workload(), site("a"), site("b").cpuCores(9), site("c")))
                .isEqualTo("b");
        PlacementStrategy longest =
                PlacementStrategy.of("longest", c -> -c.estimate().networkMillis());
        assertThat(siteOf(longest, workload(), site("a"), site("b"), site("c"))).isEqualTo("a");
    }

    @Test
    void aLambdasScoreIsWhatThePlanSays() {
        PlacementStrategy flat = PlacementStrategy.of("flat", c -> -7.25);
        Assignment placed = place(flat, workload(), site("a"));
        assertThat(placed.score()).isEqualTo(-7.25);
        assertThat(flat.constraints()).isEmpty();
        assertThat(flat.name()).isEqualTo("flat");
    }

    @Test
    void aStrategysOwnConstraintHolds() {
        Constraint notNearest = new Constraint() {
            @Override
            public String name() {
                return "far";
            }

            @Override
            public boolean allows(io.edgeai.placement.cost.Candidate candidate) {
                return candidate.estimate().networkMillis() >= 20;
            }

            @Override
            public Violation explain(io.edgeai.placement.cost.Candidate candidate) {
                double actual = candidate.estimate().networkMillis();
                return new Violation("far", 20, actual, "ms", "too near", "move away", 1);
            }
        };
        WeightedStrategy strategy = PlacementStrategies.latencyAware().require(notNearest);
        assertThat(siteOf(strategy, workload(), site("a"), site("b"), site("c")))
                .isEqualTo("b");
        PlacementPlan none = PlacementEngine.builder()
                .strategy(strategy)
                .build()
                .place(workload())
                .across(List.of(site("c").build()), NETWORK);
        assertThat(none.feasible()).isFalse();
        assertThat(none.explain().workloads().get(0).rejected().get(0).violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.amount()).isEqualTo(15));
    }

    @Test
    void weightsAndTermsAreChangedInCopies() {
        WeightedStrategy latency = PlacementStrategies.latencyAware();
        WeightedStrategy thrifty = latency.weight("money", 1000);
        assertThat(latency.terms().get(1).weight()).isCloseTo(0.001, within(1e-15));
        Site.Builder[] sites = {site("a").pricePerCoreHour(0.1), site("c").pricePerCoreHour(0.2)};
        assertThat(siteOf(latency, workload(), sites)).isEqualTo("c");
        assertThat(siteOf(thrifty, workload(), sites)).isEqualTo("a");
        assertThat(siteOf(latency.weight("latency", 0), workload(), sites)).isEqualTo("a");
        assertThatThrownBy(() -> latency.weight("speed", 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no term (speed)")
                .hasMessageContaining("[latency, money, power]");
        assertThatThrownBy(() -> latency.plus(Terms.latency()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("unique names");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aTermsWeightAndReferenceAreChecked(double bad) {
        assertThatThrownBy(() -> Terms.latency().weight(bad))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + bad + ")");
        assertThatThrownBy(() -> new ScoreTerm("t", "", bad, 1, c -> 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + bad + ")");
        assertThatThrownBy(() -> new ScoreTerm("t", "", 0, 1, c -> 1)).isInstanceOf(InvalidInputException.class);
        assertThat(Terms.latency().weight(0).charge(Double.POSITIVE_INFINITY)).isZero();
        assertThat(new ScoreTerm("t", "", 4, 3, c -> 1).charge(8)).isEqualTo(6);
    }
}
