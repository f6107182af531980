package io.edgeai.placement.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Assignment problems that are really another, older problem, whose own textbook algorithm gives the optimum. */
class GapSpecialCasesPropertyTest {
    private static GapSolution solve(GapProblem problem, long seed) {
        GapSolution solution =
                GapSolver.builder().seed(seed).ticker(() -> 0).build().solve(problem);
        if (!solution.assignment().isEmpty()) {
            GapExamples.assertKeepsCapacities("seed " + seed, problem, solution);
        }
        return solution;
    }

    private static void assertOptimal(GapSolution solution, double optimum, long seed) {
        assertThat(solution.objective()).as("seed %d", seed).isEqualTo(optimum);
        assertThat(solution.bound()).as("seed %d", seed).isLessThanOrEqualTo(optimum);
        assertThat(solution.status()).as("seed %d", seed).isEqualTo(GapSolution.Status.OPTIMAL);
        assertThat(solution.gap()).as("seed %d", seed).isZero();
    }

    /** Two agents, one with room for all: which items fit the other is a 0-1 knapsack, solved over its capacity. */
    @Test
    void oneNarrowAgentIsAKnapsack() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int items = 5 + random.nextInt(30);
            int capacity = random.nextInt(200);
            int[][] cost = new int[2][items];
            int[][] weight = new int[2][items];
            long[] best = new long[capacity + 1];
            long elsewhere = 0;
            for (int j = 0; j < items; j++) {
                weight[0][j] = random.nextInt(40);
                cost[0][j] = random.nextInt(50);
                cost[1][j] = random.nextInt(100);
                elsewhere += cost[1][j];
                for (int room = capacity; room >= weight[0][j]; room--) {
                    best[room] = Math.max(best[room], best[room - weight[0][j]] + cost[1][j] - cost[0][j]);
                }
            }
            GapSolution solution = solve(GapProblem.of(cost, weight, new int[] {capacity, 0}), seed);
            assertOptimal(solution, (double) (elsewhere - best[capacity]), seed);
        }
    }

    /** As many agents as items, each with room for one: the assignment problem, by dynamic programming over sets. */
    @Test
    void oneItemEachIsAMatching() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int n = 2 + random.nextInt(9);
            int[][] cost = new int[n][n];
            int[][] weight = new int[n][n];
            for (int i = 0; i < n; i++) {
                Arrays.setAll(cost[i], j -> random.nextInt(60) - 20);
                Arrays.fill(weight[i], 3);
            }
            double[] cheapest = new double[1 << n];
            Arrays.fill(cheapest, Double.POSITIVE_INFINITY);
            cheapest[0] = 0;
            for (int taken = 0; taken < 1 << n; taken++) {
                int item = Integer.bitCount(taken);
                for (int i = 0; i < n; i++) {
                    if ((taken >> i & 1) == 0) {
                        int then = taken | 1 << i;
                        cheapest[then] = Math.min(cheapest[then], cheapest[taken] + cost[i][item]);
                    }
                }
            }
            int[] capacity = IntStream.range(0, n).map(i -> 3 + i % 3).toArray();
            assertOptimal(solve(GapProblem.of(cost, weight, capacity), seed), cheapest[(1 << n) - 1], seed);
        }
    }

    /** Where everything fits everywhere, each item goes to its cheapest agent, at any size. */
    @Test
    void wideAgentsTakeWhatTheyDoCheapest() {
        for (long seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int agents = 1 + random.nextInt(12);
            int items = 1 + random.nextInt(150);
            int[][] cost = new int[agents][items];
            int[][] weight = new int[agents][items];
            int[] capacity = new int[agents];
            for (int i = 0; i < agents; i++) {
                for (int j = 0; j < items; j++) {
                    cost[i][j] = random.nextInt(1000);
                    weight[i][j] = random.nextInt(50);
                    capacity[i] += weight[i][j];
                }
            }
            double sum = 0;
            for (int j = 0; j < items; j++) {
                int item = j;
                sum += Arrays.stream(cost).mapToInt(row -> row[item]).min().orElseThrow();
            }
            assertOptimal(solve(GapProblem.of(cost, weight, capacity), seed), sum, seed);
        }
    }

    /** Halves of one number: feasible exactly where some subset has half the weight; subset sums say which. */
    @Test
    void twoEqualAgentsFilledToTheBrimArePartition() {
        int impossible = 0;
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int[] size = random.ints(5 + random.nextInt(6), 1, 25).toArray();
            size[0] += IntStream.of(size).sum() % 2;
            int half = IntStream.of(size).sum() / 2;
            boolean[] reached = new boolean[half + 1];
            reached[0] = true;
            for (int each : size) {
                for (int sum = half; sum >= each; sum--) {
                    reached[sum] |= reached[sum - each];
                }
            }
            GapSolution solution = solve(
                    GapProblem.of(new int[2][size.length], new int[][] {size, size}, new int[] {half, half}), seed);
            impossible += reached[half] ? 0 : 1;
            assertThat(solution.status())
                    .as("seed %d, %s", seed, Arrays.toString(size))
                    .isEqualTo(reached[half] ? GapSolution.Status.OPTIMAL : GapSolution.Status.INFEASIBLE);
        }
        assertThat(impossible).as("impossible ones among them").isBetween(1, 59);
    }

    /** Dantzig's rule: the relaxation of a knapsack fills by profit per weight and cuts the last item. */
    @Test
    void theDualOfOneNarrowAgentIsDantzigsBound() {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int items = 4 + random.nextInt(20);
            int capacity = 30 + random.nextInt(150);
            int[][] cost = new int[2][items];
            int[][] weight = new int[2][items];
            Arrays.setAll(weight[0], j -> 1 + random.nextInt(29));
            Arrays.setAll(cost[0], j -> random.nextInt(50));
            Arrays.setAll(cost[1], j -> cost[0][j] + 1 + random.nextInt(60));
            double relaxed = IntStream.of(cost[1]).sum();
            double room = capacity;
            int[] order = IntStream.range(0, items)
                    .boxed()
                    .sorted((a, b) -> Double.compare(
                            (cost[1][b] - cost[0][b]) / (double) weight[0][b],
                            (cost[1][a] - cost[0][a]) / (double) weight[0][a]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int j : order) {
                double share = Math.min(1, room / weight[0][j]);
                relaxed -= share * (cost[1][j] - cost[0][j]);
                room -= share * weight[0][j];
            }
            GapBudget budget = new GapBudget(Duration.ofSeconds(20), () -> 0, (phase, done, total) -> {});
            double bound = CapacityDual.solve(GapProblem.of(cost, weight, new int[] {capacity, 0}), budget)
                    .bound();
            assertThat(bound).as("seed %d", seed).isLessThanOrEqualTo(relaxed + 1e-6);
            assertThat(bound).as("seed %d", seed).isCloseTo(relaxed, within(1e-2 * Math.abs(relaxed) + 1e-6));
        }
    }

    /** One item dearer by a constant on every agent, one agent's weights and capacity in another unit. */
    @Test
    void constantsAndUnitsMoveTheOptimumByWhatTheyAre() {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            GapProblem problem = GapExamples.small(random);
            int dearer = random.nextInt(problem.items());
            int scaled = random.nextInt(problem.agents());
            int[][] cost = new int[problem.agents()][problem.items()];
            int[][] weight = new int[problem.agents()][problem.items()];
            int[] capacity = new int[problem.agents()];
            for (int i = 0; i < cost.length; i++) {
                int unit = i == scaled ? 7 : 1;
                capacity[i] = unit * problem.capacity(i) + unit - 1;
                for (int j = 0; j < problem.items(); j++) {
                    cost[i][j] = problem.cost(i, j) + (j == dearer ? 1000 : 0);
                    weight[i][j] = unit * problem.weight(i, j);
                }
            }
            GapSolution before = solve(problem, seed);
            GapSolution after = solve(GapProblem.of(cost, weight, capacity), seed);
            assertThat(after.status()).as("seed %d", seed).isEqualTo(before.status());
            assertThat(after.objective()).as("seed %d", seed).isEqualTo(before.objective() + 1000);
        }
    }
}
