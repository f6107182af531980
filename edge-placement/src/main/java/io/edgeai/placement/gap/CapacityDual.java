package io.edgeai.placement.gap;

import java.util.Arrays;

/**
 * The dual of the linear relaxation, solved in one price per agent: relaxing the capacities leaves
 *
 * <pre>L(μ) = Σ items min over agents (cost + μ·weight) − Σ μ·capacity</pre>
 *
 * whose maximum is the value of the linear relaxation. Deflected subgradient steps with a target above the best value
 * that comes closer after every stall. Prices of agents are few where items are many, so this ends fast at any size.
 */
final class CapacityDual {
    private static final int ITERATIONS = 4000;
    /** Taken whatever the budget: what follows depends on sensible prices. */
    private static final int SURE_ITERATIONS = 600;

    private static final double DEFLECTION = 0.5;
    private static final double SHRINK = 0.6;

    private final GapProblem problem;
    private final double[] price;
    private final double[] load;
    private double bound = Double.NEGATIVE_INFINITY;

    private CapacityDual(GapProblem problem) {
        this.problem = problem;
        this.price = new double[problem.agents()];
        this.load = new double[problem.agents()];
    }

    static CapacityDual solve(GapProblem problem, GapBudget budget) {
        CapacityDual dual = new CapacityDual(problem);
        dual.ascend(budget);
        return dual;
    }

    /** A valid lower bound; positive infinity where an item fits no agent. */
    double bound() {
        return bound;
    }

    /** What a unit of weight on the agent costs beyond its own cost. */
    double price(int agent) {
        return price[agent];
    }

    /** The least priced cost of an item. */
    double itemPrice(int item) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < problem.agents(); i++) {
            least = Math.min(least, priced(price, i, item));
        }
        return least;
    }

    /** What giving the item to the agent costs above its best agent, at these prices; infinite where it never fits. */
    double reduced(int agent, int item, double itemPrice) {
        return priced(price, agent, item) - itemPrice;
    }

    private double priced(double[] mu, int agent, int item) {
        return problem.possible(agent, item)
                ? problem.cost(agent, item) + mu[agent] * problem.weight(agent, item)
                : Double.POSITIVE_INFINITY;
    }

    private void ascend(GapBudget budget) {
        int m = problem.agents();
        double[] mu = new double[m];
        double[] direction = new double[m];
        double value = evaluate(mu);
        bound = value;
        if (Double.isInfinite(value)) {
            return;
        }
        double ceiling = ceiling();
        double delta = Math.max(1, 0.1 * Math.abs(value));
        int stale = 0;
        for (int k = 0; k < ITERATIONS && delta > 1e-7 * Math.max(1, Math.abs(bound)); k++) {
            double norm = 0;
            for (int i = 0; i < m; i++) {
                double slope = load[i] - problem.capacity(i);
                direction[i] = DEFLECTION * direction[i] + slope;
                if (mu[i] > 0 || direction[i] > 0) {
                    norm += direction[i] * direction[i];
                }
            }
            if (norm < 1e-12 || (k > SURE_ITERATIONS && k % 16 == 0 && budget.passed(0.5))) {
                break;
            }
            double step = (bound + delta - value) / norm;
            for (int i = 0; i < m; i++) {
                mu[i] = Math.max(0, mu[i] + step * direction[i]);
            }
            value = evaluate(mu);
            if (value > bound) {
                stale = value > bound + 0.05 * delta ? 0 : stale + 1;
                bound = value;
                System.arraycopy(mu, 0, price, 0, m);
            } else {
                stale++;
            }
            if (bound > ceiling) {
                bound = Double.POSITIVE_INFINITY;
                return;
            }
            if (stale > 15 + m / 4) {
                stale = 0;
                delta *= SHRINK;
                System.arraycopy(price, 0, mu, 0, m);
                value = evaluate(mu);
                Arrays.fill(direction, 0);
            }
        }
    }

    /** Every assignment costs at most this, so a bound above it means that there is none. */
    private double ceiling() {
        double sum = 1;
        for (int j = 0; j < problem.items(); j++) {
            int dearest = Integer.MIN_VALUE;
            for (int i = 0; i < problem.agents(); i++) {
                dearest = problem.possible(i, j) ? Math.max(dearest, problem.cost(i, j)) : dearest;
            }
            sum += dearest;
        }
        return sum;
    }

    private double evaluate(double[] mu) {
        Arrays.fill(load, 0);
        double sum = 0;
        for (int j = 0; j < problem.items(); j++) {
            double least = Double.POSITIVE_INFINITY;
            int best = -1;
            for (int i = 0; i < mu.length; i++) {
                double value = priced(mu, i, j);
                if (value < least) {
                    least = value;
                    best = i;
                }
            }
            if (best < 0) {
                return Double.POSITIVE_INFINITY;
            }
            load[best] += problem.weight(best, j);
            sum += least;
        }
        for (int i = 0; i < mu.length; i++) {
            sum -= mu[i] * problem.capacity(i);
        }
        return sum;
    }
}
