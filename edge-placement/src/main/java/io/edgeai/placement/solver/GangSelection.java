package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Decides which gangs to give up where not everything fits, so that no gang is placed in part and what it leaves is free
 * for others. Places what it can, gives up the gang of lowest priority that is not whole, and places again; then other
 * gangs in its stead, depth first, as long as attempts last. Keeps the placement whose missing priorities are the least,
 * highest first. Not thread-safe.
 */
final class GangSelection {
    /** Most placements that are tried. */
    private static final int ATTEMPTS = 64;

    /** Of more broken gangs than this a quarter is given up at once. */
    private static final int FEW = 4;

    private final Instance instance;
    private final Gangs gangs;
    private final SplittableRandom random;
    private final SearchBudget budget;
    private final Ranking ranking;
    private final Set<Set<Integer>> tried = new HashSet<>();
    private final Occupancy best;
    private int[] bestRank = {};
    private double bestCost;

    GangSelection(Instance instance, Gangs gangs, SplittableRandom random, SearchBudget budget) {
        this.instance = instance;
        this.gangs = gangs;
        this.random = random;
        this.budget = budget;
        this.ranking = new Ranking(instance, Option::cost);
        this.best = new Occupancy(instance);
    }

    /** The best placement with whole gangs, begun at one that may have parts of some. */
    Solution improve(Solution begun) {
        best.load(begun.occupancy().snapshot());
        gangs.withdraw(best);
        gangs.fill(best, ranking);
        bestRank = EjectionRepair.rank(best, best.missing());
        bestCost = best.cost();
        explore(new HashSet<>(gangs.hopeless()));
        new LocalSearch(best, ranking, random).run(budget, Double.NEGATIVE_INFINITY);
        gangs.fill(best, ranking);
        boolean complete = best.missing().isEmpty();
        double cost = best.cost();
        return new Solution(
                best,
                cost,
                complete ? Math.min(begun.lowerBound(), cost) : begun.lowerBound(),
                complete,
                !complete && begun.proven());
    }

    private void explore(Set<Integer> givenUp) {
        if (tried.size() >= ATTEMPTS || !tried.add(givenUp) || !budget.step("gangs", tried.size(), ATTEMPTS)) {
            return;
        }
        Instance rest = gangs.without(List.copyOf(givenUp));
        Occupancy state = Solver.construct(rest, new Ranking(rest, Option::cost), random, budget);
        List<Integer> broken = gangs.broken(state);
        Occupancy whole = new Occupancy(instance);
        whole.load(state.snapshot());
        gangs.withdraw(whole);
        gangs.fill(whole, ranking);
        keep(whole);
        if (broken.size() > FEW) {
            explore(with(givenUp, broken.subList(0, broken.size() / FEW)));
        } else {
            broken.forEach(gang -> explore(with(givenUp, List.of(gang))));
        }
    }

    private void keep(Occupancy state) {
        int[] rank = EjectionRepair.rank(state, state.missing());
        int better = Arrays.compare(rank, bestRank);
        if (better < 0 || (better == 0 && state.cost() < bestCost)) {
            bestRank = rank;
            bestCost = state.cost();
            best.load(state.snapshot());
        }
    }

    private static Set<Integer> with(Set<Integer> some, List<Integer> more) {
        List<Integer> all = new ArrayList<>(some);
        all.addAll(more);
        return Set.copyOf(all);
    }
}
