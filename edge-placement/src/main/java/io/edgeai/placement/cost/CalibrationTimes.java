package io.edgeai.placement.cost;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.cost.ModelCost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the five calibration networks took on one machine, as it travels from a site and is kept, with what times in use have
 * taught since. Immutable.
 *
 * @param set which networks; times of another set say nothing here
 * @param millis usual processor time of one run with one thread, by name of the network; above 0
 * @param correction what predictions are multiplied by; 1 at first
 */
public record CalibrationTimes(int set, SortedMap<String, Double> millis, double correction) {
    /**
     * The networks are those of this library.
     *
     * @throws InvalidInputException where they are others, one is missing, or a time is not above 0 and finite
     */
    public CalibrationTimes {
        if (set != CalibrationModels.SET) {
            throw new InvalidInputException("Calibration networks of set (" + set + ") were run, and here set ("
                    + CalibrationModels.SET + ") is known. Maybe use one version of the library everywhere.");
        }
        millis = Collections.unmodifiableSortedMap(new TreeMap<>(millis));
        if (!millis.keySet().equals(CalibrationModels.names())) {
            throw new InvalidInputException("Calibration has times of " + millis.keySet() + ", not of "
                    + CalibrationModels.names() + ". Maybe calibrate again.");
        }
        millis.forEach((name, time) -> requireTime("Time of calibration network (" + name + ")", time));
        requireTime("Correction of calibration times", correction);
    }

    private static void requireTime(String what, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new InvalidInputException(what + " (" + value + ") must be above 0 and finite.");
        }
    }

    /** Times of this library's networks, not corrected yet. */
    public static CalibrationTimes of(Map<String, Double> millis) {
        return new CalibrationTimes(CalibrationModels.SET, new TreeMap<>(millis), 1);
    }

    /** What {@link LatencyEstimator#fit} takes; the correction is not in them. */
    public List<LatencyEstimator.Sample> samples() {
        List<LatencyEstimator.Sample> samples = new ArrayList<>();
        Costs.OF.forEach((network, cost) ->
                samples.add(new LatencyEstimator.Sample(cost, millis.getOrDefault(network, Double.NaN))));
        return List.copyOf(samples);
    }

    /** Counted once, when they are first needed. */
    private static final class Costs {
        static final Map<String, ModelCost> OF = Collections.unmodifiableMap(counted());

        private static Map<String, ModelCost> counted() {
            Map<String, ModelCost> costs = new LinkedHashMap<>();
            CalibrationModels.all()
                    .forEach(graph -> costs.put(graph.name(), io.edgeai.core.onnx.cost.CostModel.of(graph)));
            return costs;
        }
    }

    /** Predicts for that machine, as far as it is known by now. */
    public LatencyEstimator estimator() {
        return LatencyEstimator.fit(samples()).times(correction);
    }

    /**
     * With one more time of a model in use.
     *
     * @param trust how far predictions follow it, 0 (not at all) to 1 (to exactly that time)
     */
    public CalibrationTimes corrected(LatencyEstimator.Sample seen, double trust) {
        return new CalibrationTimes(
                set, millis, estimator().corrected(seen, trust).correction());
    }
}
