package io.edgeai.federated.privacy;

import org.apache.commons.numbers.gamma.LogGamma;

/**
 * Moments of the likelihood ratio of the Poisson-sampled Gaussian mechanism:
 * {@code A(α) = E[(1 − q + q·exp((2z − 1)/2σ²))^α]}, z normal with standard deviation σ (Mironov et al. 2019). Both forms
 * sum only positive terms of A − 1, so that they keep their relative accuracy where A is very near 1.
 */
final class SampledMoments {
    /** Below this σ the integrand is too narrow for a grid, and fractional orders are interpolated instead. */
    private static final double NARROW = 0.05;

    private static final double SMALL = 1e-3;

    private SampledMoments() {}

    /** ln A(α) for α above 1; between whole orders and below {@link #NARROW} an upper bound, as ln A is convex. */
    static double logMoment(double q, double sigma, double alpha) {
        if (alpha == Math.rint(alpha)) {
            return whole(q, sigma, (int) alpha);
        }
        if (sigma < NARROW) {
            int below = (int) alpha;
            double share = alpha - below;
            return (1 - share) * whole(q, sigma, below) + share * whole(q, sigma, below + 1);
        }
        return fractional(q, sigma, alpha);
    }

    /** A − 1 is the binomial sum of C(α,i) q^i (1−q)^(α−i) (exp((i² − i)/2σ²) − 1). */
    private static double whole(double q, double sigma, int alpha) {
        LogSum sum = new LogSum();
        for (int i = 2; i <= alpha; i++) {
            double grown = ((double) i * i - i) / (2 * sigma * sigma);
            sum.add(logBinomial(alpha, i) + i * Math.log(q) + (alpha - i) * Math.log1p(-q) + logExpm1(grown));
        }
        return log1pExp(sum.log());
    }

    /**
     * A − 1 = E[(1+u)^α − 1 − αu], u = q(exp((2z − 1)/2σ²) − 1), by the trapezoidal rule, whose error for such an integrand
     * falls exponentially with the number of points: the step is small against its width σ and against the distance πσ² of
     * its nearest pole.
     */
    private static double fractional(double q, double sigma, double alpha) {
        double step = Math.min(sigma / 2, sigma * sigma / 2);
        double from = -12 * sigma;
        int points = (int) Math.ceil((alpha + 24 * sigma) / step);
        LogSum sum = new LogSum();
        for (int i = 0; i <= points; i++) {
            double z = from + i * step;
            double exponent = (2 * z - 1) / (2 * sigma * sigma);
            double density = -z * z / (2 * sigma * sigma);
            // ln(1 + u) where exp(exponent) would overflow
            double log = exponent > 600 ? Math.log(q) + exponent : Math.log1p(q * Math.expm1(exponent));
            double u = exponent > 600 ? Double.POSITIVE_INFINITY : q * Math.expm1(exponent);
            sum.add(density + logExcess(alpha, u, log));
        }
        return log1pExp(sum.log() + Math.log(step / (sigma * Math.sqrt(2 * Math.PI))));
    }

    /** ln((1+u)^α − 1 − αu), which is not negative for α ≥ 1 and u ≥ −1. */
    private static double logExcess(double alpha, double u, double log1pU) {
        if (Math.abs(u) < SMALL) {
            double term = 1;
            double series = 1;
            for (int k = 3; k < 9; k++) {
                term *= (alpha - k + 1) / k * u;
                series += term;
            }
            return Math.log(alpha * (alpha - 1) / 2 * series) + 2 * Math.log(Math.abs(u));
        }
        double power = alpha * log1pU;
        return power > 40
                ? power + (u < 1e300 ? Math.log1p(-(1 + alpha * u) * Math.exp(-power)) : 0)
                : Math.log(Math.max(Double.MIN_NORMAL, Math.expm1(power) - alpha * u));
    }

    static double logBinomial(double n, int k) {
        return LogGamma.value(n + 1) - LogGamma.value(k + 1.0) - LogGamma.value(n - k + 1);
    }

    private static double logExpm1(double x) {
        return x > 40 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
    }

    static double log1pExp(double x) {
        return x > 40 ? x : Math.log1p(Math.exp(x));
    }
}
