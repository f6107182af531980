package io.edgeai.optimize.calibration;

import io.edgeai.core.error.InvalidInputException;

/**
 * The interval of values an activation takes.
 *
 * @param low smallest value, finite
 * @param high largest value, finite, at least {@code low}
 */
public record ValueRange(float low, float high) {
    public ValueRange {
        if (!Float.isFinite(low) || !Float.isFinite(high) || low > high) {
            throw new InvalidInputException("Range (" + low + " to " + high + ") is not a finite interval.");
        }
    }

    public ValueRange union(ValueRange other) {
        return new ValueRange(Math.min(low, other.low), Math.max(high, other.high));
    }

    ValueRange scaled(double factor) {
        return new ValueRange((float) (low * factor), (float) (high * factor));
    }
}
