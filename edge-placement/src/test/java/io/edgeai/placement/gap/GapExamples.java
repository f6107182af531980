package io.edgeai.placement.gap;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Ticker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;

/** Problems made by the published recipes, the folder of published ones, and checks written out plainly. */
final class GapExamples {
    private GapExamples() {}

    /** Types c, d and e of Chu and Beasley (1997) and Laguna et al. (1995): the harder the later the letter, d hardest. */
    static GapProblem generated(char type, int agents, int items, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[][] cost = new int[agents][items];
        int[][] weight = new int[agents][items];
        int[] capacity = new int[agents];
        for (int i = 0; i < agents; i++) {
            double sum = 0;
            for (int j = 0; j < items; j++) {
                switch (type) {
                    case 'c' -> {
                        weight[i][j] = 5 + random.nextInt(21);
                        cost[i][j] = 10 + random.nextInt(41);
                    }
                    case 'd' -> {
                        weight[i][j] = 1 + random.nextInt(100);
                        cost[i][j] = 111 - weight[i][j] + random.nextInt(21) - 10;
                    }
                    default -> {
                        weight[i][j] = (int) (1 - 10 * Math.log(1 - random.nextDouble()));
                        cost[i][j] = (int) (1000.0 / weight[i][j] - 10 * random.nextDouble());
                    }
                }
                sum += weight[i][j];
            }
            capacity[i] = (int) (0.8 * sum / agents);
        }
        return GapProblem.of(cost, weight, capacity);
    }

    /** Numbers of any kind: negative costs, weights of nothing, agents of no capacity, items too heavy for some. */
    static GapProblem small(SplittableRandom random) {
        int agents = 1 + random.nextInt(4);
        int items = 1 + random.nextInt(7);
        int[][] cost = new int[agents][items];
        int[][] weight = new int[agents][items];
        int[] capacity = new int[agents];
        int spread = 1 + random.nextInt(30);
        for (int i = 0; i < agents; i++) {
            capacity[i] = random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(4 + 40 * items / agents);
            for (int j = 0; j < items; j++) {
                cost[i][j] = random.nextInt(2 * spread) - spread / 2;
                weight[i][j] = random.nextInt(6) == 0 ? 0 : random.nextInt(30);
            }
        }
        return GapProblem.of(cost, weight, capacity);
    }

    /** A clock that moves only when it is looked at: the same budget is the same work however busy the machine is. */
    static Ticker looks(long nanosEach) {
        AtomicLong now = new AtomicLong();
        return () -> now.addAndGet(nanosEach);
    }

    /** The least cost over all agents^items assignments; positive infinity where none keeps the capacities. */
    static double cheapest(GapProblem problem) {
        return cheapest(problem, 0, new int[problem.agents()]);
    }

    private static double cheapest(GapProblem problem, int item, int[] load) {
        if (item == problem.items()) {
            return 0;
        }
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < load.length; i++) {
            if (load[i] + problem.weight(i, item) <= problem.capacity(i)) {
                load[i] += problem.weight(i, item);
                best = Math.min(best, problem.cost(i, item) + cheapest(problem, item + 1, load));
                load[i] -= problem.weight(i, item);
            }
        }
        return best;
    }

    /** Adds up costs and weights again. */
    static void assertKeepsCapacities(String name, GapProblem problem, GapSolution solution) {
        assertThat(solution.assignment()).as(name).hasSize(problem.items());
        long[] load = new long[problem.agents()];
        double cost = 0;
        for (int j = 0; j < problem.items(); j++) {
            int agent = solution.assignment().get(j);
            load[agent] += problem.weight(agent, j);
            cost += problem.cost(agent, j);
        }
        for (int i = 0; i < load.length; i++) {
            assertThat(load[i]).as("%s, load of agent %d", name, i).isLessThanOrEqualTo(problem.capacity(i));
        }
        assertThat(solution.objective()).as(name).isEqualTo(cost);
        assertThat(solution.bound()).as(name).isLessThanOrEqualTo(cost);
    }

    /** The published problems; skips the test where they are not here. */
    static Path published() {
        Path folder = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "placement", "gap");
        Assumptions.assumeTrue(Files.isDirectory(folder), "skipped: no folder " + folder);
        return folder;
    }
}
