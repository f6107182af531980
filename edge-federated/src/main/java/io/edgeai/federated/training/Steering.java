package io.edgeai.federated.training;

import org.jspecify.annotations.Nullable;

/** What leads local descent besides the data. Holds arrays that nobody may change while it is in use. */
public final class Steering {
    private final float @Nullable [] anchor;
    private final float @Nullable [] correction;

    private Steering(float @Nullable [] anchor, float @Nullable [] correction) {
        this.anchor = anchor;
        this.correction = correction;
    }

    /** By the data alone. */
    public static Steering none() {
        return new Steering(null, null);
    }

    /** The proximal term pulls to these parameters instead of those where training starts. */
    public static Steering towards(float[] anchor) {
        return new Steering(anchor, null);
    }

    /** Every gradient is corrected by the same vector. */
    public static Steering corrected(float[] correction) {
        return new Steering(null, correction);
    }

    float @Nullable [] anchor() {
        return anchor;
    }

    float @Nullable [] correction() {
        return correction;
    }
}
