package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A solver whose time is up before it begins: the first plan, its rules kept, its bound true. */
class LateSolverPropertyTest {
    private static Solution late(Instance instance, long seed) {
        AtomicLong clock = new AtomicLong();
        return Solver.solve(
                instance,
                seed,
                new SearchBudget(10_000, Duration.ofNanos(1), () -> clock.addAndGet(1_000_000), Progress.NONE));
    }

    @Test
    void whatItFindsKeepsTheRulesAndLiesBetweenItsBoundAndNothing() {
        int complete = 0;
        int proven = 0;
        for (long seed = 0; seed < 300; seed++) {
            Instance instance = RandomInstances.of(seed, 4);
            Solution solution = late(instance, seed);
            double optimum = NaiveCheck.optimum(instance);
            String as = "seed " + seed;
            if (solution.complete()) {
                complete++;
                assertThat(NaiveCheck.keepsAll(instance, solution.occupancy().snapshot()))
                        .as(as)
                        .isTrue();
                assertThat(solution.lowerBound()).as(as).isLessThanOrEqualTo(optimum + 1e-9);
                assertThat(solution.cost()).as(as).isGreaterThanOrEqualTo(optimum - 1e-9);
            }
            if (solution.proven()) {
                proven++;
                assertThat(solution.complete()).as(as).isEqualTo(optimum < Double.POSITIVE_INFINITY);
                assertThat(!solution.complete() || solution.cost() <= optimum + 1e-6)
                        .as(as)
                        .isTrue();
            }
        }
        assertThat(complete).as("complete of 300").isGreaterThan(60);
        assertThat(proven).as("proven of 300").isGreaterThan(20);
    }
}
