package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.constraint.Constraints;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.strategy.PlacementStrategies;
import io.edgeai.placement.strategy.WeightedStrategy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * A plan of 1,000 workloads on 50 sites without any time to improve it. With {@code -Dedgeai.full=true} for all
 * strategies, and the CPU time that warm code takes for it is published, not judged.
 */
class FirstPlanIT {
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final int RUNS = 15;

    @Test
    void aPlanWithoutTimeToImproveItKeepsAllRules(TestReporter reporter) {
        PlacementProblem problem = EdgeScenarios.of(1, 50, 1000);
        for (WeightedStrategy strategy :
                FULL ? PlacementStrategies.all() : List.of(PlacementStrategies.accuracyFocused())) {
            PlacementEngine engine = PlacementEngine.builder()
                    .strategy(strategy)
                    .iterations(0)
                    .timeLimit(Duration.ofNanos(1))
                    .build();
            PlacementPlan plan = engine.place(problem);
            assertThat(BruteForce.faults(problem, plan)).as(strategy.name()).isEmpty();
            assertThat(plan.feasible()).as(strategy.name()).isTrue();
            if (FULL) {
                Rules rules = new Rules(strategy, Constraints.standard(), CostModel.defaults());
                reporter.publishEntry(
                        strategy.name(),
                        "model " + medianMillis(() -> new Modeller(problem, rules).instance()) + " ms, plan "
                                + medianMillis(() -> engine.place(problem)) + " ms of CPU");
            }
        }
    }

    /** Of the later half of all runs. */
    private static double medianMillis(Runnable work) {
        long[] nanos = new long[RUNS];
        for (int run = -RUNS; run < RUNS; run++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            work.run();
            nanos[Math.max(0, run)] = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[RUNS / 2] / 1e6;
    }
}
