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
 * projected subgradient steps (Held, Wolfe and Crowder 1974) look for a good one.
 */
final class LowerBound {
    private static final int RESOURCES = 4;

    private final Instance instance;
    private final double[] capacity;
    private final double[] price;
    private final double[] bestPrice;
    private final double[] load;
    private final double[] siteCheapest;
    private final Option[] siteOption;

    LowerBound(Instance instance) {
        this.instance = instance;
        int bins = instance.bins().size();
        capacity = new double[bins * RESOURCES];
        for (int b = 0; b < bins; b++) {
            Bin bin = instance.bins().get(b);
            capacity[b * RESOURCES] = (double) bin.cpuMillis();
            capacity[b * RESOURCES + 1] = (double) bin.memoryBytes();
            capacity[b * RESOURCES + 2] = (double) bin.diskBytes();
            capacity[b * RESOURCES + 3] = 1000.0 * bin.devices().size();
        }
        price = new double[capacity.length];
        bestPrice = new double[capacity.length];
        load = new double[capacity.length];
        siteCheapest = new double[instance.sites()];
        siteOption = new Option[instance.sites()];
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
        for (int k = 0; k < iterations && theta > 1e-4 && best < target - 1e-12; k++) {
            if (!budget.step("bound", k, iterations)) {
                break;
            }
            double norm = 0;
            for (int r = 0; r < load.length; r++) {
                double slope = load[r] - 1;
                norm += price[r] > 0 || slope > 0 ? slope * slope : 0;
            }
            if (norm < 1e-18) {
                break;
            }
            double step = theta * Math.max(1e-12, aim - best) / norm;
            for (int r = 0; r < load.length; r++) {
                price[r] = Math.max(0, price[r] + step * (load[r] - 1));
            }
            double value = evaluate();
            if (value > best + 1e-12) {
                best = value;
                System.arraycopy(price, 0, bestPrice, 0, price.length);
                stale = 0;
            } else if (++stale == 8) {
                theta *= 0.6;
                stale = 0;
                System.arraycopy(bestPrice, 0, price, 0, price.length);
                evaluate();
            }
        }
        return best;
    }

    /** The cost of an option plus what it uses at the best prices found. */
    double priced(Option option) {
        return option.cost() + charge(option, bestPrice);
    }

    /** What the sum of priced options is too high by, as a bound. */
    double priceSum() {
        return Arrays.stream(bestPrice).sum();
    }

    private double evaluate() {
        Arrays.fill(load, 0);
        double sum = 0;
        for (Group group : instance.groups()) {
            sum += cheapest(group);
        }
        for (double mu : price) {
            sum -= mu;
        }
        return sum;
    }

    private double cheapest(Group group) {
        Arrays.fill(siteCheapest, Double.POSITIVE_INFINITY);
        List<Option> options = group.options();
        for (int i = 0; i < options.size(); i++) {
            Option option = options.get(i);
            double reduced = option.cost() + charge(option, price);
            if (reduced < siteCheapest[option.site()]) {
                siteCheapest[option.site()] = reduced;
                siteOption[option.site()] = option;
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
                use(siteOption[site], group.replicas());
                return siteCheapest[site] * group.replicas();
            }
            sum += siteCheapest[site];
            use(siteOption[site], 1);
            siteCheapest[site] = Double.POSITIVE_INFINITY;
        }
        return sum;
    }

    private double charge(Option option, double[] price) {
        int at = option.node() * RESOURCES;
        double sum = 0;
        if (price[at] > 0) {
            sum += price[at] * option.cpuMillis() / capacity[at];
        }
        if (price[at + 1] > 0) {
            sum += price[at + 1] * option.memoryBytes() / capacity[at + 1];
        }
        if (price[at + 2] > 0) {
            sum += price[at + 2] * option.diskBytes() / capacity[at + 2];
        }
        if (price[at + 3] > 0) {
            sum += price[at + 3] * option.deviceMilli() / capacity[at + 3];
        }
        return sum;
    }

    private void use(Option option, int times) {
        int at = option.node() * RESOURCES;
        add(at, (double) option.cpuMillis() * times);
        add(at + 1, (double) option.memoryBytes() * times);
        add(at + 2, (double) option.diskBytes() * times);
        add(at + 3, (double) option.deviceMilli() * times);
    }

    private void add(int at, double amount) {
        if (amount > 0) {
            load[at] += amount / capacity[at];
        }
    }
}
