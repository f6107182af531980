package io.edgeai.placement.gap;

import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * The course of one run. One thread leads: it anneals, raises the bound, tries to prove and then regroups; others anneal
 * from other seeds and regroup as soon as the item prices of the bound are there. Thread-safe.
 */
final class GapSearch {
    private static final int EXACT_ITEMS = 100;
    private static final int BOUND_ITERATIONS = 300;
    /** Moves for each item of the leader's annealing where branch and bound comes next. */
    private static final long MOVES_BEFORE_PROOF = 12_000;
    /** Moves for each item after which annealing that met nothing within capacities gives up. */
    private static final long LAST_MOVES = 60_000;

    /** Shares of the budget at which the phases end. */
    private static final double ANNEAL = 0.2;

    private static final double BOUND = 0.35;
    private static final double PROOF = 0.5;

    /** Regrouping is started again from the best known so often. */
    private static final int LEGS = 3;

    /** Temperatures in multiples of a typical detour. */
    private static final double ANNEAL_HOT = 0.5;

    private static final double REGROUP_HOT = 0.6;
    private static final double REGROUP_COLD = 0.1;

    private final GapProblem problem;
    private final CapacityDual dual;
    private final Incumbent incumbent;
    private final GapBudget budget;
    private final CompletableFuture<double[]> prices = new CompletableFuture<>();

    GapSearch(GapProblem problem, CapacityDual dual, Incumbent incumbent, GapBudget budget) {
        this.problem = problem;
        this.dual = dual;
        this.incumbent = incumbent;
        this.budget = budget;
    }

    /** The whole course on one thread. */
    void lead(long seed) {
        Dice dice = new Dice(seed);
        boolean small = problem.items() <= EXACT_ITEMS;
        double[] lambda =
                IntStream.range(0, problem.items()).mapToDouble(dual::itemPrice).toArray();
        try {
            anneal(dice, ANNEAL, small ? MOVES_BEFORE_PROOF * problem.items() : Long.MAX_VALUE);
            if (!incumbent.optimal()) {
                raiseBound(lambda);
            }
        } finally {
            prices.complete(lambda.clone());
        }
        if (small && !incumbent.optimal() && new ExactBranching(problem, incumbent, budget, PROOF).run(lambda)) {
            incumbent.raiseBound(incumbent.known() ? (double) incumbent.cost() : Double.POSITIVE_INFINITY);
        }
        regroup(dice, lambda);
    }

    /** What a further thread does meanwhile. */
    void follow(long seed) {
        Dice dice = new Dice(seed);
        anneal(dice, ANNEAL, Long.MAX_VALUE);
        regroup(dice, prices.join());
    }

    private void anneal(Dice dice, double until, long moves) {
        Candidates candidates = Candidates.of(problem, dual, Double.POSITIVE_INFINITY);
        int[] rounded = IntStream.range(0, problem.items())
                .map(j -> candidates.of(j)[0])
                .toArray();
        new Annealing(problem, dual, candidates, incumbent, budget, dice)
                .run(rounded, ANNEAL_HOT, until, moves, LAST_MOVES * problem.items());
    }

    private void raiseBound(double[] lambda) {
        int[] items = IntStream.range(0, problem.items()).toArray();
        int[] room = IntStream.range(0, problem.agents()).map(problem::capacity).toArray();
        double target = incumbent.known()
                ? (double) incumbent.cost()
                : dual.bound() + Math.max(1, 0.05 * Math.abs(dual.bound()));
        budget.report("bound");
        incumbent.raiseBound(new KnapsackBound(problem)
                .ascend(
                        lambda,
                        items,
                        room,
                        target,
                        1,
                        (k, best) -> k >= BOUND_ITERATIONS || best > target - 1 + 1e-6 || budget.passed(BOUND)));
    }

    private void regroup(Dice dice, double[] lambda) {
        double begin = budget.spent();
        for (int leg = 1; leg <= LEGS && !budget.passed(1) && !incumbent.optimal(); leg++) {
            int[] best = incumbent.assignment();
            if (best == null) {
                return;
            }
            Candidates good = Candidates.of(problem, dual, (double) incumbent.cost());
            if (good.exhausted()) {
                incumbent.raiseBound((double) incumbent.cost());
                return;
            }
            new GroupSearch(problem, dual, lambda, incumbent, budget, dice)
                    .run(
                            best,
                            REGROUP_HOT * good.scale(),
                            REGROUP_COLD * good.scale(),
                            begin + (1 - begin) * leg / LEGS);
        }
    }
}
