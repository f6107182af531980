package io.edgeai.federated.privacy;

import java.util.List;

/**
 * Adds up Rényi divergences and turns them to ε by {@code ε = r + ln(1 − 1/α) − ln(δα)/(α − 1)} (Balle et al. 2020, Canonne
 * et al. 2020), or 0 where {@code δ² ≥ 1 − exp(−r)}.
 */
final class RdpAccountant implements PrivacyAccountant {
    private static final double[] ORDERS = orders();

    /** Tenths up to 11, whole numbers up to 64, wider steps up to 1024. */
    private static double[] orders() {
        double[] orders = new double[99 + 53 + 16 + 15];
        int n = 0;
        for (int tenths = 11; tenths < 110; tenths++) {
            orders[n++] = tenths / 10.0;
        }
        for (int order = 11; order < 64; order++) {
            orders[n++] = order;
        }
        for (int order = 64; order < 128; order += 4) {
            orders[n++] = order;
        }
        for (int order = 128; order <= 1024; order += 64) {
            orders[n++] = order;
        }
        return orders;
    }

    @Override
    public String name() {
        return "rdp";
    }

    @Override
    public double epsilon(List<Releases> releases, double delta) {
        return best(releases, delta).epsilon();
    }

    /** The order that gives the least ε, and that ε. */
    static Best best(List<Releases> releases, double delta) {
        PrivacyAccountant.checkDelta(delta);
        Best best = new Best(ORDERS[0], releases.isEmpty() ? 0 : Double.POSITIVE_INFINITY);
        for (double order : ORDERS) {
            double divergence = 0;
            for (Releases same : releases) {
                divergence += same.count() * same.mechanism().renyi(order);
            }
            double epsilon = epsilon(order, divergence, delta);
            if (epsilon < best.epsilon()) {
                best = new Best(order, epsilon);
            }
        }
        return best;
    }

    static double epsilon(double order, double divergence, double delta) {
        if (delta * delta + Math.expm1(-divergence) > 0) {
            return 0;
        }
        return Math.max(0, divergence + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1));
    }

    record Best(double order, double epsilon) {}
}
