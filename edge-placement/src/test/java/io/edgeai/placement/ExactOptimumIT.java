package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.placement.strategy.WeightedStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/**
 * Each of the seven strategies against the optimum that OR-Tools proves, on composite edge scenarios: 3 of them in the
 * normal build, 50 with {@code -Dedgeai.full=true}.
 */
class ExactOptimumIT {
    private static final int SCENARIOS = Boolean.getBoolean("edgeai.full") ? 50 : 3;
    private static final int SITES = 8;
    private static final int WORKLOADS = 14;

    /** What the optimum is of what was found, 1 where it was found; nothing where both say that there is no plan. */
    private static OptionalDouble quality(long seed, WeightedStrategy strategy) {
        PlacementProblem problem = EdgeScenarios.of(seed, SITES, WORKLOADS);
        OptionalDouble optimum = ExactPlan.optimum(problem, strategy);
        PlacementPlan plan =
                PlacementEngine.builder().strategy(strategy).build().place(problem);
        String name = "seed " + seed + ", " + strategy.name();
        assertThat(BruteForce.faults(problem, plan)).as(name).isEmpty();
        assertThat(plan.feasible()).as(name).isEqualTo(optimum.isPresent());
        if (optimum.isEmpty()) {
            return OptionalDouble.empty();
        }
        double tolerance = ExactPlan.PRECISION * Math.abs(optimum.getAsDouble());
        assertThat(plan.lowerBound()).as(name).isLessThanOrEqualTo(optimum.getAsDouble() + tolerance);
        assertThat(plan.objective()).as(name).isGreaterThanOrEqualTo(optimum.getAsDouble() - tolerance);
        if (plan.status() == PlacementPlan.Status.OPTIMAL) {
            assertThat(plan.objective()).as(name).isLessThanOrEqualTo(optimum.getAsDouble() + tolerance);
        }
        return OptionalDouble.of(Math.min(1, optimum.getAsDouble() / plan.objective()));
    }

    @Test
    void everyStrategyComesWithinTwoPerCentOfTheOptimumAndHalfAPerCentOnAverage() {
        for (WeightedStrategy strategy : PlacementStrategies.all()) {
            List<Double> qualities = new ArrayList<>();
            for (long seed = 1; seed <= SCENARIOS; seed++) {
                quality(seed, strategy).ifPresent(qualities::add);
            }
            String all = strategy.name() + " " + qualities;
            assertThat(qualities).as(all).hasSizeGreaterThanOrEqualTo(SCENARIOS * 2 / 3);
            assertThat(qualities).as(all).allSatisfy(each -> assertThat(each).isGreaterThanOrEqualTo(0.98));
            double mean =
                    qualities.stream().mapToDouble(quality -> quality).average().orElseThrow();
            assertThat(mean).as(all).isGreaterThanOrEqualTo(0.995);
        }
    }
}
