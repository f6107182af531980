package io.edgeai.federated.secagg;

import io.edgeai.core.error.InvalidInputException;

/**
 * Real vectors as whole numbers that are added up modulo 2³². Values are rounded to the nearest multiple of the granularity;
 * those too large for a sum of that many are cut off.
 *
 * @param granularity value of one unit, above 0
 * @param summands most vectors in one sum
 */
public record FixedPoint(double granularity, int summands) {
    public FixedPoint {
        if (!(granularity > 0 && Double.isFinite(granularity) && Double.isFinite(1 / granularity)) || summands < 1) {
            throw new InvalidInputException("granularity (" + granularity + ") of (" + summands
                    + ") summands must be above 0, of at least one.");
        }
    }

    /** The finest that holds values up to {@code range}. */
    public static FixedPoint ofRange(double range, int summands) {
        return new FixedPoint(range * summands / (Integer.MAX_VALUE - summands), summands);
    }

    public int[] encode(float[] values) {
        int most = Integer.MAX_VALUE / summands;
        int[] units = new int[values.length];
        for (int i = 0; i < units.length; i++) {
            units[i] = (int) Math.max(-most, Math.min(most, Math.rint(values[i] / granularity)));
        }
        return units;
    }

    public double decode(int sum) {
        return sum * granularity;
    }
}
