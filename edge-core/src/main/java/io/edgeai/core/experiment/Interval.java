package io.edgeai.core.experiment;

/**
 * From the lowest to the highest value not ruled out; infinite where nothing is ruled out yet.
 *
 * @param low at most {@code high}
 * @param high at least {@code low}
 */
public record Interval(double low, double high) {
    /** Whether a value is not ruled out. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
