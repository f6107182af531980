package io.edgeai.federated.privacy;

import java.util.function.DoubleUnaryOperator;

/**
 * The exact trade between ε, δ and noise of one Gaussian release (Balle and Wang 2018):
 * {@code δ = Φ(1/2σ − εσ) − e^ε·Φ(−1/2σ − εσ)}. T releases are one with σ/√T.
 */
public final class AnalyticGaussian {
    private AnalyticGaussian() {}

    /** @param noise noise multiplier, above 0 */
    public static double delta(double noise, double epsilon) {
        double first = NormalTail.logAbove(epsilon * noise - 1 / (2 * noise));
        double second = epsilon + NormalTail.logAbove(epsilon * noise + 1 / (2 * noise));
        return Math.max(0, -Math.exp(first) * Math.expm1(second - first));
    }

    /** Least ε of a release with that noise multiplier, within 1e-12 relative upwards. */
    public static double epsilon(double noise, double delta) {
        PrivacyAccountant.checkDelta(delta);
        if (delta(noise, 0) <= delta) {
            return 0;
        }
        double high = 1;
        while (delta(noise, high) > delta) {
            high *= 2;
        }
        return upperRoot(0, high, epsilon -> delta(noise, epsilon) - delta);
    }

    /** Least noise multiplier for ε above 0 and δ, within 1e-12 relative upwards. */
    public static double noise(double epsilon, double delta) {
        PrivacyAccountant.checkDelta(delta);
        double high = 1;
        while (delta(high, epsilon) > delta) {
            high *= 2;
        }
        double low = high;
        while (delta(low, epsilon) <= delta) {
            low /= 2;
        }
        return upperRoot(low, high, noise -> delta(noise, epsilon) - delta);
    }

    /** The upper end of the last bracket of a decreasing function's root. */
    private static double upperRoot(double from, double to, DoubleUnaryOperator decreasing) {
        double low = from;
        double high = to;
        while (high - low > 1e-12 * high) {
            double middle = (low + high) / 2;
            if (decreasing.applyAsDouble(middle) > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
