package io.edgeai.placement.cost;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.onnx.cost.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * Predicts the time of one inference of a model that was never run, from what its graph costs and a few models that were
 * measured on the same hardware with the same engine and threads:
 *
 * <pre>nanos = run + Σ over kinds of {@link Work} of amount · nanoseconds</pre>
 *
 * Nanoseconds begin at those of a common processor and follow the samples: one tells how fast the machine is as a whole,
 * five or more of different kind also what it is good at. A sample that does not fit bends the others little.
 * {@link #corrected} follows what is seen later. Immutable and thread-safe.
 *
 * <pre>{@code
 * LatencyEstimator here = LatencyEstimator.fit(samples);
 * Variant.builder("defects@1").measured("x86", here.millis(CostModel.of(graph)));
 * }</pre>
 */
public final class LatencyEstimator {
    private static final double NANOS = 1e6;

    /** Standard normal quantile of an interval that holds nine of ten. */
    private static final double NINE_OF_TEN = 1.645;

    private final Speeds speeds;
    private final double correction;

    private LatencyEstimator(Speeds speeds, double correction) {
        this.speeds = speeds;
        this.correction = correction;
    }

    /**
     * A predicted time.
     *
     * @param millis what is expected
     * @param lowMillis nine of ten times are above this and below {@code highMillis}, as far as errors of such
     *     predictions are alike
     * @param highMillis see {@code lowMillis}
     */
    public record Prediction(double millis, double lowMillis, double highMillis) {}

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
     * Fits to measured models, a hundred of them in milliseconds.
     *
     * @throws InvalidInputException where there is no sample
     */
    public static LatencyEstimator fit(List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new InvalidInputException(
                    "Samples (0) say nothing about time. Maybe measure five models of different kind first.");
        }
        return new LatencyEstimator(
                Speeds.fit(
                        TypicalSpeeds.nanos(),
                        samples.stream()
                                .map(sample ->
                                        new Speeds.Run(TypicalSpeeds.amounts(sample.cost()), NANOS * sample.millis()))
                                .toList()),
                1);
    }

    /**
     * How well the samples predict each other: for each, in their order, what a fit to all the others predicts.
     *
     * @throws InvalidInputException for less than two samples
     */
    public static List<Prediction> leaveOneOut(List<Sample> samples) {
        List<Prediction> predicted = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            List<Sample> others = new ArrayList<>(samples);
            Sample left = others.remove(i);
            predicted.add(fit(others).predict(left.cost()));
        }
        return List.copyOf(predicted);
    }

    /** Predicted milliseconds of one inference. */
    public double millis(ModelCost cost) {
        return correction * speeds.nanos(TypicalSpeeds.amounts(cost)) / NANOS;
    }

    /** The same with an interval around it. */
    public Prediction predict(ModelCost cost) {
        double millis = millis(cost);
        double factor = Math.exp(NINE_OF_TEN * speeds.spread(TypicalSpeeds.amounts(cost)));
        return new Prediction(millis, millis / factor, millis * factor);
    }

    /** What predictions of the fit are multiplied by. */
    double correction() {
        return correction;
    }

    LatencyEstimator times(double factor) {
        return new LatencyEstimator(speeds, correction * factor);
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
        return new LatencyEstimator(speeds, correction * Math.pow(seen.millis() / millis(seen.cost()), trust));
    }
}
