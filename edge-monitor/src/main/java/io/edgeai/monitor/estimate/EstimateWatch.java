package io.edgeai.monitor.estimate;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * The accuracy that the last 2000 sampled answers of a version let expect, until late labels say that confidences are no
 * longer worth what they were. Thread-safe.
 */
public final class EstimateWatch {
    /** Answers an estimate is made of, at most. */
    public static final int ANSWERS = 2000;

    private static final double TOLERANCE = 0.03;
    private static final double FALSE_REFUSALS = 0.01;

    private final AccuracyEstimator estimator;
    private final ToDoubleFunction<float[]> confidence;
    private final CalibrationWatch labels;
    private final double[] recent = new double[ANSWERS];
    private int held;
    private int next;

    /** @param confidence of an answer, as in the rows that the estimator was fitted to */
    public EstimateWatch(AccuracyEstimator estimator, ToDoubleFunction<float[]> confidence) {
        this.estimator = estimator;
        this.confidence = confidence;
        this.labels = new CalibrationWatch(estimator.typical(), TOLERANCE, FALSE_REFUSALS);
    }

    /** Takes an answer without a label; one whose confidence is not finite is left out. */
    public synchronized void answer(float[] output) {
        double value = confidence.applyAsDouble(output);
        if (Double.isFinite(value)) {
            recent[next] = value;
            next = (next + 1) % ANSWERS;
            held = Math.min(ANSWERS, held + 1);
        }
    }

    /** Takes the label of an answer. */
    public synchronized void label(float[] output, boolean correct) {
        double value = confidence.applyAsDouble(output);
        if (Double.isFinite(value)) {
            labels.add(estimator.expected(value), correct);
        }
    }

    /** What the last answers let expect. */
    public synchronized AccuracyEstimate estimate() {
        return labels.refuted()
                ? AccuracyEstimate.refused(
                        held,
                        "After " + labels.labels()
                                + " late labels it is clear that confidences are no longer worth what they were.")
                : estimator.estimate(Arrays.copyOf(recent, held));
    }
}
