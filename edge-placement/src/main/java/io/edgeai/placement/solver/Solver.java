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

    /** Most items the exact search, which recurses once per item, is tried on. */
    private static final int EXACT_ITEMS = 500;

    private static final int BOUND_ITERATIONS = 3000;
    private static final double PROVEN_GAP = 1e-9;

    private Solver() {}

    /** Places all items, or those of highest priority where not all fit; a gang is placed whole or not at all. */
    public static Solution solve(Instance whole, long seed, SearchBudget budget) {
        Instance instance = Granularity.floor(Companies.closed(Dominance.prune(Gangs.levelled(whole))));
        SplittableRandom random = new SplittableRandom(seed);
        Gangs gangs = new Gangs(instance);
        Solution found = search(instance, gangs, random, budget);
        return found.complete() || gangs.none()
                ? found
                : new GangSelection(instance, gangs, random, budget).improve(found);
    }

    private static Solution search(Instance instance, Gangs gangs, SplittableRandom random, SearchBudget budget) {
        Ranking byCost = new Ranking(instance, Option::cost);
        Occupancy state = construct(instance, byCost, random, budget);
        boolean possible = instance.groups().stream().noneMatch(Solver::hopeless)
                && !Companies.anyHomeless(instance)
                && (gangs.none() || !Oversize.certain(instance));
        double bound = Double.POSITIVE_INFINITY;
        double offset = 0;
        Ranking ranking = byCost;
        if (possible && state.missing().isEmpty() && !budget.within(1)) {
            return unimproved(instance, state);
        }
        if (possible) {
            LowerBound lower = new LowerBound(instance);
            bound = lower.run(
                    state.missing().isEmpty() ? state.cost() : Double.POSITIVE_INFINITY, BOUND_ITERATIONS, budget);
            ranking = new Ranking(instance, lower::priced);
            offset = -lower.priceSum();
            Occupancy priced = construct(instance, ranking, random, budget);
            if (priced.missing().isEmpty() && (!state.missing().isEmpty() || priced.cost() < state.cost())) {
                state = priced;
            }
        }
        boolean complete = state.missing().isEmpty();
        new LocalSearch(state, ranking, random).run(budget, complete ? bound : Double.NEGATIVE_INFINITY);
        if (!complete) {
            GreedyConstruction.run(state, ranking, state.missing());
            complete = state.missing().isEmpty();
        }
        double cost = state.cost();
        if (!possible) {
            return new Solution(state, cost, bound, false, true);
        }
        if (complete && cost - bound <= PROVEN_GAP * Math.max(1, Math.abs(cost))) {
            return new Solution(state, cost, Math.min(bound, cost), true, true);
        }
        return settle(instance, state, new Relaxed(ranking, offset, bound), budget);
    }

    /** The first plan, where the time was up with it; its bound gives every item its cheapest option. */
    private static Solution unimproved(Instance instance, Occupancy state) {
        double cost = state.cost();
        double bound = 0;
        for (Group group : instance.groups()) {
            bound += group.replicas()
                    * group.options().stream().mapToDouble(Option::cost).min().orElse(0);
        }
        boolean proven = cost - bound <= PROVEN_GAP * Math.max(1, Math.abs(cost));
        return new Solution(state, cost, Math.min(bound, cost), true, proven);
    }

    /** Greedy, then repair of what did not fit. */
    static Occupancy construct(Instance instance, Ranking ranking, SplittableRandom random, SearchBudget budget) {
        Occupancy state = new Occupancy(instance);
        List<Integer> left = GreedyConstruction.run(
                state, ranking, IntStream.range(0, instance.items()).boxed().toList());
        if (!left.isEmpty()) {
            List<Integer> worthTrying = left.stream()
                    .filter(item -> !state.group(item).options().isEmpty())
                    .toList();
            new EjectionRepair(state, ranking, random).run(worthTrying, budget);
        }
        return state;
    }

    private record Relaxed(Ranking ranking, double offset, double bound) {}

    private static Solution settle(Instance instance, Occupancy state, Relaxed relaxed, SearchBudget budget) {
        boolean complete = state.missing().isEmpty();
        double known = complete ? state.cost() : Double.POSITIVE_INFINITY;
        ExactSearch exact = new ExactSearch(instance, relaxed.ranking(), relaxed.offset(), known, EXACT_NODES, budget);
        boolean proven = instance.items() <= EXACT_ITEMS && exact.run();
        @Nullable Spot @Nullable [] better = exact.best();
        if (better != null) {
            state.load(better);
            complete = true;
        }
        double cost = state.cost();
        double bound = complete ? Math.min(relaxed.bound(), cost) : relaxed.bound();
        return new Solution(state, cost, proven && complete ? cost : bound, complete, proven);
    }

    private static boolean hopeless(Group group) {
        long sites = group.options().stream().mapToInt(Option::site).distinct().count();
        return sites == 0 || (group.apart() != Group.Apart.NONE && sites < group.replicas());
    }
}
