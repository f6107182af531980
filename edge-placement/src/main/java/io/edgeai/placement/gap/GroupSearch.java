package io.edgeai.placement.gap;

import java.util.Arrays;

/**
 * Large-neighbourhood search by exact enumeration: takes all items of a few agents and looks for the cheapest other way
 * to spread them over those agents. With item prices {@code λ} and, for each agent, the most profit {@code Σ (λ − cost)}
 * that the items still to come can bring into the room left (a knapsack table), no completion of a partial spread costs
 * less than
 *
 * <pre>its cost + Σ items to come λ − Σ agents profit(items to come, room)</pre>
 *
 * so the depth-first search visits little else than near-optimal spreads. Accepts a little worse now and then. The
 * number of agents adapts to what is enumerable. Not thread-safe.
 */
final class GroupSearch {
    private static final int MOST_AGENTS = 16;
    private static final int NODES = 6_000;
    /** Steps of room in a table; coarser than capacity units where capacities are larger. */
    private static final int STEPS = 4096;

    private static final double ROUNDING = 1e-2;

    private final GapProblem problem;
    private final CapacityDual dual;
    private final double[] lambda;
    private final Incumbent incumbent;
    private final GapBudget budget;
    private final Dice dice;
    private double wanted = 3;

    private final int[] group = new int[MOST_AGENTS];
    private final int[] room = new int[MOST_AGENTS];
    private final int[] scale = new int[MOST_AGENTS];
    private final int[] width = new int[MOST_AGENTS];
    private final float[][] profit = new float[MOST_AGENTS][0];
    private int agents;
    private int[] items = new int[0];
    private double[] toCome = new double[1];
    private int[] choice = new int[0];
    private int[] found = new int[0];
    private int[] current = new int[0];
    private double[][] value = new double[0][];
    private int[][] order = new int[0][];
    private long limit;
    private int nodes;
    private boolean better;

    GroupSearch(
            GapProblem problem, CapacityDual dual, double[] lambda, Incumbent incumbent, GapBudget budget, Dice dice) {
        this.problem = problem;
        this.dual = dual;
        this.lambda = lambda;
        this.incumbent = incumbent;
        this.budget = budget;
        this.dice = dice;
    }

    /**
     * Improves an assignment within capacities until a share of the budget has passed.
     *
     * @param hot how much worse, on average, a spread may be that is accepted at first, in cost
     * @param cold the same at the end
     */
    void run(int[] start, double hot, double cold, double until) {
        Loads state = new Loads(problem, start);
        double from = budget.spent();
        double temperature = hot;
        for (long round = 0; problem.agents() > 1; round++) {
            if (round % 8 == 0) {
                if (budget.passed(until) || incumbent.optimal()) {
                    return;
                }
                budget.report("regroup");
                temperature = hot * Math.pow(cold / hot, (budget.spent() - from) / (until - from));
            }
            choose(state);
            if (improve(state, -temperature * Math.log(1 - dice.unit())) && state.cost() < incumbent.cost()) {
                incumbent.offer(state.assignment(), state.cost());
            }
        }
    }

    /** The agent of a random item, and agents that items of those already chosen would like. */
    private void choose(Loads state) {
        int most = Math.min(MOST_AGENTS, problem.agents());
        int size = Math.min(most, (int) (wanted + dice.unit()));
        agents = 0;
        add(state.agentOf(dice.below(problem.items())));
        while (agents < size) {
            int at = group[dice.below(agents)];
            int count = state.count(at);
            add(
                    count > 0 && dice.below(3) > 0
                            ? liked(state.held(at, dice.below(count)))
                            : dice.below(problem.agents()));
        }
    }

