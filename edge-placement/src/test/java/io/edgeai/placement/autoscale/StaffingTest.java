package io.edgeai.placement.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.autoscale.ServiceProfile.Variant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaffingTest {
    /** P(W > t) of M/M/c written out from the textbook: C(c, a)·exp(−(cμ − λ)t), C by sums of a^k/k!. */
    private static double lateByHand(double rate, double service, int c, double patience) {
        double a = rate * service;
        if (a >= c) {
            return 1;
        }
        double term = 1;
        double sum = 0;
        for (int k = 0; k < c; k++) {
            sum += term;
            term *= a / (k + 1);
        }
        double tail = term * c / (c - a);
        return tail / (sum + tail) * Math.exp(-(c / service - rate) * patience);
    }

    @Test
    void isTheFewestReplicasThatATextbookAllows() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            double rate = 0.1 + 60 * random.nextDouble();
            Variant variant = new Variant("v", 0.05 + random.nextDouble(), 1, 1);
            double slo = variant.serviceSeconds() * (3 + 10 * random.nextDouble());
            double share = 0.001 + 0.05 * random.nextDouble();

            int replicas = Staffing.replicas(rate, variant, slo, share, 10_000);

            double q = lognormalQuantile(variant, 1 - share / 2);
            double patience = Math.max(0, slo - q);
            double service = variant.serviceSeconds();
            assertThat(lateByHand(rate, service, replicas, patience))
                    .as("seed " + seed)
                    .isLessThanOrEqualTo(share / 2 * (1 + 1e-9));
            assertThat(replicas == 1 ? 1 : lateByHand(rate, service, replicas - 1, patience))
                    .as("seed " + seed)
                    .isGreaterThan(share / 2 * (1 - 1e-9));
        }
    }

    /** By bisection over the error function's series, not by the rational approximation under test. */
    private static double lognormalQuantile(Variant variant, double p) {
        double low = -10;
        double high = 10;
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            if (phi(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double variance = Math.log(1 + variant.scv());
        return variant.serviceSeconds() * Math.exp(Math.sqrt(variance) * low - variance / 2);
    }

    private static double phi(double z) {
        double sum = z;
        double term = z;
        for (int i = 1; i < 400; i++) {
            term *= z * z / (2 * i + 1);
            sum += term;
        }
        return 0.5 + sum * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0", "0.975, 1.959963984540054", "0.01, -2.3263478740408408", "0.9995, 3.290526731491926"})
    void normalQuantilesAreThoseOfTables(double p, double z) {
        assertThat(Normal.quantile(p)).isCloseTo(z, within(1e-8));
    }

    @Test
    void moreRateNeverNeedsFewerReplicasAndNoRateNone() {
        Variant variant = new Variant("v", 0.2, 0.5, 1);
        int before = Staffing.replicas(0, variant, 1, 0.01, 500);
        assertThat(before).isZero();
        for (double rate = 0.5; rate < 3000; rate *= 1.3) {
            int now = Staffing.replicas(rate, variant, 1, 0.01, 500);
            assertThat(now).isBetween(before, 500);
            before = now;
        }
        assertThat(before).isEqualTo(500);
    }
}
