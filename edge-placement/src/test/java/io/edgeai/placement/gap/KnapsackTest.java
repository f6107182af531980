package io.edgeai.placement.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KnapsackTest {
    @Test
    void equalsTheBestOfAllSubsets() {
        Knapsack knapsack = new Knapsack();
        for (int seed = 0; seed < 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int n = random.nextInt(11);
            int capacity = random.nextInt(60);
            double[] profit = random.doubles(n, 0.01, 20).toArray();
            int[] weight = random.ints(n, 0, 25).toArray();
            knapsack.clear(n);
            for (int t = 0; t < n; t++) {
                // a profit close to the weight leaves many items undecided by Dantzig's bound
                profit[t] = seed % 2 == 0 ? profit[t] : weight[t] + profit[t] / 20;
                knapsack.add(profit[t], weight[t]);
            }
            double value = knapsack.solve(capacity);
            assertThat(value).as("seed %d", seed).isCloseTo(best(profit, weight, capacity), within(1e-9));
            double sum = 0;
            int used = 0;
            for (int t = 0; t < n; t++) {
                sum += knapsack.taken(t) ? profit[t] : 0;
                used += knapsack.taken(t) ? weight[t] : 0;
            }
            assertThat(sum).as("profit of the set, seed %d", seed).isCloseTo(value, within(1e-9));
            assertThat(used).as("weight of the set, seed %d", seed).isLessThanOrEqualTo(capacity);
        }
    }

    @Test
    void capacitiesTooLargeForATableStillBoundFromAbove() {
        Knapsack knapsack = new Knapsack();
        knapsack.clear(3);
        knapsack.add(60, 60_000_000);
        knapsack.add(60, 60_000_000);
        knapsack.add(59, 60_000_000);
        assertThat(knapsack.solve(100_000_000)).isBetween(60.0, 100.0 + 1e-6);
    }

    private static double best(double[] profit, int[] weight, int capacity) {
        double best = 0;
        for (int set = 0; set < 1 << profit.length; set++) {
            double sum = 0;
            int used = 0;
            for (int t = 0; t < profit.length; t++) {
                sum += (set >> t & 1) * profit[t];
                used += (set >> t & 1) * weight[t];
            }
            best = used <= capacity ? Math.max(best, sum) : best;
        }
        return best;
    }
}
