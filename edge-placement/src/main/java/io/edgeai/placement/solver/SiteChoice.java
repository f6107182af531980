package io.edgeai.placement.solver;

import java.util.Arrays;
import java.util.List;

/**
 * Replicas with a rule about sites: either a group whose replicas stand on as many sites, the cheapest, or groups that
 * all share one, the cheapest for them together. A site is taken at most once; within it each group takes its cheapest
 * option.
 */
final class SiteChoice implements Relaxation {
    private final List<PricedOptions> members;
    private final int wanted;
    private final double[] least;
    private final double[] cost;
    private final double[] part;
    private final double[] sorted;
    private final double[] weight;

    private SiteChoice(List<PricedOptions> members, int wanted, int sites) {
        this.members = members;
        this.wanted = wanted;
        this.least = new double[sites * members.size()];
        this.cost = new double[sites];
        this.part = new double[sites];
        this.sorted = new double[sites];
        this.weight = new double[sites * members.size()];
    }

    /** Every replica of the group on a site of its own. */
    static SiteChoice apart(PricedOptions group, int sites) {
        return new SiteChoice(List.of(group), group.replicas, sites);
    }

    /** All replicas of all groups on one site. */
    static SiteChoice together(List<PricedOptions> groups, int sites) {
        return new SiteChoice(groups, 1, sites);
    }

    @Override
    public double choose(double[] price, double heat, double[] load) {
        int sites = cost.length;
        Arrays.fill(cost, 0);
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        for (int m = 0; m < members.size(); m++) {
            PricedOptions member = members.get(m);
            member.reduce(price, Double.POSITIVE_INFINITY);
            for (int o = 0; o < member.size(); o++) {
                int at = m * sites + member.site[o];
                least[at] = Math.min(least[at], member.reduced[o]);
            }
            for (int s = 0; s < sites; s++) {
                cost[s] += times(m) * least[m * sites + s];
            }
        }
        System.arraycopy(cost, 0, sorted, 0, sites);
        Arrays.sort(sorted);
        if (wanted > sites || sorted[wanted - 1] == Double.POSITIVE_INFINITY) {
            return Double.POSITIVE_INFINITY;
        }
        double sum = 0;
        for (int i = 0; i < wanted; i++) {
            sum += sorted[i];
        }
        share(heat, sorted[wanted - 1]);
        for (int m = 0; m < members.size(); m++) {
            spread(m, heat, load);
        }
        return sum;
    }

    /** Replicas of a member on each site that is taken. */
    private int times(int member) {
        return wanted == 1 ? members.get(member).replicas : 1;
    }

    /** Parts in proportion to {@code exp(−cost / heat)} that add up to the number of sites wanted, none above 1. */
    private void share(double heat, double reference) {
        double open = 0;
        for (int s = 0; s < part.length; s++) {
            double below = (reference - cost[s]) / heat;
            part[s] = below < -PricedOptions.NEGLIGIBLE ? 0 : Math.exp(Math.min(below, PricedOptions.NEGLIGIBLE));
            open += part[s];
        }
        double left = wanted;
        boolean capped = true;
        while (capped) {
            capped = false;
            double scale = left / open;
            for (int s = 0; s < part.length; s++) {
                if (part[s] > 0 && part[s] * scale > 1) {
                    open -= part[s];
                    part[s] = -1;
                    left--;
                    capped = true;
                }
            }
        }
        for (int s = 0; s < part.length; s++) {
            part[s] = part[s] < 0 ? 1 : part[s] == 0 ? 0 : part[s] * left / open;
        }
    }

    private void spread(int m, double heat, double[] load) {
        PricedOptions member = members.get(m);
        int sites = part.length;
        Arrays.fill(weight, m * sites, (m + 1) * sites, 0);
        for (int o = 0; o < member.size(); o++) {
            weight[m * sites + member.site[o]] += weight(m, o, heat);
        }
        for (int o = 0; o < member.size(); o++) {
            double portion = part[member.site[o]];
            double mine = portion == 0 ? 0 : weight(m, o, heat);
            if (mine > 0) {
                member.load(load, o, times(m) * portion * mine / weight[m * sites + member.site[o]]);
            }
        }
    }

    private double weight(int m, int o, double heat) {
        PricedOptions member = members.get(m);
        double above = (member.reduced[o] - least[m * part.length + member.site[o]]) / heat;
        return above > PricedOptions.NEGLIGIBLE ? 0 : Math.exp(-above);
    }
}
