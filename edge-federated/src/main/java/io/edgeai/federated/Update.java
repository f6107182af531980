package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;

/** What a participant sends back. Immutable as long as the array it was made of is left alone. */
public final class Update {
    private final float[] parameters;
    private final int samples;
    private final double initialLoss;

    private Update(float[] parameters, int samples, double initialLoss) {
        this.parameters = parameters;
        this.samples = samples;
        this.initialLoss = initialLoss;
    }

    /**
     * Takes over the array: the participant must not change it any more.
     *
     * @param parameters after training; as many as the model has, all finite
     * @param samples trained on, at least 1
     */
    public static Update of(float[] parameters, int samples) {
        if (samples < 1) {
            throw new InvalidInputException("samples (" + samples + ") of an update must be at least 1.");
        }
        return new Update(parameters, samples, Double.NaN);
    }

    /** With the mean loss on the participant's data at the parameters it received. */
    public Update initialLoss(double loss) {
        return new Update(parameters, samples, loss);
    }

    /** Not a copy. */
    public float[] parameters() {
        return parameters;
    }

    public int samples() {
        return samples;
    }

    /** NaN where not reported. */
    public double initialLoss() {
        return initialLoss;
    }
}
