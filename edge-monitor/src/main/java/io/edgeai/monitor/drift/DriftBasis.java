package io.edgeai.monitor.drift;

/**
 * What a drift test compared with.
 *
 * @param origin where the reference is from, for people
 * @param inputs rows of its inputs
 * @param outputs rows of its answers; 0 where there are not enough yet
 */
public record DriftBasis(String origin, int inputs, int outputs) {
    /** Nothing is known of it. */
    public static final DriftBasis UNKNOWN = new DriftBasis("", 0, 0);
}
