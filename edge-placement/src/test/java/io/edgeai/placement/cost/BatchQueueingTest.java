package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The wait of those that are served in batches against queues that are played through. */
class BatchQueueingTest {
    private static final int ARRIVALS = 40_000;

    /** Waits in runs, sorted: a free server takes up to {@code batch} of those that are there, each run lasts 1. */
    private static double[] simulated(double rate, int batch, int servers, long seed) {
        Random random = new Random(seed);
        double[] arrival = new double[ARRIVALS];
        double clock = 0;
        for (int i = 0; i < ARRIVALS; i++) {
            clock -= Math.log(1 - random.nextDouble()) / rate;
            arrival[i] = clock;
        }
        PriorityQueue<Double> free = new PriorityQueue<>();
        for (int s = 0; s < servers; s++) {
            free.add(0.0);
        }
        double[] waits = new double[ARRIVALS];
        int next = 0;
        while (next < ARRIVALS) {
            double begins = Math.max(free.remove(), arrival[next]);
            int end = next;
            while (end < ARRIVALS && end - next < batch && arrival[end] <= begins) {
                waits[end] = begins - arrival[end];
                end++;
            }
            next = end;
            free.add(begins + 1);
        }
        double[] settled = Arrays.copyOfRange(waits, ARRIVALS / 10, ARRIVALS);
        Arrays.sort(settled);
        return settled;
    }

    @Test
    void noSimulatedQueueIsSlowerThanItSays() {
        for (int servers : new int[] {1, 2, 4}) {
            for (int batch : new int[] {2, 4, 8, 32}) {
                for (double utilisation : new double[] {0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95}) {
                    double rate = utilisation * batch * servers;
                    double[] waits = simulated(rate, batch, servers, 7);
                    for (double quantile : new double[] {0.5, 0.9, 0.99}) {
                        double simulated = waits[(int) (waits.length * quantile)];
                        double said = Queueing.batchWaitQuantileMillis(rate * 1000, 1, batch, servers, 0, quantile);
                        String where = "c " + servers + ", b " + batch + ", load " + utilisation + ", q " + quantile;
                        assertThat(said).as(where).isGreaterThanOrEqualTo(simulated);
                        if (servers == 1 && quantile == 0.99) {
                            assertThat((1 + simulated) / (1 + said)).as(where).isBetween(0.73, 0.99);
                        }
                    }
                }
            }
        }
    }

    @Test
    void whatIsNeverAskedNeverWaitsAndWhatIsOverloadedWaitsForEver() {
        assertThat(Queueing.batchWaitQuantileMillis(0, 10, 8, 1, 0, 0.99)).isZero();
        assertThat(Queueing.batchWaitQuantileMillis(800, 10, 8, 1, 0, 0.99)).isInfinite();
        assertThat(Queueing.batchWaitQuantileMillis(799, 10, 8, 1, 0, 0.99)).isFinite();
    }

    /** One server at half of its capacity of 400/s: half of the batches wait, 1/4 batch variation, 20 ms runs. */
    @Test
    void byHand() {
        double given = 0.25 / 2 * 20 / 0.5;
        assertThat(Queueing.batchWaitQuantileMillis(100, 20, 4, 1, 0, 0.99))
                .isCloseTo(20 + given * Math.log(0.5 / 0.01), within(1e-9));
        assertThat(Queueing.batchWaitQuantileMillis(100, 20, 4, 1, 0, 0.4))
                .as("fewer wait than the quantile speaks of")
                .isEqualTo(20);
    }
}
