package io.edgeai.placement.solver;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A value no placement of all items can be below, by relaxing the capacities: with a price {@code μ ≥ 0} per whole
 * resource of each node,
 *
 * <pre>L(μ) = Σ items min over options (cost + Σ μ · use/capacity) − Σ μ</pre>
 *
 * where the replicas of a group that must stand apart take different sites. Every {@code μ} gives a valid bound;
 * deflected subgradient steps look for a good one: they aim a little above the best bound known, for less and less after
 * every stall.
 */
final class LowerBound {
    private static final int RESOURCES = 4;

    /** Shares below this count as none, which keeps the bound valid: a whole disk of 2^63 bytes is no limit. */
    private static final double NOTHING = 1e-9;

    /** What a step aims to gain at first and at last, relative to the bound. */
    private static final double FIRST_STEP = 0.1;

    private static final double LAST_STEP = 1e-6;

    /** Iterations without a clear gain after which steps aim for less, by this factor. */
    private static final int PATIENCE = 40;

    private static final double SHRINK = 0.6;

    /** What the direction before weighs in the next. */
    private static final double DEFLECTION = 0.9;

    /** Share of the time limit for the bound. */
    private static final double TIME_SHARE = 0.4;

    private final Instance instance;
    private final double[] price;
    private final double[] bestPrice;
    private final double[] load;
    private final double[] direction;
    private final double[] siteCheapest;
    private final int[] siteOption;
    private final double[][] cost;
    private final int[][] node;
    private final int[][] site;
    private final double[][] use;
    private final int[][] active;

    LowerBound(Instance instance) {
        this.instance = instance;
        price = new double[instance.bins().size() * RESOURCES];
        bestPrice = new double[price.length];
        load = new double[price.length];
        direction = new double[price.length];
        siteCheapest = new double[instance.sites()];
        siteOption = new int[instance.sites()];
        int groups = instance.groups().size();
        cost = new double[groups][];
        use = new double[groups][];
        node = new int[groups][];
        site = new int[groups][];
        active = new int[groups][];
        for (int g = 0; g < groups; g++) {
            List<Option> options = instance.groups().get(g).options();
            cost[g] = options.stream().mapToDouble(Option::cost).toArray();
            node[g] = options.stream().mapToInt(Option::node).toArray();
            site[g] = options.stream().mapToInt(Option::site).toArray();
            double[][] shares = options.stream().map(this::shares).toArray(double[][]::new);
            active[g] = IntStream.range(0, RESOURCES)
                    .filter(r -> Arrays.stream(shares).anyMatch(share -> share[r] > 0))
                    .toArray();
            int width = active[g].length;
            use[g] = new double[options.size() * width];
            for (int o = 0; o < options.size(); o++) {
                for (int i = 0; i < width; i++) {
                    use[g][o * width + i] = shares[o][active[g][i]];
                }
            }
        }
    }

    /**
     * The best bound found; positive infinity where some group has fewer sites than replicas that must stand apart.
     *
     * @param target cost of a known placement, which no bound exceeds; infinite where none is known
     */
    double run(double target, int iterations, SearchBudget budget) {
        double value = evaluate();
        double best = value;
        double delta = Math.min(Math.max(1e-9, FIRST_STEP * Math.abs(best)), target - best);
        int stale = 0;
        for (int k = 0; k < iterations && delta > LAST_STEP * Math.abs(best) && best < target - 1e-12; k++) {
            if (!budget.step("bound", k, iterations) || !budget.within(TIME_SHARE)) {
                break;
            }
            double norm = 0;
            for (int r = 0; r < load.length; r++) {
                direction[r] = DEFLECTION * direction[r] + load[r] - 1;
                norm += price[r] > 0 || direction[r] > 0 ? direction[r] * direction[r] : 0;
            }
            if (norm < 1e-18) {
                break;
            }
            double step = (best + delta - value) / norm;
            for (int r = 0; r < load.length; r++) {
                price[r] = Math.max(0, price[r] + step * direction[r]);
            }
            value = evaluate();
            stale = value > best + 0.05 * delta ? 0 : stale + 1;
            if (value > best) {
                best = value;
                System.arraycopy(price, 0, bestPrice, 0, price.length);
            }
            if (stale > PATIENCE) {
                stale = 0;
                delta *= SHRINK;
                System.arraycopy(bestPrice, 0, price, 0, price.length);
                Arrays.fill(direction, 0);
                value = evaluate();
            }
        }
        return best;
    }

