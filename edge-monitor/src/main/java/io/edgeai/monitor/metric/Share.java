package io.edgeai.monitor.metric;

import io.edgeai.core.error.InvalidInputException;

/**
 * So many of so many, with Wilson's interval of the true share at 95 %: right also for small counts and shares near 0 or 1.
 *
 * @param hits 0 to {@code total}
 * @param total 0 or more
 */
public record Share(long hits, long total) {
    private static final double Z = 1.959963984540054;

    public Share {
        if (hits < 0 || hits > total) {
            throw new InvalidInputException("Hits (" + hits + ") are not in 0 to total (" + total + ").");
        }
    }

    /** Hits over total; NaN without any. */
    public double value() {
        return total == 0 ? Double.NaN : (double) hits / total;
    }

    /** Lower end of the interval; 0 without any. */
    public double low() {
        return total == 0 ? 0 : Math.max(0, middle() - half());
    }

    /** Upper end of the interval; 1 without any. */
    public double high() {
        return total == 0 ? 1 : Math.min(1, middle() + half());
    }

    private double middle() {
        return (hits + Z * Z / 2) / (total + Z * Z);
    }

    private double half() {
        return Z / (total + Z * Z) * Math.sqrt((double) hits * (total - hits) / total + Z * Z / 4);
    }
}
