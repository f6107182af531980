package io.edgeai.placement.gap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random small problems against enumeration of every assignment. */
class GapSolverPropertyTest {
    private static GapSolution solve(GapProblem problem) {
        return GapSolver.builder().ticker(() -> 0).build().solve(problem);
    }

    @Test
    void theOptimumIsFoundAndProvenAndImpossibilityToo() {
        int impossible = 0;
        for (int seed = 0; seed < 300; seed++) {
            GapProblem problem = GapExamples.small(new SplittableRandom(seed));
            double optimum = GapExamples.cheapest(problem);
            GapSolution solution = solve(problem);
            String name = "seed " + seed;
            if (Double.isInfinite(optimum)) {
                impossible++;
                assertThat(solution.status()).as(name).isEqualTo(GapSolution.Status.INFEASIBLE);
                assertThat(solution.assignment()).as(name).isEmpty();
            } else {
                assertThat(solution.status()).as(name).isEqualTo(GapSolution.Status.OPTIMAL);
                assertThat(solution.objective()).as(name).isEqualTo(optimum);
                GapExamples.assertKeepsCapacities(name, problem, solution);
            }
        }
        assertThat(impossible).as("impossible among them").isBetween(30, 270);
    }

    @Test
    void neitherBoundExceedsTheOptimum() {
        for (int seed = 1000; seed < 1300; seed++) {
            GapProblem problem = GapExamples.small(new SplittableRandom(seed));
            double optimum = GapExamples.cheapest(problem);
            if (Double.isInfinite(optimum)) {
                continue;
            }
            GapBudget budget = new GapBudget(Duration.ofSeconds(20), () -> 0, (phase, done, total) -> {});
            CapacityDual dual = CapacityDual.solve(problem, budget);
            assertThat(dual.bound()).as("dual, seed %d", seed).isLessThanOrEqualTo(optimum + 1e-6);
            int[] items = IntStream.range(0, problem.items()).toArray();
            int[] room =
                    IntStream.range(0, problem.agents()).map(problem::capacity).toArray();
            double[] lambda = IntStream.of(items).mapToDouble(dual::itemPrice).toArray();
            double bound = new KnapsackBound(problem).ascend(lambda, items, room, optimum, 1, (k, best) -> k >= 200);
            assertThat(bound).as("knapsacks, seed %d", seed).isBetween(dual.bound() - 1e-6, optimum + 1e-6);
        }
    }

    @Test
    void theOrderOfAgentsAndItemsChangesNothing() {
        for (int seed = 0; seed < 40; seed++) {
            GapProblem problem = GapExamples.generated('c', 4, 16, seed);
            int agents = problem.agents();
            int items = problem.items();
            int[][] cost = new int[agents][items];
            int[][] weight = new int[agents][items];
            int[] capacity = new int[agents];
            for (int i = 0; i < agents; i++) {
                capacity[agents - 1 - i] = problem.capacity(i);
                for (int j = 0; j < items; j++) {
                    cost[agents - 1 - i][items - 1 - j] = problem.cost(i, j);
                    weight[agents - 1 - i][items - 1 - j] = problem.weight(i, j);
                }
            }
            GapSolution reversed = solve(GapProblem.of(cost, weight, capacity));
            assertThat(reversed.status()).as("seed %d", seed).isEqualTo(GapSolution.Status.OPTIMAL);
            assertThat(reversed.objective())
                    .as("seed %d", seed)
                    .isEqualTo(solve(problem).objective());
        }
    }

    @Test
    void moreCapacityNeverCostsMore() {
        for (int seed = 0; seed < 40; seed++) {
            GapProblem problem = GapExamples.generated('d', 3, 14, seed);
            int[][] cost = new int[3][14];
            int[][] weight = new int[3][14];
            int[] capacity = new int[3];
            for (int i = 0; i < 3; i++) {
                capacity[i] = problem.capacity(i) + (i == seed % 3 ? 40 : 0);
                for (int j = 0; j < 14; j++) {
                    cost[i][j] = problem.cost(i, j);
                    weight[i][j] = problem.weight(i, j);
                }
            }
            assertThat(solve(GapProblem.of(cost, weight, capacity)).objective())
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(solve(problem).objective());
        }
    }
}
