package io.edgeai.federated.training;

import org.jspecify.annotations.Nullable;

/**
 * What leads local descent besides the data. Arrays are not changed.
 *
 * @param anchor where the proximal term pulls to, or null for where training starts
 * @param correction added to every gradient, or null for nothing
 */
public record Steering(float @Nullable [] anchor, float @Nullable [] correction) {
    /** By the data alone. */
    public static Steering none() {
        return new Steering(null, null);
    }

    /** The proximal term pulls to these parameters. */
    public static Steering towards(float[] anchor) {
        return new Steering(anchor, null);
    }

    /** Every gradient is corrected by the same vector. */
    public static Steering corrected(float[] correction) {
        return new Steering(null, correction);
    }
}
