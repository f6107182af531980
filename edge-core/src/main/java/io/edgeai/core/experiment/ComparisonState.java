package io.edgeai.core.experiment;

import java.util.List;

/**
 * All that is kept of one treatment against the control in one metric.
 *
 * @param difference the test
 * @param adjustment what a covariate explains
 * @param looks fractions at which there was a look, in an experiment of fixed size
 * @param crossed sign of the difference when a look decided, 0 while none has
 * @param control values that wait for partners, each with its covariate
 * @param treatment likewise
 */
public record ComparisonState(
        SequentialDifference.State difference,
        CovariateAdjustment.State adjustment,
        List<Double> looks,
        int crossed,
        List<double[]> control,
        List<double[]> treatment) {
    public ComparisonState {
        looks = List.copyOf(looks);
        control = List.copyOf(control);
        treatment = List.copyOf(treatment);
    }

    static ComparisonState fresh(double alpha, long sharpestAt) {
        return new ComparisonState(
                new SequentialDifference(alpha, sharpestAt).state(),
                new CovariateAdjustment().state(),
                List.of(),
                0,
                List.of(),
                List.of());
    }
}
