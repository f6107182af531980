package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against trying every set of cuts. */
class BottleneckCutsPropertyTest {
    /** Slowest stage, and all that is sent. */
    private static double[] cost(double[] times, double[] transfer, List<Integer> cuts) {
        double slowest = 0;
        double sent = 0;
        int from = 0;
        for (int i = 0; i <= cuts.size(); i++) {
            int to = i < cuts.size() ? cuts.get(i) : times.length;
            double stage = i < cuts.size() ? transfer[to] : 0;
            sent += stage;
            for (int node = from; node < to; node++) {
                stage += times[node];
            }
            slowest = Math.max(slowest, stage);
            from = to;
        }
        return new double[] {slowest, sent};
    }

    private static void everyChoice(
            List<Integer> places, int count, int from, List<Integer> chosen, List<List<Integer>> all) {
        if (chosen.size() == count) {
            all.add(List.copyOf(chosen));
            return;
        }
        for (int i = from; i < places.size(); i++) {
            chosen.add(places.get(i));
            everyChoice(places, count, i + 1, chosen, all);
            chosen.remove(chosen.size() - 1);
        }
    }

    @Test
    void noOtherCutsAreBetter() {
        for (long seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            int nodes = 2 + random.nextInt(9);
            double[] times = new double[nodes];
            Arrays.setAll(times, i -> random.nextInt(20));
            double[] transfer = new double[nodes + 1];
            Arrays.setAll(transfer, i -> random.nextInt(4) * random.nextInt(8));
            List<Integer> places = new ArrayList<>();
            for (int place = 1; place < nodes; place++) {
                if (random.nextInt(5) > 0) {
                    places.add(place);
                }
            }
            int stages = 1 + random.nextInt(4);

            List<Integer> found = BottleneckCuts.of(times, transfer, places, stages);

            if (places.size() < stages - 1) {
                assertThat(found).as("seed %d", seed).isEmpty();
                continue;
            }
            assertThat(found)
                    .as("seed %d", seed)
                    .hasSize(stages - 1)
                    .isSubsetOf(places)
                    .isSorted();
            List<List<Integer>> all = new ArrayList<>();
            everyChoice(places, stages - 1, 0, new ArrayList<>(), all);
            double[] mine = cost(times, transfer, found);
            for (List<Integer> other : all) {
                double[] cost = cost(times, transfer, other);
                assertThat(mine[0])
                        .as("seed %d: slowest against %s", seed, other)
                        .isLessThanOrEqualTo(cost[0]);
                if (cost[0] <= mine[0]) {
                    assertThat(mine[1])
                            .as("seed %d: sent against %s", seed, other)
                            .isLessThanOrEqualTo(cost[1]);
                }
            }
        }
    }

    @Test
    void equalNodesAreDealtOutEvenly() {
        double[] times = new double[12];
        Arrays.fill(times, 7);
        List<Integer> everywhere =
                java.util.stream.IntStream.range(1, 12).boxed().toList();

        assertThat(BottleneckCuts.of(times, new double[13], everywhere, 4)).containsExactly(3, 6, 9);
    }
}
