package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.placement.cost.LatencyEstimator;
import io.edgeai.placement.model.Power;

/**
 * What one inference of a version is predicted to take on one machine, with one thread, before it ever ran.
 *
 * @param version of which model
 * @param latencyMillis time of one inference, every dimension the model leaves open taken as 1
 * @param memoryBytes weights, and the most that values take at once
 */
public record ModelEstimate(VersionRef version, Range latencyMillis, long memoryBytes) {
    /**
     * A predicted figure.
     *
     * @param expected the figure
     * @param low nine of ten are above this and below {@code high}
     * @param high see {@code low}
     */
    public record Range(double expected, double low, double high) {
        private Range times(double factor) {
            return new Range(factor * expected, factor * low, factor * high);
        }
    }

    static ModelEstimate of(ModelVersion version, ModelCost cost, LatencyEstimator machine) {
        LatencyEstimator.Prediction time = machine.predict(cost);
        return new ModelEstimate(
                version.ref(),
                new Range(time.millis(), time.lowMillis(), time.highMillis()),
                cost.weightBytes() + cost.peakActivationBytes());
    }

    /**
     * Energy of one inference in joules: what a busy core of a node draws more than an idle one, for that long. Idle power
     * is not included.
     *
     * @param power of the node
     * @param cores of the node, at least 1
     */
    public Range joules(Power power, int cores) {
        if (cores < 1) {
            throw new InvalidInputException("Cores (" + cores + ") must be at least 1.");
        }
        return latencyMillis.times((power.busyWatts() - power.idleWatts()) / cores / 1e3);
    }
}
