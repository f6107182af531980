package io.edgeai.placement.gap;

/**
 * Simulated annealing over assignments that may exceed capacities, at a price per agent that follows how often the agent
 * is overloaded. A move sends an item to a good agent, from where another item goes back or on to a third (ejection
 * chain); of some such items the best is taken. Where nothing within capacities has been met for long, prices rise until
 * something is. Not thread-safe.
 */
final class Annealing {
    private static final int SAMPLE = 16;
    private static final int PERIOD = 4096;
    private static final int EJECT_OF_256 = 200;
    private static final int SHIFT_OF_256 = 32;
    private static final double FASTER = 1.02;
    private static final double MOST_PRICE = 50;
    private static final double LEAST_PRICE = 1.02;
    private static final double FORCE = 1.1;
    private static final double MOST_FORCE = 1e6;
    private static final double COLD = 0.03;
    /** Share of a leg after which feasibility is forced. */
    private static final double PATIENCE = 0.4;

    private final GapProblem problem;
    private final Candidates candidates;
    private final Incumbent incumbent;
    private final GapBudget budget;
    private final Dice dice;
    private final double[] base;
    private final double[] price;
    private double force = 1;

    Annealing(
            GapProblem problem,
            CapacityDual dual,
            Candidates candidates,
            Incumbent incumbent,
            GapBudget budget,
            Dice dice) {
        this.problem = problem;
        this.candidates = candidates;
        this.incumbent = incumbent;
        this.budget = budget;
        this.dice = dice;
        this.base = new double[problem.agents()];
        double mean = 0;
        for (int i = 0; i < base.length; i++) {
            mean += dual.price(i) / base.length;
        }
        for (int i = 0; i < base.length; i++) {
            base[i] = Math.max(Math.max(dual.price(i), 0.3 * mean), 1e-3 * candidates.scale());
        }
        this.price = new double[base.length];
    }

    /**
     * Cools from a temperature, in multiples of a typical detour, and offers what it meets to the incumbent.
     *
     * @param until share of the budget at which to end
     * @param moves most moves
     * @param lastMoves most moves where nothing within capacities is known, whatever the time
     */
    void run(int[] start, double hot, double until, long moves, long lastMoves) {
        int[] open = candidates.open();
        Loads state = new Loads(problem, start);
        note(state);
        for (int i = 0; i < price.length; i++) {
            price[i] = 1.1 * base[i];
        }
        double from = budget.spent();
        double heat = hot;
        force = 1;
        for (long move = 0; open.length > 0 && (incumbent.known() ? move < moves : move < lastMoves); move++) {
            if (move % PERIOD == 0) {
                double done = Math.max((double) move / moves, (budget.spent() - from) / Math.max(1e-9, until - from));
                if (incumbent.known() && (done >= 1 || incumbent.optimal() || budget.passed(until))) {
                    return;
                }
                boolean forced = !incumbent.known() && done > PATIENCE;
                force = forced ? Math.min(MOST_FORCE, force * FORCE) : force;
                heat = forced ? hot : hot * Math.pow(COLD / hot, Math.min(1, done));
                budget.report("anneal");
                reprice(state);
            }
            step(state, open[dice.below(open.length)], heat * candidates.scale());
        }
    }

    private void note(Loads state) {
        if (state.excess() == 0 && state.cost() < incumbent.cost()) {
            incumbent.offer(state.assignment(), state.cost());
        }
    }

    private void reprice(Loads state) {
        double slower = Math.pow(FASTER, -2.0 / price.length);
        for (int i = 0; i < price.length; i++) {
            double next = price[i] * (state.room(i) < 0 ? FASTER : slower);
            double least = Math.max(LEAST_PRICE, force) * base[i];
            price[i] = Math.max(least, Math.min(Math.max(MOST_PRICE, force) * base[i], next));
        }
    }

    private void step(Loads state, int item, double temperature) {
        int i = state.agentOf(item);
        int[] mine = candidates.of(item);
        int k = mine[Math.min(dice.below(mine.length), dice.below(mine.length))];
        if (k == i) {
            return;
        }
        double detour = problem.cost(k, item) - problem.cost(i, item);
        int count = state.count(k);
        int out = -1;
        int to = -1;
        double best;
        if (count == 0 || (dice.bits() & 255) < SHIFT_OF_256) {
            best = detour + change(state, i, -problem.weight(i, item)) + change(state, k, problem.weight(k, item));
        } else {
            best = Double.POSITIVE_INFINITY;
            int at = dice.below(count);
            for (int s = Math.min(SAMPLE, count); s > 0; s--, at = at + 1 == count ? 0 : at + 1) {
                int other = state.held(k, at);
                int h = target(other, i, k);
                if (!problem.possible(h, other)) {
                    continue;
                }
                double delta = detour
                        + problem.cost(h, other)
                        - problem.cost(k, other)
                        + change(state, k, problem.weight(k, item) - problem.weight(k, other))
                        + (h == i
                                ? change(state, i, problem.weight(i, other) - problem.weight(i, item))
                                : change(state, i, -problem.weight(i, item))
                                        + change(state, h, problem.weight(h, other)));
                if (delta < best) {
                    best = delta;
                    out = other;
                    to = h;
                }
            }
            if (out < 0) {
                return;
            }
        }
        if (best <= 0 || dice.unit() < Math.exp(-best / temperature)) {
            state.move(item, k);
            if (out >= 0) {
                state.move(out, to);
            }
            note(state);
        }
    }

    /** Where the item that makes room goes: mostly to one of its own agents, else to the agent left. */
    private int target(int other, int left, int from) {
        int[] its = candidates.of(other);
        int bits = dice.bits();
        if (its.length > 0 && (bits & 255) < EJECT_OF_256) {
            int h = its[(bits >>> 8) % its.length];
            return h == from ? left : h;
        }
        return left;
    }

    private double change(Loads state, int agent, int weight) {
        int room = state.room(agent);
        int now = room < 0 ? -room : 0;
        int then = weight > room ? weight - room : 0;
        return price[agent] * (then - now);
    }
}
