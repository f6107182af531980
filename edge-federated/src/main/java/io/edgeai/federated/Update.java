package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** What a participant sends back. Immutable as long as the arrays it was made of are left alone. */
public final class Update {
    private final float[] parameters;
    private final int samples;
    private final double initialLoss;
    private final int steps;
    private final double seconds;
    private final float @Nullable [] control;
    private final long version;
    private final long id;
    private final long bytes;

    private Update(
            float[] parameters,
            int samples,
            double initialLoss,
            int steps,
            double seconds,
            float @Nullable [] control,
            long version,
            long id,
            long bytes) {
        this.parameters = parameters;
        this.samples = samples;
        this.initialLoss = initialLoss;
        this.steps = steps;
        this.seconds = seconds;
        this.control = control;
        this.version = version;
        this.id = id;
        this.bytes = bytes;
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
        return received(parameters, samples);
    }

    /** An update as it came from elsewhere, whatever it says; the coordinator refuses what is wrong with it. */
    public static Update received(float[] parameters, int samples) {
        return new Update(parameters, samples, Double.NaN, 0, Double.NaN, null, 0, 0, 0);
    }

    /** With the mean loss on the participant's data at the parameters it received. */
    public Update initialLoss(double loss) {
        return new Update(parameters, samples, loss, steps, seconds, control, version, id, bytes);
    }

    /** With the number of steps of local descent. */
    public Update steps(int count) {
        return new Update(parameters, samples, initialLoss, count, seconds, control, version, id, bytes);
    }

    /** With how long the work took, by the participant's own clock. */
    public Update seconds(double time) {
        return new Update(parameters, samples, initialLoss, steps, time, control, version, id, bytes);
    }

    /** With the change of the participant's control variate; takes over the array. */
    public Update control(float @Nullable [] change) {
        return new Update(parameters, samples, initialLoss, steps, seconds, change, version, id, bytes);
    }

    /** With the version of the model it started from and its own name; see {@link RoundTask}. */
    public Update answering(long modelVersion, long updateId) {
        return new Update(parameters, samples, initialLoss, steps, seconds, control, modelVersion, updateId, bytes);
    }

    /** With how many bytes it took on its way. */
    public Update bytes(long count) {
        return new Update(parameters, samples, initialLoss, steps, seconds, control, version, id, count);
    }

    /** Not a copy. */
    public float[] parameters() {
        return parameters;
    }

    /**
     * What training changed.
     *
     * @throws InvalidInputException where there are more or fewer parameters than before, or one is not finite
     */
    public float[] changeFrom(float[] before) {
        if (parameters.length != before.length) {
            throw new InvalidInputException(
                    "The update has (" + parameters.length + ") parameters, not " + before.length + ".");
        }
        float[] change = new float[before.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = parameters[i] - before[i];
            if (!Float.isFinite(change[i])) {
                throw new InvalidInputException("Parameter " + i + " of the update is (" + parameters[i] + ").");
            }
        }
        return change;
    }

    public int samples() {
        return samples;
    }

    /** NaN where not reported. */
    public double initialLoss() {
        return initialLoss;
    }

    /** 0 where not reported. */
    public int steps() {
        return steps;
    }

    /** NaN where not reported. */
    public double seconds() {
        return seconds;
    }

    /** Not a copy; null where there is none. */
    public float @Nullable [] control() {
        return control;
    }

    /** {@link RoundTask#version()} of the task it answers; 0 where it did not say. */
    public long version() {
        return version;
    }

    /** {@link RoundTask#updateId()} of the task it answers; 0 where it did not say. */
    public long id() {
        return id;
    }

    /** Bytes it took on its way; 0 where that was not counted. */
    public long bytes() {
        return bytes;
    }
}
