package io.edgeai.benchmarks;

import io.edgeai.placement.gap.GapProblem;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A generated assignment problem of one of the three hard types. Immutable.
 *
 * <ul>
 *   <li>c (Chu and Beasley 1997): weight 5 to 25, cost 10 to 50, apart from each other
 *   <li>d (the same): weight 1 to 100, cost {@code 111 − weight} give or take 10
 *   <li>e (Laguna et al. 1995): weight {@code 1 − 10 ln u}, cost {@code 1000 / weight − 10 v}
 * </ul>
 *
 * Capacities are 0.8 of an agent's weights over the number of agents.
 *
 * @param type c, d or e
 */
record GapInstance(char type, int agents, int items, long seed) {
    /** The sizes of Yagiura et al. (2004) that have no more than 400 items, and those that have more. */
    private static final List<int[]> SIZES = List.of(
            new int[] {5, 100},
            new int[] {10, 100},
            new int[] {20, 100},
            new int[] {5, 200},
            new int[] {10, 200},
            new int[] {20, 200},
            new int[] {10, 400},
            new int[] {20, 400},
            new int[] {40, 400},
            new int[] {15, 900},
            new int[] {30, 900},
            new int[] {60, 900},
            new int[] {20, 1600},
            new int[] {40, 1600},
            new int[] {80, 1600});

    /** All sizes that are usual, of one type and seed. */
    static List<GapInstance> usual(char type, long seed) {
        return SIZES.stream()
                .map(size -> new GapInstance(type, size[0], size[1], seed))
                .toList();
    }

    /** A name as in the literature: type, agents and items. */
    String name() {
        return type + (agents < 10 ? "0" : "") + agents + items;
    }

    GapProblem problem() {
        SplittableRandom random = new SplittableRandom(Arrays.hashCode(new long[] {seed, type, agents, items}));
        int[][] cost = new int[agents][items];
        int[][] weight = new int[agents][items];
        int[] capacity = new int[agents];
        for (int i = 0; i < agents; i++) {
            double sum = 0;
            for (int j = 0; j < items; j++) {
                weight[i][j] = weight(random);
                cost[i][j] = cost(random, weight[i][j]);
                sum += weight[i][j];
            }
            capacity[i] = (int) (0.8 * sum / agents);
        }
        return GapProblem.of(cost, weight, capacity);
    }

    private int weight(SplittableRandom random) {
        return switch (type) {
            case 'c' -> 5 + random.nextInt(21);
            case 'd' -> 1 + random.nextInt(100);
            case 'e' -> (int) (1 - 10 * Math.log(1 - random.nextDouble()));
            default -> throw new IllegalArgumentException("Type (" + type + ") is none of c, d and e.");
        };
    }

    private int cost(SplittableRandom random, int weight) {
        return switch (type) {
            case 'c' -> 10 + random.nextInt(41);
            case 'd' -> 111 - weight + random.nextInt(21) - 10;
            default -> (int) (1000.0 / weight - 10 * random.nextDouble());
        };
    }
}
