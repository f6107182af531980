package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;

/**
 * Whole numbers x with probability proportional to {@code exp(−x²/2σ²)}, exactly: integer arithmetic on random bits only
 * (Canonne, Kamath and Steinke 2020). σ² is rounded up to a fraction of at most 25 bits. Immutable; as thread-safe as its
 * generator, which is not.
 */
public final class DiscreteGaussian {
    /** So that squares of what is compared stay in 63 bits. */
    private static final long MOST = 1 << 24;

    private static final double LARGEST = 4096;

    private final NoiseRandom random;
    private final long numerator;
    private final long denominator;
    private final long scale;

    private DiscreteGaussian(NoiseRandom random, long numerator, long denominator) {
        this.random = random;
        this.numerator = numerator;
        this.denominator = denominator;
        this.scale = (long) Math.sqrt((double) numerator / denominator) + 1;
    }

    /** @param sigma 0.05 to 4096 */
    public static DiscreteGaussian of(double sigma, NoiseRandom random) {
        if (!(sigma >= 0.05 && sigma <= LARGEST)) {
            throw new InvalidInputException("Standard deviation (" + sigma
                    + ") of discrete noise must be 0.05 to 4096. Maybe another granularity brings it there.");
        }
        long denominator = 1;
        while (denominator < 1 << 20 && sigma * sigma * denominator * 2 <= MOST) {
            denominator *= 2;
        }
        return new DiscreteGaussian(random, (long) Math.ceil(sigma * sigma * denominator), denominator);
    }

    /** σ as sampled. */
    public double sigma() {
        return Math.sqrt((double) numerator / denominator);
    }

    public long sample() {
        while (true) {
            long candidate = laplace();
            long distance = Math.abs(candidate) * scale * denominator - numerator;
            long divisor = 2 * numerator * denominator * scale * scale;
            if (Math.abs(distance) < 3_000_000_000L && exponential(distance * distance, divisor)) {
                return candidate;
            }
        }
    }

    /** Probability proportional to {@code exp(−|x|/scale)}. */
    private long laplace() {
        while (true) {
            long rest = random.below(scale);
            if (!exponentialOfFraction(rest, scale)) {
                continue;
            }
            long whole = 0;
            while (exponentialOfFraction(1, 1)) {
                whole++;
            }
            long size = rest + scale * whole;
            boolean negative = (random.bits() & 1) == 1;
            if (size > 0 || !negative) {
                return negative ? -size : size;
            }
        }
    }

    /** True with probability {@code exp(−numerator/denominator)}. */
    private boolean exponential(long above, long below) {
        for (long whole = above / below; whole > 0; whole--) {
            if (!exponentialOfFraction(1, 1)) {
                return false;
            }
        }
        return exponentialOfFraction(above % below, below);
    }

    /** The same for a fraction of at most 1: the length of a run of ever less probable successes is odd or even. */
    private boolean exponentialOfFraction(long above, long below) {
        long k = 1;
        while (random.below(below * k) < above) {
            k++;
        }
        return (k & 1) == 1;
    }
}
