package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A value no placement of all items can be below, by relaxing the capacities: with a price {@code μ ≥ 0} per whole
 * resource of each node,
 *
 * <pre>L(μ) = Σ items min over options (cost + Σ μ · use/capacity) − Σ μ</pre>
 *
 * where the replicas of a group that must stand apart take different sites, and groups that must stand together the
 * same. Every {@code μ} gives a valid bound. Good ones are looked for by smoothing (Nesterov, Mathematical Programming
 * 103, 2005): items spread over nearly equal options by {@code exp(−reduced cost / heat)}, so that loads change gently
 * with prices even where all items rank all nodes alike; accelerated steps raise prices of overloaded resources, and the
 * heat falls by stages. Bounds are always those without smoothing.
 */
final class LowerBound {
    private static final int RESOURCES = 4;

    /** Shares below this count as none, which keeps the bound valid: a whole disk of 2^63 bytes is no limit. */
    private static final double NOTHING = 1e-9;

    /** Heat at first and at last, relative to the mean difference between a group's dearest and cheapest option. */
    private static final double FIRST_HEAT = 0.1;

    private static final double LAST_HEAT = 1e-5;

    /** What the heat falls by after each stage. */
    private static final double COOLING = 0.6;

    private static final int STAGE = 20;

    /** Share of the time limit for the bound. */
    private static final double TIME_SHARE = 0.4;

    private final Instance instance;
    private final List<Relaxation> parts = new ArrayList<>();
    private final double[] price;
    private final double[] ahead;
    private final double[] bestPrice;
    private final double[] load;

    /** By resource, the mean share that one item takes, weighted by that share: larger nodes bear larger steps. */
    private final double[] grain;

    private final double spread;

    /** @param instance in which groups are near all of their company */
    LowerBound(Instance instance) {
        this.instance = instance;
        price = new double[instance.bins().size() * RESOURCES];
        ahead = new double[price.length];
        bestPrice = new double[price.length];
        load = new double[price.length];
        grain = grain();
        List<PricedOptions> options = instance.groups().stream()
                .map(group -> new PricedOptions(group, this::shares))
                .toList();
        double differences = 0;
        for (int g = 0; g < options.size(); g++) {
            Group group = instance.groups().get(g);
            if (!group.near().isEmpty()) {
                addCompany(g, options);
            } else if (group.apart() != Group.Apart.NONE && group.replicas() > 1) {
                parts.add(SiteChoice.apart(options.get(g), instance.sites()));
            } else {
                parts.add(new FreeChoice(options.get(g)));
            }
            List<Option> ways = group.options();
            differences += ways.isEmpty()
                    ? 0
                    : ways.get(ways.size() - 1).cost() - ways.get(0).cost();
        }
        spread = options.isEmpty() ? 0 : differences / options.size();
    }

    /** Once for each company, at its first group. */
    private void addCompany(int g, List<PricedOptions> options) {
        List<Integer> others = instance.groups().get(g).near();
        if (others.stream().allMatch(other -> other > g)) {
            List<PricedOptions> members = new ArrayList<>(List.of(options.get(g)));
            others.forEach(other -> members.add(options.get(other)));
            parts.add(SiteChoice.together(members, instance.sites()));
        }
    }

    /**
     * The best bound found; positive infinity where some group has fewer sites than replicas that must stand apart, or
     * some company no site for all.
     *
     * @param target cost of a known placement, which no bound exceeds; infinite where none is known
     * @param iterations most prices that are tried
     */
    double run(double target, int iterations, SearchBudget budget) {
        double heat = FIRST_HEAT * spread;
        double best = evaluate(Math.max(heat, Double.MIN_NORMAL));
        int tried = 1;
        boolean going = spread > 0 && best < Double.POSITIVE_INFINITY;
        for (; going && heat > LAST_HEAT * spread; heat *= COOLING) {
            System.arraycopy(price, 0, ahead, 0, price.length);
            double momentum = 1;
            for (int k = 0; k < STAGE && going; k++) {
                double value = evaluate(heat);
                if (value > best) {
                    best = value;
                    System.arraycopy(ahead, 0, bestPrice, 0, price.length);
                }
                momentum = step(heat, momentum);
                going = ++tried < iterations
                        && best < target - 1e-12
                        && budget.step("bound", tried, iterations)
                        && budget.within(TIME_SHARE);
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

    /** The bound at the prices ahead; leaves the smoothed loads there. */
    private double evaluate(double heat) {
        Arrays.fill(load, 0);
        double sum = 0;
        for (Relaxation part : parts) {
            sum += part.choose(ahead, heat, load);
        }
        for (double mu : ahead) {
            sum -= mu;
        }
        return sum;
    }

    /** From the prices ahead along the smoothed gradient, then further in the direction taken; returns the momentum. */
    private double step(double heat, double momentum) {
        double along = 0;
        for (int r = 0; r < price.length; r++) {
            double old = price[r];
            price[r] = Math.max(0, ahead[r] + heat / grain[r] * (load[r] - 1));
            ahead[r] = price[r] - old;
            along += (load[r] - 1) * ahead[r];
        }
        boolean uphill = along >= 0;
        double next = uphill ? (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2 : 1;
        double keep = uphill ? (momentum - 1) / next : 0;
        for (int r = 0; r < price.length; r++) {
            ahead[r] = Math.max(0, price[r] + keep * ahead[r]);
        }
        return next;
    }

    private double[] grain() {
        double[] sum = new double[price.length];
        double[] squares = new double[price.length];
        for (Group group : instance.groups()) {
            for (Option option : group.options()) {
                double[] shares = shares(option);
                for (int r = 0; r < RESOURCES; r++) {
                    int at = option.node() * RESOURCES + r;
                    sum[at] += shares[r];
                    squares[at] += shares[r] * shares[r];
                }
            }
        }
        for (int r = 0; r < sum.length; r++) {
            squares[r] = sum[r] == 0 ? 1 : squares[r] / sum[r];
        }
        return squares;
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
