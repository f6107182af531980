package io.edgeai.placement.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.PlacementObjective;
import io.edgeai.placement.Assignment;
import io.edgeai.placement.Explanation;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Power;
import io.edgeai.placement.model.Price;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.TrainingData;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Each strategy on sites of which one is best by construction at exactly one thing. */
class PlacementStrategiesTest {
    private static final Variant BIG = Variant.builder("big")
            .accuracy(0.95)
            .memoryBytes(800_000_000)
            .sizeBytes(800_000_000)
            .macs(1e8)
            .build();
    private static final Variant SMALL = Variant.builder("small")
            .accuracy(0.85)
            .memoryBytes(200_000_000)
            .sizeBytes(200_000_000)
            .macs(5e7)
            .build();
    private static final Network NETWORK = Network.builder()
            .rtt("city", "near", 2)
            .rtt("city", "fast", 20)
            .rtt("city", "roomy", 21)
            .rtt("city", "cheap", 22)
            .rtt("city", "green", 23)
            .rtt("city", "hospital", 24)
            .rtt("city", "clinic", 25)
            .rtt("city", "far-and-free", 90)
            .build();
    private static final List<Site> SITES = List.of(
            site("near", 4, 10, 0.5, 100).build(),
            site("fast", 4, 200, 0.6, 110).build(),
            site("roomy", 64, 10, 0.7, 120).build(),
            site("cheap", 4, 10, 0.01, 130).build(),
            site("green", 4, 10, 0.8, 10).build(),
            site("hospital", 4, 10, 0.9, 140).trainingData(9000).build(),
            site("clinic", 4, 10, 0.9, 140).trainingData(100).build(),
            site("far-and-free", 4, 10, 0, 0)
                    .trainingData(new TrainingData(1_000_000, false))
                    .build());

    private static Site.Builder site(String id, int gigabytes, double speed, double price, double watts) {
        return Site.builder(id)
                .cpuCores(4)
                .memoryBytes(gigabytes * 1_000_000_000L)
                .gigaMacsPerSecondPerCore(speed)
                .price(new Price(0, price, 0, 0))
                .power(new Power(watts / 2, watts, 0, 400));
    }

    private static Workload workload() {
        return Workload.of("w", BIG, SMALL).rate(10).p99(Duration.ofMillis(60)).origin("city");
    }

    private static Assignment chosen(PlacementStrategy strategy) {
        return PlacementEngine.builder()
                .strategy(strategy)
                .build()
                .place(workload())
                .across(SITES, NETWORK)
                .orThrow()
                .assignments()
                .get(0);
    }

    @Test
    void latencyAwareTakesTheNearest() {
        assertThat(chosen(PlacementStrategies.latencyAware()).site().id()).isEqualTo("near");
    }

    @Test
    void computeOptimizedTakesTheFastest() {
        assertThat(chosen(PlacementStrategies.computeOptimized()).site().id()).isEqualTo("fast");
    }

    @Test
    void memoryOptimizedTakesTheSmallVariantWhereMemoryIsPlenty() {
        Assignment chosen = chosen(PlacementStrategies.memoryOptimized());
        assertThat(chosen.variant()).isEqualTo(SMALL);
        assertThat(chosen.site().id()).isEqualTo("roomy");
    }

    @Test
    void costEfficientTakesTheCheapestThatIsFastEnough() {
        assertThat(chosen(PlacementStrategies.costEfficient()).site().id()).isEqualTo("cheap");
    }

    @Test
    void accuracyFocusedTakesTheMoreAccurateVariant() {
        Assignment chosen = chosen(PlacementStrategies.accuracyFocused());
        assertThat(chosen.variant()).isEqualTo(BIG);
        assertThat(chosen.site().id())
                .as("then latency decides: with the big variant, fast computing outweighs the longer way")
                .isEqualTo("fast");
    }

    @Test
    void energyEfficientTakesTheFrugal() {
        assertThat(chosen(PlacementStrategies.energyEfficient()).site().id()).isEqualTo("green");
    }

    @Test
    void federatedReadyTakesMostDataAmongThoseWhoOptedIn() {
        assertThat(chosen(PlacementStrategies.federatedReady()).site().id()).isEqualTo("hospital");
        PlacementPlan plan = PlacementEngine.builder()
                .strategy(PlacementStrategies.federatedReady())
                .build()
                .place(workload().p99(Duration.ofSeconds(1)))
                .across(SITES, NETWORK);
        Explanation.OfWorkload of = plan.explain().workloads().get(0);
        assertThat(of.rejected())
                .filteredOn(rejection -> rejection.site().equals("far-and-free"))
                .first()
                .satisfies(rejection -> assertThat(rejection.violations().get(0).message())
                        .isEqualTo("holds 1000000 samples but its owner has not opted in"));
        assertThat(of.alternative().orElseThrow().choice().site()).isEqualTo("clinic");
    }

    @Test
    void everyObjectiveHasTheStrategyOfItsName() {
        for (PlacementObjective objective : PlacementObjective.values()) {
            String name = objective.name().toLowerCase(Locale.ROOT).replace('_', '-');
            assertThat(PlacementStrategies.forObjective(objective).name()).isEqualTo(name);
            assertThat(PlacementStrategies.named(objective.name()).terms())
                    .extracting(term -> term.name())
                    .isEqualTo(PlacementStrategies.forObjective(objective).terms().stream()
                            .map(term -> term.name())
                            .toList());
        }
        assertThatThrownBy(() -> PlacementStrategies.named("fastest"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(fastest)")
                .hasMessageContaining("latency-aware");
    }

    @Test
    void weightsShiftTheChoice() {
        WeightedStrategy cheaperToo = PlacementStrategies.latencyAware().weight("money", 1);
        assertThat(chosen(cheaperToo).site().id()).isEqualTo("cheap");
        assertThatThrownBy(() -> cheaperToo.weight("colour", 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[latency, money, power]");
        assertThatThrownBy(() -> cheaperToo.plus(Terms.money())).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void aUsersOwnStrategyIsALambda() {
        PlacementStrategy alphabetical = PlacementStrategy.of(
                "last-letter", candidate -> -candidate.site().id().charAt(0));
        assertThat(chosen(alphabetical).site().id()).isEqualTo("roomy");
    }

    @Test
    void equalScoresGoToTheFirstSiteById() {
        Assignment first = PlacementEngine.builder()
                .strategy(PlacementStrategy.of("flat", candidate -> 1))
                .build()
                .place(workload())
                .across(SITES, NETWORK)
                .assignments()
                .get(0);
        assertThat(first.site().id()).isEqualTo("cheap");
        assertThat(first.variant()).isEqualTo(BIG);
    }

    @Test
    void theCheapestFeasibleSiteIsFoundByHandToo() {
        Assignment chosen = chosen(PlacementStrategies.costEfficient());
        double cheapest = SITES.stream()
                .filter(site -> !site.id().equals("far-and-free"))
                .mapToDouble(site -> site.price().perCoreHour())
                .min()
                .orElseThrow();
        assertThat(chosen.estimate().moneyPerHour()).isCloseTo(cheapest, within(1e-12));
    }
}
