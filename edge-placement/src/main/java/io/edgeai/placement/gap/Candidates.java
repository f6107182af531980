package io.edgeai.placement.gap;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * For each item the few agents it could well go to, best first by reduced cost. An agent whose reduced cost alone takes
 * the bound to the best known cost is left out: no cheaper assignment uses it. Immutable.
 */
final class Candidates {
    private static final int MOST = 8;

    private final int[][] agents;
    private final int[] open;
    private final double scale;

    private Candidates(int[][] agents, double scale) {
        this.agents = agents;
        this.scale = scale;
        this.open = IntStream.range(0, agents.length)
                .filter(j -> agents[j].length > 1)
                .toArray();
    }

    /**
     * @param cutoff cost of a known assignment to be beaten; infinite where none is known
     */
    static Candidates of(GapProblem problem, CapacityDual dual, double cutoff) {
        int[][] agents = new int[problem.items()][];
        double[] reduced = new double[problem.agents()];
        double seconds = 0;
        int counted = 0;
        for (int j = 0; j < agents.length; j++) {
            double price = dual.itemPrice(j);
            int[] order = new int[Math.min(MOST, reduced.length)];
            int found = 0;
            for (int i = 0; i < reduced.length; i++) {
                reduced[i] = dual.reduced(i, j, price);
                if (Double.isInfinite(reduced[i]) || dual.bound() + reduced[i] > cutoff - 1 + 1e-6) {
                    continue;
                }
                int at = found < order.length ? found++ : order.length;
                for (; at > 0 && reduced[order[at - 1]] > reduced[i]; at--) {
                    if (at < order.length) {
                        order[at] = order[at - 1];
                    }
                }
                if (at < order.length) {
                    order[at] = i;
                }
            }
            agents[j] = IntStream.range(0, found).map(k -> order[k]).toArray();
            if (found > 1) {
                seconds += reduced[order[1]];
                counted++;
            }
        }
        return new Candidates(agents, counted == 0 ? 1 : Math.max(1e-3, seconds / counted));
    }

    /** Agents of an item; none where no cheaper assignment exists. */
    int[] of(int item) {
        return agents[item];
    }

    /** Whether some item has no agent left: then nothing is cheaper than what is known. */
    boolean exhausted() {
        return Arrays.stream(agents).anyMatch(some -> some.length == 0);
    }

    /** Items with a choice. */
    int[] open() {
        return open;
    }

    /** Mean reduced cost of the second best agent: the size of a typical detour. */
    double scale() {
        return scale;
    }
}
