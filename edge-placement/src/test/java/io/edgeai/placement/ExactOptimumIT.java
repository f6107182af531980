package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.placement.strategy.WeightedStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Each of the seven strategies against the optimum that OR-Tools proves, on composite edge scenarios: 3 of them in the
 * normal build, 50 with {@code -Dedgeai.full=true}.
 */
class ExactOptimumIT {
    private static final int SCENARIOS = Boolean.getBoolean("edgeai.full") ? 50 : 3;
    private static final int SITES = 8;
    private static final int WORKLOADS = 14;

    /**
     * What the proven optimum is of what was found, 1 where it was found; nothing where both say that there is no plan. Where
     * OR-Tools proved no optimum in its time, what its best plan is of what was found, at most 1.
     */
    private static OptionalDouble quality(long seed, WeightedStrategy strategy, List<String> unproven) {
        PlacementProblem problem = EdgeScenarios.of(seed, SITES, WORKLOADS);
        Optional<ExactPlan.Exact> exact = ExactPlan.solve(problem, strategy);
        PlacementPlan plan =
                PlacementEngine.builder().strategy(strategy).build().place(problem);
        String name = "seed " + seed + ", " + strategy.name();
        assertThat(BruteForce.faults(problem, plan)).as(name).isEmpty();
        assertThat(plan.feasible()).as(name).isEqualTo(exact.isPresent());
        if (exact.isEmpty()) {
            return OptionalDouble.empty();
        }
        double found = exact.get().found();
        double tolerance = ExactPlan.PRECISION * Math.abs(found);
        assertThat(plan.lowerBound()).as(name).isLessThanOrEqualTo(found + tolerance);
        assertThat(plan.objective()).as(name).isGreaterThanOrEqualTo(exact.get().bound() - tolerance);
        if (plan.status() == PlacementPlan.Status.OPTIMAL) {
            assertThat(plan.objective()).as(name).isLessThanOrEqualTo(found + tolerance);
        }
        if (!exact.get().proven()) {
            unproven.add(name + ": plan " + plan.objective() + ", " + exact.get());
        }
        return OptionalDouble.of(Math.min(1, found / plan.objective()));
    }

    @Test
    void everyStrategyComesWithinTwoPerCentOfTheOptimumAndHalfAPerCentOnAverage(TestReporter reporter) {
        for (WeightedStrategy strategy : PlacementStrategies.all()) {
            List<Double> qualities = new ArrayList<>();
            List<String> unproven = new ArrayList<>();
            for (long seed = 1; seed <= SCENARIOS; seed++) {
                quality(seed, strategy, unproven).ifPresent(qualities::add);
            }
            String all = strategy.name() + " " + qualities;
            assertThat(qualities).as(all).hasSizeGreaterThanOrEqualTo(SCENARIOS * 2 / 3);
            assertThat(qualities).as(all).allSatisfy(each -> assertThat(each).isGreaterThanOrEqualTo(0.98));
            double mean =
                    qualities.stream().mapToDouble(quality -> quality).average().orElseThrow();
            double worst =
                    qualities.stream().mapToDouble(quality -> quality).min().orElseThrow();
            reporter.publishEntry(
                    strategy.name(),
                    qualities.size() + " plans, mean " + mean + ", worst " + worst + ", without proof " + unproven);
            assertThat(mean).as(all).isGreaterThanOrEqualTo(0.995);
        }
    }
}
