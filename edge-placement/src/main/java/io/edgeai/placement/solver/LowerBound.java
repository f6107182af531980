package io.edgeai.placement.solver;

import java.util.Arrays;
import java.util.List;

/**
 * A value no placement of all items can be below, by relaxing the capacities: with a price {@code μ ≥ 0} per whole
 * resource of each node,
 *
 * <pre>L(μ) = Σ items min over options (cost + Σ μ · use/capacity) − Σ μ</pre>
 *
 * where the replicas of a group that must stand apart take different sites. Every {@code μ} gives a valid bound;
 * subgradient steps from the best prices known, along loads averaged over the iterations, look for a good one (the
 * volume algorithm of Barahona and Anbil, Mathematical Programming 87, 2000).
 */
final class LowerBound {
    private static final int RESOURCES = 4;

    /** Iterations without a better bound after which steps shrink. */
    private static final int PATIENCE = 5;

    /** What the newest loads weigh in the direction of a step. */
    private static final double NEWEST = 0.15;

    private final Instance instance;
    private final double[] price;
    private final double[] bestPrice;
    private final double[] load;
    private final double[] direction;
    private final double[] siteCheapest;
    private final int[] siteOption;
    private final double[][] cost;
    private final double[][] use;

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
        for (int g = 0; g < groups; g++) {
            List<Option> options = instance.groups().get(g).options();
            cost[g] = new double[options.size()];
            use[g] = new double[options.size() * RESOURCES];
            for (int o = 0; o < options.size(); o++) {
                cost[g][o] = options.get(o).cost();
                System.arraycopy(shares(options.get(o)), 0, use[g], o * RESOURCES, RESOURCES);
            }
        }
    }

    /**
     * The best bound found; positive infinity where some group has fewer sites than replicas that must stand apart.
     *
     * @param target cost of a known placement, towards which steps are measured; infinite where none is known
     */
    double run(double target, int iterations, SearchBudget budget) {
        double best = evaluate();
        double aim = Double.isInfinite(target) ? best + Math.max(1e-9, Math.abs(best)) : target;
        double theta = 1;
        int stale = 0;
        System.arraycopy(load, 0, direction, 0, load.length);
        for (int k = 0; k < iterations && theta > 1e-4 && best < target - 1e-12; k++) {
            if (!budget.step("bound", k, iterations)) {
                break;
            }
            double norm = 0;
            for (int r = 0; r < load.length; r++) {
                direction[r] += NEWEST * (load[r] - direction[r]);
                double slope = direction[r] - 1;
                norm += bestPrice[r] > 0 || slope > 0 ? slope * slope : 0;
            }
            if (norm < 1e-18) {
                break;
            }
            double step = theta * Math.max(1e-12, aim - best) / norm;
            for (int r = 0; r < load.length; r++) {
                price[r] = Math.max(0, bestPrice[r] + step * (direction[r] - 1));
            }
            double value = evaluate();
            if (value > best + 1e-12) {
                best = value;
                System.arraycopy(price, 0, bestPrice, 0, price.length);
                stale = 0;
            } else if (++stale == PATIENCE) {
                theta *= 0.66;
                stale = 0;
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
        List<Option> options = group.options();
        Arrays.fill(siteCheapest, Double.POSITIVE_INFINITY);
        for (int o = 0; o < cost[g].length; o++) {
            Option option = options.get(o);
            int at = option.node() * RESOURCES;
            int of = o * RESOURCES;
            double reduced = cost[g][o]
                    + price[at] * use[g][of]
                    + price[at + 1] * use[g][of + 1]
                    + price[at + 2] * use[g][of + 2]
                    + price[at + 3] * use[g][of + 3];
            if (reduced < siteCheapest[option.site()]) {
                siteCheapest[option.site()] = reduced;
                siteOption[option.site()] = o;
            }
        }
        double sum = 0;
        for (int r = 0; r < group.replicas(); r++) {
            int site = 0;
            for (int s = 1; s < siteCheapest.length; s++) {
                if (siteCheapest[s] < siteCheapest[site]) {
                    site = s;
                }
            }
            if (siteCheapest.length == 0 || Double.isInfinite(siteCheapest[site])) {
                return Double.POSITIVE_INFINITY;
            }
            if (group.apart() == Group.Apart.NONE) {
                load(g, siteOption[site], group.replicas());
                return siteCheapest[site] * group.replicas();
            }
            sum += siteCheapest[site];
            load(g, siteOption[site], 1);
            siteCheapest[site] = Double.POSITIVE_INFINITY;
        }
        return sum;
    }

    private void load(int g, int o, int times) {
        int at = instance.groups().get(g).options().get(o).node() * RESOURCES;
        for (int r = 0; r < RESOURCES; r++) {
            load[at + r] += use[g][o * RESOURCES + r] * times;
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
        return part == 0 ? 0 : part / whole;
    }
}
