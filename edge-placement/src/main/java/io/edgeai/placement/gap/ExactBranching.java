package io.edgeai.placement.gap;

import java.util.stream.IntStream;

/**
 * Depth-first branch and bound with the knapsack bound, warm-started from the parent: fixes one item that is taken by
 * none or by several agents to each agent it fits. Settles problems of about a hundred items, with an assignment known
 * before. Not thread-safe.
 */
final class ExactBranching {
    private static final int ROOT_ITERATIONS = 300;
    private static final int NODE_ITERATIONS = 30;
    private static final double NODE_THETA = 0.6;
    private static final double ROUNDING = 1e-6;

    private final GapProblem problem;
    private final Incumbent incumbent;
    private final GapBudget budget;
    private final KnapsackBound bound;
    private final double until;
    private final int[] assignment;
    private final int[] room;
    private boolean cut;

    ExactBranching(GapProblem problem, Incumbent incumbent, GapBudget budget, double until) {
        this.problem = problem;
        this.incumbent = incumbent;
        this.budget = budget;
        this.bound = new KnapsackBound(problem);
        this.until = until;
        this.assignment = new int[problem.items()];
        this.room = IntStream.range(0, problem.agents()).map(problem::capacity).toArray();
    }

    /**
     * Whether the search ended by itself; then nothing is cheaper than the incumbent.
     *
     * @param lambda item prices to start from
     */
    boolean run(double[] lambda) {
        int[] items = IntStream.range(0, problem.items()).toArray();
        visit(items, lambda.clone(), 0, ROOT_ITERATIONS);
        return !cut;
    }

    private void visit(int[] items, double[] lambda, long cost, int iterations) {
        if (cut || budget.passed(until)) {
            cut = true;
            return;
        }
        budget.report("prove");
        if (items.length == 0) {
            incumbent.offer(assignment, cost);
            return;
        }
        double target = incumbent.known() ? (double) (incumbent.cost() - cost) : Double.NaN;
        double aim = Double.isNaN(target) ? sum(lambda, items) : target;
        double value = bound.ascend(
                lambda,
                items,
                room,
                aim,
                NODE_THETA,
                (k, best) -> k >= iterations || (incumbent.known() && hopeless(cost + best)));
        if (incumbent.known() && hopeless(cost + value)) {
            return;
        }
        int item = undecided(items);
        if (item < 0) {
            takeAll(items, cost);
            if (hopeless(cost + value)) {
                return;
            }
        }
        int branch = item < 0 ? items[0] : item;
        int[] left = IntStream.of(items).filter(j -> j != branch).toArray();
        int[] agents = IntStream.range(0, room.length)
                .filter(i -> problem.weight(i, branch) <= room[i])
                .boxed()
                .sorted((a, b) -> Double.compare(worth(a, branch), worth(b, branch)))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i : agents) {
            assignment[branch] = i;
            room[i] -= problem.weight(i, branch);
            visit(left, lambda.clone(), cost + problem.cost(i, branch), NODE_ITERATIONS);
            room[i] += problem.weight(i, branch);
        }
    }

    private boolean hopeless(double value) {
        return Math.ceil(value - ROUNDING) >= incumbent.cost();
    }

    private static double sum(double[] lambda, int[] items) {
        double sum = 0;
        for (int j : items) {
            sum += lambda[j];
        }
        return sum;
    }

    private double worth(int agent, int item) {
        return problem.cost(agent, item) + bound.critical(agent) * problem.weight(agent, item);
    }

    /** The heaviest item that is not taken exactly once; -1 where the relaxed solution is an assignment. */
    private int undecided(int[] items) {
        int found = -1;
        long heaviest = -1;
        for (int j : items) {
            if (bound.times(j) != 1) {
                long weight = 0;
                for (int i = 0; i < room.length; i++) {
                    weight += problem.weight(i, j);
                }
                if (weight > heaviest) {
                    heaviest = weight;
                    found = j;
                }
            }
        }
        return found;
    }

    private void takeAll(int[] items, long cost) {
        long sum = cost;
        for (int j : items) {
            assignment[j] = bound.taker(j);
            sum += problem.cost(assignment[j], j);
        }
        incumbent.offer(assignment, sum);
    }
}
