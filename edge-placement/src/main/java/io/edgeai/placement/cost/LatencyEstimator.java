package io.edgeai.placement.cost;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.cost.ModelCost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Predicts the time of one inference of a model that was never run, from what its graph costs and a few models that were
 * measured on the same hardware with the same engine and threads:
 *
 * <pre>millis = a · MACs + b · bytes read and written + c · nodes + d,    a, b, c, d ≥ 0</pre>
 *
 * with the least sum of absolute relative errors over the samples, so that one model of an odd kind does not bend the
 * others. Five samples or more that differ in size and kind are enough; with fewer than four, terms are left out, d
 * first. {@link #corrected} follows what is seen later. Immutable and thread-safe.
 *
 * <pre>{@code
 * LatencyEstimator here = LatencyEstimator.fit(samples);
 * Variant.builder("defects@1").measured("x86", here.millis(CostModel.of(graph)));
 * }</pre>
 */
public final class LatencyEstimator {
    private static final int TERMS = 4;

    private final double[] weights;
    private final double correction;

    private LatencyEstimator(double[] weights, double correction) {
        this.weights = weights;
        this.correction = correction;
    }

    /**
     * One model that was measured.
     *
     * @param cost what its graph costs
     * @param millis usual time of one inference, above 0
     */
    public record Sample(ModelCost cost, double millis) {
        public Sample {
            if (!(millis > 0) || Double.isInfinite(millis)) {
                throw new InvalidInputException("Measured time (" + millis + " ms) must be above 0 and finite.");
            }
        }
    }

    /**
     * Fits to measured models. The time it takes grows with the fourth power of their number: 20 take milliseconds, 100
     * seconds.
     *
     * @throws InvalidInputException where there is no sample, or none costs anything
     */
    public static LatencyEstimator fit(List<Sample> samples) {
        if (samples.stream().map(Sample::cost).allMatch(LatencyEstimator::free)) {
            throw new InvalidInputException("Samples (" + samples.size()
                    + ") say nothing about time. Maybe measure five models of different size first.");
        }
        return new LatencyEstimator(
                LeastDeviations.fit(
                        samples.stream().map(LatencyEstimator::relative).toList()),
                1);
    }

    /**
     * How well the samples predict each other: for each, in their order, the milliseconds predicted for it by a fit to
     * all the others.
     *
     * @throws InvalidInputException for less than two samples
     */
    public static double[] leaveOneOut(List<Sample> samples) {
        double[] predicted = new double[samples.size()];
        for (int i = 0; i < predicted.length; i++) {
            List<Sample> others = new ArrayList<>(samples);
            Sample left = others.remove(i);
            predicted[i] = fit(others).millis(left.cost());
        }
        return predicted;
    }

    /** Predicted milliseconds of one inference. */
    public double millis(ModelCost cost) {
        return correction * LeastDeviations.dot(weights, features(cost));
    }

    /**
     * The same with one more measurement of a model in use: all predictions are scaled towards it.
     *
     * @param trust how far, 0 (not at all) to 1 (to exactly that time)
     */
    public LatencyEstimator corrected(Sample seen, double trust) {
        if (!(trust >= 0 && trust <= 1)) {
            throw new InvalidInputException("Trust (" + trust + ") must lie between 0 and 1.");
        }
        double predicted = millis(seen.cost());
        return predicted > 0
                ? new LatencyEstimator(weights, correction * Math.pow(seen.millis() / predicted, trust))
                : this;
    }

    private static boolean free(ModelCost cost) {
        return Arrays.stream(features(cost)).limit(TERMS - 1).allMatch(each -> each == 0);
    }

    private static double[] features(ModelCost cost) {
        return new double[] {
            (double) cost.macs(),
            (double) cost.bytesRead() + cost.bytesWritten(),
            cost.nodes().size(),
            1
        };
    }

    /** Features by measured time, so that weights that are right give 1. */
    private static double[] relative(Sample sample) {
        double[] row = features(sample.cost());
        for (int i = 0; i < row.length; i++) {
            row[i] /= sample.millis();
        }
        return row;
    }
}
