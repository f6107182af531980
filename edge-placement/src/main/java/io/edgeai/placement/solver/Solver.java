package io.edgeai.placement.solver;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Places the items of an instance: greedy by regret, repair, bound, local search, and an exact search that settles
 * small problems. The same seed gives the same answer unless the time limit cut the search short.
 */
public final class Solver {
    /** Branches the exact search visits at most. */
    public static final long EXACT_NODES = 200_000;

    private static final int BOUND_ITERATIONS = 300;
    private static final double PROVEN_GAP = 1e-9;

    private Solver() {}

    public static Solution solve(Instance instance, long seed, SearchBudget budget) {
        Occupancy state = new Occupancy(instance);
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> left = GreedyConstruction.run(
                state, IntStream.range(0, instance.items()).boxed().toList());
        boolean possible = instance.groups().stream().noneMatch(Solver::hopeless);
        if (!left.isEmpty()) {
            List<Integer> worthTrying = left.stream()
                    .filter(item -> !state.group(item).options().isEmpty())
                    .toList();
            new EjectionRepair(state, random).run(worthTrying, budget);
        }
        boolean complete = state.placed() == instance.items();
        double bound = possible
                ? new LowerBound(instance)
                        .run(complete ? state.cost() : Double.POSITIVE_INFINITY, BOUND_ITERATIONS, budget)
                : Double.POSITIVE_INFINITY;
        new LocalSearch(state, random).run(budget, complete ? bound : Double.NEGATIVE_INFINITY);
        if (!complete) {
            GreedyConstruction.run(state, state.missing());
            complete = state.placed() == instance.items();
        }
        double cost = state.cost();
        if (!possible) {
            return new Solution(state, cost, bound, false, true);
        }
        if (complete && cost - bound <= PROVEN_GAP * Math.max(1, Math.abs(cost))) {
            return new Solution(state, cost, Math.min(bound, cost), true, true);
        }
        return settle(instance, state, complete, bound, budget);
    }

    private static Solution settle(
            Instance instance, Occupancy state, boolean complete, double bound, SearchBudget budget) {
        double known = complete ? state.cost() : Double.POSITIVE_INFINITY;
        ExactSearch exact = new ExactSearch(instance, known, EXACT_NODES, budget);
        boolean proven = instance.items() <= 500 && exact.run();
        @Nullable Spot @Nullable [] better = exact.best();
        if (better != null) {
            state.load(better);
            complete = true;
        }
        double cost = state.cost();
        return new Solution(
                state, cost, proven && complete ? cost : Math.min(bound, complete ? cost : bound), complete, proven);
    }

    private static boolean hopeless(Group group) {
        long sites = group.options().stream().mapToInt(Option::site).distinct().count();
        return sites == 0 || (group.apart() != Group.Apart.NONE && sites < group.replicas());
    }
}
