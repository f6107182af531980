package io.edgeai.placement.gap;

import java.util.Arrays;

/**
 * The Lagrangian bound that relaxes "each item once" and keeps each agent's knapsack whole:
 *
 * <pre>L(λ) = Σ λ − Σ agents max over sets within capacity Σ (λ − cost)</pre>
 *
 * At least as strong as the linear relaxation when started from its item prices. Works on the items and capacities that
 * are left, so the exact search uses it too. Not thread-safe.
 */
final class KnapsackBound {
    private static final double DEFLECTION = 0.4;
    private static final double SHRINK = 0.6;
    private static final int PATIENCE = 12;

    private final GapProblem problem;
    private final Knapsack knapsack = new Knapsack();
    private final int[] times;
    private final int[] taker;
    private final int[] index;
    private final double[] critical;

    KnapsackBound(GapProblem problem) {
        this.problem = problem;
        this.times = new int[problem.items()];
        this.taker = new int[problem.items()];
        this.index = new int[problem.items()];
        this.critical = new double[problem.agents()];
    }

    /** How many agents take the item, at the prices last evaluated. */
    int times(int item) {
        return times[item];
    }

    /** An agent that takes the item; meaningful where one does. */
    int taker(int item) {
        return taker[item];
    }

    /** What a unit of room on the agent is worth, at the prices last evaluated. */
    double critical(int agent) {
        return critical[agent];
    }

    /** When to end an ascent. */
    interface Until {
        boolean ends(int iteration, double bound);
    }

    /**
     * Raises the bound from the given item prices, which become those of the best bound; {@link #times} speak of them.
     *
     * @param items the items left
     * @param room the capacities left
     * @param target value the bound is thought to reach, used to size steps
     */
    double ascend(double[] lambda, int[] items, int[] room, double target, double theta, Until until) {
        double[] best = lambda.clone();
        double[] direction = new double[lambda.length];
        double value = evaluate(lambda, items, room);
        double bound = value;
        int stale = 0;
        for (int k = 0; !until.ends(k, bound) && theta > 1e-3; k++) {
            double norm = 0;
            boolean exact = true;
            for (int j : items) {
                exact &= times[j] == 1;
                direction[j] = DEFLECTION * direction[j] + 1 - times[j];
                norm += direction[j] * direction[j];
            }
            if (exact || norm < 1e-12) {
                return value;
            }
            double step = theta * Math.max(1e-3, target - value) / norm;
            for (int j : items) {
                lambda[j] += step * direction[j];
            }
            value = evaluate(lambda, items, room);
            if (value > bound + 1e-9) {
                bound = value;
                stale = 0;
                System.arraycopy(lambda, 0, best, 0, lambda.length);
            } else if (++stale == PATIENCE) {
                stale = 0;
                theta *= SHRINK;
                System.arraycopy(best, 0, lambda, 0, lambda.length);
                Arrays.fill(direction, 0);
                value = evaluate(lambda, items, room);
            }
        }
        if (value < bound) {
            System.arraycopy(best, 0, lambda, 0, lambda.length);
            evaluate(lambda, items, room);
        }
        return bound;
    }

    private double evaluate(double[] lambda, int[] items, int[] room) {
        double sum = 0;
        for (int j : items) {
            times[j] = 0;
            sum += lambda[j];
        }
        for (int i = 0; i < room.length; i++) {
            knapsack.clear(items.length);
            int count = 0;
            for (int j : items) {
                double profit = lambda[j] - problem.cost(i, j);
                if (profit > 0 && problem.weight(i, j) <= room[i]) {
                    index[knapsack.add(profit, problem.weight(i, j))] = j;
                    count++;
                }
            }
            sum -= knapsack.solve(room[i]);
            critical[i] = knapsack.critical();
            for (int t = 0; t < count; t++) {
                if (knapsack.taken(t)) {
                    times[index[t]]++;
                    taker[index[t]] = i;
                }
            }
        }
        return sum;
    }
}
