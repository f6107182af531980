package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.placement.strategy.WeightedStrategy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** 1,000 workloads on 50 sites: kept rules, and how far plans can be from the best by their own bound. */
class LargePlanIT {
    private static final List<String> STRATEGIES = Boolean.getBoolean("edgeai.full")
            ? PlacementStrategies.all().stream().map(WeightedStrategy::name).toList()
            : List.of("cost-efficient", "federated-ready");

    @Test
    void thousandWorkloadsAreWithinOnePerCentOfTheBound(TestReporter reporter) {
        assertWithinOnePerCent(1, 5000, STRATEGIES, reporter);
    }

    /** The two strategies for which all workloads want the same sites, with the rounds that 2 s of a free core do. */
    @Test
    @EnabledIfSystemProperty(named = "edgeai.full", matches = "true")
    void otherThousandsAreToo(TestReporter reporter) {
        for (long seed = 3; seed <= 6; seed++) {
            assertWithinOnePerCent(seed, 12_000, List.of("energy-efficient", "federated-ready"), reporter);
        }
    }

    private static void assertWithinOnePerCent(long seed, long rounds, List<String> strategies, TestReporter reporter) {
        PlacementProblem problem = EdgeScenarios.of(seed, 50, 1000);
        for (String name : strategies) {
            PlacementPlan plan = PlacementEngine.builder()
                    .strategy(PlacementStrategies.named(name))
                    .iterations(rounds)
                    .ticker(() -> 0)
                    .build()
                    .place(problem);
            assertThat(BruteForce.faults(problem, plan)).as(name).isEmpty();
            assertThat(plan.feasible()).as(name).isTrue();
            reporter.publishEntry(name, "seed " + seed + ", gap " + plan.gap());
            assertThat(plan.gap()).as(name).isLessThanOrEqualTo(0.01);
        }
    }
}
