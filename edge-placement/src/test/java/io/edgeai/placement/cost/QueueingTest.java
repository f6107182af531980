package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueingTest {
    /** Erlang C from its defining sum, with exact factorials. */
    private static double erlangC(int c, double a) {
        double top = 1;
        for (int k = 1; k <= c; k++) {
            top *= a / k;
        }
        top *= c / (c - a);
        double sum = 0;
        double term = 1;
        for (int k = 0; k < c; k++) {
            sum += term;
            term *= a / (k + 1);
        }
        return top / (sum + top);
    }

    @ParameterizedTest
    @CsvSource({"1,0.5", "2,1", "5,4", "10,8", "40,35"})
    void waitProbabilityIsErlangsC(int servers, double load) {
        double rate = load * 1000 / 20;
        assertThat(Queueing.waitProbability(rate, 20, servers)).isCloseTo(erlangC(servers, load), within(1e-12));
    }

    @Test
    void waitProbabilityOfTwoServersAtHalfLoadIsOneThird() {
        assertThat(Queueing.waitProbability(100, 10, 2)).isCloseTo(1.0 / 3, within(1e-12));
    }

    @Test
    void meanWaitOfOneConstantServerIsPollaczekKhinchine() {
        double utilisation = 0.8;
        assertThat(Queueing.meanWaitMillis(80, 10, 1, 0))
                .isCloseTo(10 * utilisation / (2 * (1 - utilisation)), within(1e-9));
        assertThat(Queueing.meanWaitMillis(80, 10, 1, 1)).isCloseTo(10 * utilisation / (1 - utilisation), within(1e-9));
    }

    @Test
    void quantileOfMM1IsClosedForm() {
        double expected = Math.log(0.8 / 0.01) / (100 - 80) * 1000;
        assertThat(Queueing.waitQuantileMillis(80, 10, 1, 1, 0.99)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void nobodyWaitsBelowTheChanceToWait() {
        assertThat(Queueing.waitQuantileMillis(1, 5, 1, 0, 0.99)).isZero();
        assertThat(Queueing.waitQuantileMillis(0, 5, 1, 0, 0.99)).isZero();
    }

    @Test
    void overloadIsInfinite() {
        assertThat(Queueing.waitQuantileMillis(100, 10, 1, 0, 0.99)).isInfinite();
        assertThat(Queueing.waitProbability(100, 10, 1)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1,0.7,0,0.15", "1,0.9,0,0.15", "4,0.8,1,0.08", "4,0.9,0,0.25", "8,0.85,1,0.1"})
    void quantileAgreesWithASimulatedQueue(int servers, double utilisation, double scv, double tolerance) {
        double rate = utilisation * servers * 1000 / 10;
        double simulated = simulate(rate, 10, servers, scv == 0, 0.99, 20_261_125L);
        assertThat(Queueing.waitQuantileMillis(rate, 10, servers, scv, 0.99))
                .isCloseTo(simulated, within(tolerance * simulated));
    }

    /** First come, first served: each arrival takes the server that is free first. */
    private static double simulate(
            double rate, double service, int servers, boolean constant, double quantile, long seed) {
        Random random = new Random(seed);
        int customers = 600_000;
        double[] waits = new double[customers];
        double[] freeAt = new double[servers];
        double now = 0;
        for (int i = 0; i < customers; i++) {
            now += -Math.log(1 - random.nextDouble()) * 1000 / rate;
            int first = 0;
            for (int s = 1; s < servers; s++) {
                first = freeAt[s] < freeAt[first] ? s : first;
            }
            double start = Math.max(now, freeAt[first]);
            waits[i] = start - now;
            freeAt[first] = start + (constant ? service : -Math.log(1 - random.nextDouble()) * service);
        }
        Arrays.sort(waits);
        return waits[(int) (quantile * customers)];
    }
}
