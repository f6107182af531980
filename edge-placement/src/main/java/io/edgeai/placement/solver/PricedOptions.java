package io.edgeai.placement.solver;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The options of one group in plain arrays, cheapest first, with the shares of a node that each takes. */
final class PricedOptions {
    /** Options dearer than the cheapest by this many heats are not taken: {@code e⁻²⁵} of the cheapest's part. */
    static final double NEGLIGIBLE = 25;

    final int replicas;
    final int[] site;
    final double[] reduced;
    private final double[] cost;
    private final int[] first;
    private final int[] resources;
    private final double[] use;

    /** @param shares what an option takes of its node, by resource; the first resource of node n is n · their number */
    PricedOptions(Group group, Function<Option, double[]> shares) {
        List<Option> options = group.options();
        replicas = group.replicas();
        cost = options.stream().mapToDouble(Option::cost).toArray();
        site = options.stream().mapToInt(Option::site).toArray();
        reduced = new double[cost.length];
        double[][] all = options.stream().map(shares).toArray(double[][]::new);
        int width = all.length == 0 ? 0 : all[0].length;
        first = options.stream().mapToInt(option -> option.node() * width).toArray();
        resources = IntStream.range(0, width)
                .filter(r -> Arrays.stream(all).anyMatch(share -> share[r] > 0))
                .toArray();
        use = new double[cost.length * resources.length];
        for (int o = 0; o < cost.length; o++) {
            for (int i = 0; i < resources.length; i++) {
                use[o * resources.length + i] = all[o][resources[i]];
            }
        }
    }

    int size() {
        return cost.length;
    }

    /**
     * Writes the reduced costs of options that matter; prices are not negative, so that once the plain cost is dearer
     * than the cheapest reduced one by more than {@code reach}, the rest need not be looked at.
     *
     * @return how many were written
     */
    int reduce(double[] price, double reach) {
        double least = Double.POSITIVE_INFINITY;
        int o = 0;
        for (; o < cost.length && cost[o] <= least + reach; o++) {
            double sum = cost[o];
            for (int i = 0; i < resources.length; i++) {
                sum += price[first[o] + resources[i]] * use[o * resources.length + i];
            }
            reduced[o] = sum;
            least = Math.min(least, sum);
        }
        return o;
    }

    void load(double[] load, int o, double times) {
        for (int i = 0; i < resources.length; i++) {
            load[first[o] + resources[i]] += use[o * resources.length + i] * times;
        }
    }
}
