package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 1,000 workloads on 50 sites: kept rules, and how far plans can be from the best by their own bound. */
class LargePlanIT {
    /** The others leave up to three of the 1,484 replicas, all tied to a neighbour, without a place; federated-ready more. */
    private static final List<String> STRATEGIES = Boolean.getBoolean("edgeai.full")
            ? List.of("compute-optimized", "cost-efficient")
            : List.of("cost-efficient");

    @Test
    void thousandWorkloadsAreWithinOnePerCentOfTheBound() {
        PlacementProblem problem = EdgeScenarios.of(1, 50, 1000);
        for (String name : STRATEGIES) {
            PlacementPlan plan = PlacementEngine.builder()
                    .strategy(PlacementStrategies.named(name))
                    .iterations(5000)
                    .ticker(() -> 0)
                    .build()
                    .place(problem);
            assertThat(BruteForce.faults(problem, plan)).as(name).isEmpty();
            assertThat(plan.feasible()).as(name).isTrue();
            assertThat(plan.gap()).as(name).isLessThanOrEqualTo(0.01);
        }
    }
}