    /** One of the agents of least reduced cost for the item. */
    private int liked(int item) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int s = 0; s < 6; s++) {
            int i = dice.below(problem.agents());
            double reduced = dual.reduced(i, item, lambda[item]);
            if (reduced < least) {
                least = reduced;
                best = i;
            }
        }
        return best;
    }

    private void add(int agent) {
        for (int g = 0; g < agents; g++) {
            if (group[g] == agent) {
                return;
            }
        }
        group[agents++] = agent;
    }

    private boolean improve(Loads state, double slack) {
        int n = 0;
        for (int g = 0; g < agents; g++) {
            n += state.count(group[g]);
        }
        reserve(n);
        long cost = collect(state);
        arrange(n, state);
        for (int g = 0; g < agents; g++) {
            tabulate(g, n);
        }
        limit = cost + (long) slack;
        nodes = 0;
        better = false;
        visit(0, n, 0, false);
        wanted = nodes >= NODES
                ? Math.max(2, wanted - 0.1)
                : Math.min(Math.min(MOST_AGENTS, problem.agents()), wanted + 0.04);
        for (int d = 0; better && d < n; d++) {
            if (state.agentOf(items[d]) != group[found[d]]) {
                state.move(items[d], group[found[d]]);
            }
        }
        return better;
    }

    private long collect(Loads state) {
        int n = 0;
        long cost = 0;
        for (int g = 0; g < agents; g++) {
            int agent = group[g];
            room[g] = problem.capacity(agent);
            scale[g] = 1 + room[g] / STEPS;
            width[g] = room[g] / scale[g] + 1;
            for (int h = 0; h < state.count(agent); h++) {
                items[n] = state.held(agent, h);
                cost += problem.cost(agent, items[n++]);
            }
        }
        return cost;
    }

    /** Items that lose most by not getting their best agent go first. */
    private void arrange(int n, Loads state) {
        long[] keys = new long[n];
        for (int d = 0; d < n; d++) {
            double least = Double.POSITIVE_INFINITY;
            double second = Double.POSITIVE_INFINITY;
            for (int g = 0; g < agents; g++) {
                double reduced = dual.reduced(group[g], items[d], 0);
                second = Math.min(second, Math.max(least, reduced));
                least = Math.min(least, reduced);
            }
            keys[d] = ((long) Math.min(1e9, 1024 * (second - least)) << 32) | items[d];
        }
        Arrays.sort(keys);
        toCome[n] = 0;
        for (int d = n - 1; d >= 0; d--) {
            items[d] = (int) keys[n - 1 - d];
            toCome[d] = toCome[d + 1] + lambda[items[d]];
            for (int g = 0; g < agents; g++) {
                current[d] = group[g] == state.agentOf(items[d]) ? g : current[d];
            }
        }
    }

    /** The most profit of the items from each depth on, for each room of one agent. */
    private void tabulate(int g, int n) {
        int w = width[g];
        if (profit[g].length < (n + 1) * w) {
            profit[g] = new float[(n + 1) * w];
        }
        float[] table = profit[g];
        Arrays.fill(table, n * w, (n + 1) * w, 0);
        for (int d = n - 1; d >= 0; d--) {
            int above = (d + 1) * w;
            int here = d * w;
            float gain = (float) (lambda[items[d]] - problem.cost(group[g], items[d]));
            int weight = problem.weight(group[g], items[d]) / scale[g];
            if (gain <= 0 || weight >= w) {
                System.arraycopy(table, above, table, here, w);
                continue;
            }
            System.arraycopy(table, above, table, here, weight);
            for (int r = weight; r < w; r++) {
                table[here + r] = Math.max(table[above + r], table[above + r - weight] + gain);
            }
        }
    }

    private void visit(int depth, int n, long cost, boolean changed) {
        if (depth == n) {
            if (changed && cost <= limit) {
                limit = cost - 1;
                better = true;
                System.arraycopy(choice, 0, found, 0, n);
            }
            return;
        }
        double[] bound = value[depth];
        int[] by = order[depth];
        int item = items[depth];
        double base = cost + toCome[depth + 1];
        int fitting = 0;
        for (int g = 0; g < agents; g++) {
            bound[g] = profit[g][(depth + 1) * width[g] + room[g] / scale[g]];
            base -= bound[g];
        }
        for (int g = 0; g < agents; g++) {
            int left = room[g] - problem.weight(group[g], item);
            if (left < 0) {
                continue;
            }
            bound[g] += base + problem.cost(group[g], item) - profit[g][(depth + 1) * width[g] + left / scale[g]];
            int at = fitting++;
            for (; at > 0 && bound[by[at - 1]] > bound[g]; at--) {
                by[at] = by[at - 1];
            }
            by[at] = g;
        }
        for (int a = 0; a < fitting && bound[by[a]] <= limit + ROUNDING && nodes < NODES; a++) {
            int g = by[a];
            int weight = problem.weight(group[g], item);
            nodes++;
            room[g] -= weight;
            choice[depth] = g;
            visit(depth + 1, n, cost + problem.cost(group[g], item), changed || g != current[depth]);
            room[g] += weight;
        }
    }

    private void reserve(int n) {
        if (items.length < n) {
            int size = 2 * n;
            items = new int[size];
            choice = new int[size];
            found = new int[size];
            current = new int[size];
            toCome = new double[size + 1];
            value = new double[size][MOST_AGENTS];
            order = new int[size][MOST_AGENTS];
        }
    }
}
