package io.edgeai.placement.solver;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Depth-first branch and bound over all items: proves small problems optimal or infeasible. A branch is cut where its
 * cost plus the cheapest option of each remaining item cannot beat the best placement known. Replicas of one group are
 * alike, so they take options in ascending order only.
 */
final class ExactSearch {
    private final Occupancy state;
    private final List<Integer> order;
    private final double[] rest;
    private final long nodeLimit;
    private final SearchBudget budget;
    private long nodes;
    private boolean exhausted;
    private double bestCost;
    private @Nullable Spot @Nullable [] best;

    ExactSearch(Instance instance, double knownCost, long nodeLimit, SearchBudget budget) {
        this.state = new Occupancy(instance);
        this.bestCost = knownCost;
        this.nodeLimit = nodeLimit;
        this.budget = budget;
        this.order = IntStream.range(0, state.items())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> state.group(i).options().size())
                        .thenComparing(i -> i))
                .toList();
        this.rest = new double[order.size() + 1];
        for (int i = order.size() - 1; i >= 0; i--) {
            List<Option> options = state.group(order.get(i)).options();
            rest[i] = rest[i + 1]
                    + (options.isEmpty()
                            ? Double.POSITIVE_INFINITY
                            : options.get(0).cost());
        }
    }

    /** Whether the search ended by itself; then no placement of all items is cheaper than what is known. */
    boolean run() {
        exhausted = true;
        visit(0, 0);
        return exhausted;
    }

    /** A cheaper placement than the one known before, or null. */
    @Nullable Spot @Nullable [] best() {
        return best;
    }

    private void visit(int depth, double cost) {
        if (depth == order.size()) {
            bestCost = cost;
            best = state.snapshot();
            return;
        }
        int item = order.get(depth);
        List<Option> options = state.group(item).options();
        int from = depth > 0 && state.groupOf(order.get(depth - 1)) == state.groupOf(item)
                ? firstFor(order.get(depth - 1), options)
                : 0;
        for (int o = from; o < options.size(); o++) {
            Option option = options.get(o);
            double least = cost + option.cost() + rest[depth + 1];
            if (!(least < bestCost - 1e-9 * Math.max(1, Math.abs(bestCost)) || Double.isInfinite(bestCost))) {
                return;
            }
            if (++nodes > nodeLimit || !budget.step("prove", nodes, nodeLimit)) {
                exhausted = false;
                return;
            }
            if (state.tryPlace(item, option)) {
                visit(depth + 1, cost + option.cost());
                state.remove(item);
                if (!exhausted) {
                    return;
                }
            }
        }
    }

    private int firstFor(int twin, List<Option> options) {
        Option taken = state.chosen(twin);
        return taken == null ? 0 : options.indexOf(taken);
    }
}
