package io.edgeai.placement.solver;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Depth-first branch and bound over all items: proves small problems optimal or infeasible. A branch is cut where the
 * Lagrangian bound at fixed prices, given what the branch has placed, cannot beat the best placement known. Replicas of
 * one group are alike, so they take options in ascending order only.
 */
final class ExactSearch {
    private static final double TOLERANCE = 1e-9;

    private final Occupancy state;
    private final Ranking ranking;
    private final double offset;
    private final List<Integer> order;
    private final double[] rest;
    private final long nodeLimit;
    private final SearchBudget budget;
    private long nodes;
    private boolean exhausted;
    private double bestCost;
    private @Nullable Spot @Nullable [] best;

    /**
     * @param ranking options by cost plus prices
     * @param offset what the bound is lower than the sum of ranked values: minus the sum of prices
     */
    ExactSearch(
            Instance instance, Ranking ranking, double offset, double knownCost, long nodeLimit, SearchBudget budget) {
        this.state = new Occupancy(instance);
        this.ranking = ranking;
        this.offset = offset;
        this.bestCost = knownCost;
        this.nodeLimit = nodeLimit;
        this.budget = budget;
        this.order = IntStream.range(0, state.items())
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(
                                i -> state.group(i).options().size())
                        .thenComparing(i -> i))
                .toList();
        this.rest = new double[order.size() + 1];
        for (int i = order.size() - 1; i >= 0; i--) {
            List<Ranking.Ranked> options = ranking.of(state.groupOf(order.get(i)));
            rest[i] = rest[i + 1]
                    + (options.isEmpty()
                            ? Double.POSITIVE_INFINITY
                            : options.get(0).value());
        }
    }

    /** Whether the search ended by itself; then no placement of all items is cheaper than what is known. */
    boolean run() {
        exhausted = true;
        visit(0, 0, offset);
        return exhausted;
    }

    /** A cheaper placement than the one known before, or null. */
    @Nullable
    Spot @Nullable [] best() {
        return best;
    }

    private void visit(int depth, double cost, double ranked) {
        if (depth == order.size()) {
            if (cost < bestCost) {
                bestCost = cost;
                best = state.snapshot();
            }
            return;
        }
        int item = order.get(depth);
        List<Ranking.Ranked> options = ranking.of(state.groupOf(item));
        boolean twin = depth > 0 && state.groupOf(order.get(depth - 1)) == state.groupOf(item);
        for (int o = twin ? indexOf(state.chosen(order.get(depth - 1)), options) : 0; o < options.size(); o++) {
            Ranking.Ranked next = options.get(o);
            if (!canImprove(ranked + next.value() + rest[depth + 1])) {
                return;
            }
            if (++nodes > nodeLimit || !budget.step("prove", nodes, nodeLimit)) {
                exhausted = false;
                return;
            }
            if (state.tryPlace(item, next.option())) {
                visit(depth + 1, cost + next.option().cost(), ranked + next.value());
                state.remove(item);
                if (!exhausted) {
                    return;
                }
            }
        }
    }

    private boolean canImprove(double least) {
        return Double.isInfinite(bestCost) || least < bestCost - TOLERANCE * Math.max(1, Math.abs(bestCost));
    }

    private static int indexOf(@Nullable Option taken, List<Ranking.Ranked> options) {
        for (int i = 0; i < options.size(); i++) {
            if (options.get(i).option().equals(taken)) {
                return i;
            }
        }
        return 0;
    }
}