    /** The cost of an option plus what it uses at the best prices found. */
    double priced(Option option) {
        double[] shares = shares(option);
        double sum = option.cost();
        for (int r = 0; r < RESOURCES; r++) {
            sum += bestPrice[option.node() * RESOURCES + r] * shares[r];
        }
        return sum;
    }

    /** What the sum of priced options is too high by, as a bound. */
    double priceSum() {
        return Arrays.stream(bestPrice).sum();
    }

    private double evaluate() {
        Arrays.fill(load, 0);
        double sum = 0;
        for (int g = 0; g < cost.length; g++) {
            sum += cheapest(g);
        }
        for (double mu : price) {
            sum -= mu;
        }
        return sum;
    }

    private double cheapest(int g) {
        Group group = instance.groups().get(g);
        return group.replicas() == 1 || group.apart() == Group.Apart.NONE
                ? group.replicas() * cheapestOption(g, group.replicas())
                : cheapestSites(g, group.replicas());
    }

    /** Prices are not negative and options ascend by cost, so those dearer than the best are not looked at. */
    private double cheapestOption(int g, int replicas) {
        double least = Double.POSITIVE_INFINITY;
        int best = -1;
        for (int o = 0; o < cost[g].length && cost[g][o] < least; o++) {
            double reduced = reduced(g, o);
            if (reduced < least) {
                least = reduced;
                best = o;
            }
        }
        if (best >= 0) {
            load(g, best, replicas);
        }
        return least;
    }

    private double cheapestSites(int g, int replicas) {
        Arrays.fill(siteCheapest, Double.POSITIVE_INFINITY);
        for (int o = 0; o < cost[g].length; o++) {
            double reduced = reduced(g, o);
            if (reduced < siteCheapest[site[g][o]]) {
                siteCheapest[site[g][o]] = reduced;
                siteOption[site[g][o]] = o;
            }
        }
        double sum = 0;
        for (int r = 0; r < replicas; r++) {
            int next = 0;
            for (int s = 1; s < siteCheapest.length; s++) {
                if (siteCheapest[s] < siteCheapest[next]) {
                    next = s;
                }
            }
            if (siteCheapest.length == 0 || Double.isInfinite(siteCheapest[next])) {
                return Double.POSITIVE_INFINITY;
            }
            sum += siteCheapest[next];
            load(g, siteOption[next], 1);
            siteCheapest[next] = Double.POSITIVE_INFINITY;
        }
        return sum;
    }

    private double reduced(int g, int o) {
        int at = node[g][o] * RESOURCES;
        double sum = cost[g][o];
        int[] resources = active[g];
        for (int i = 0; i < resources.length; i++) {
            sum += price[at + resources[i]] * use[g][o * resources.length + i];
        }
        return sum;
    }

    private void load(int g, int o, int times) {
        int at = node[g][o] * RESOURCES;
        int[] resources = active[g];
        for (int i = 0; i < resources.length; i++) {
            load[at + resources[i]] += use[g][o * resources.length + i] * times;
        }
    }

    /** The shares of its node's resources that an option takes. */
    private double[] shares(Option option) {
        Bin bin = instance.bins().get(option.node());
        return new double[] {
            share((double) option.cpuMillis(), (double) bin.cpuMillis()),
            share((double) option.memoryBytes(), (double) bin.memoryBytes()),
            share((double) option.diskBytes(), (double) bin.diskBytes()),
            share(option.deviceMilli(), 1000.0 * bin.devices().size())
        };
    }

    private static double share(double part, double whole) {
        double share = part == 0 ? 0 : part / whole;
        return share < NOTHING ? 0 : share;
    }
}
