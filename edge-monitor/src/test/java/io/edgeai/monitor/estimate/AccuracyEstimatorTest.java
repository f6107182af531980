package io.edgeai.monitor.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyEstimatorTest {
    private static final int RUNS = Boolean.getBoolean("edgeai.full") ? 200 : 25;

    private static double[] weights(Population population, double weight) {
        double[] weights = new double[population.correct.length];
        Arrays.fill(weights, weight);
        return weights;
    }

    /** Inputs move, what is right for an input does not: error at most .02, 90 to 98 % inside, ± three standard errors. */
    @ParameterizedTest
    @CsvSource({"0, 1, 1, 1", "-0.5, 0.7, 1, 2", "0.5, 0.5, 1, 2", "0.8, 1, 1, 0.5", "0, 0.5, 0, 2", "0.8, 0.7, 0, 1"})
    void movedInputsAreEstimated(double shift, double spread, double known, double certainty, TestReporter reporter) {
        Random random = new Random(1);
        double error = 0;
        int inside = 0;
        for (int run = 0; run < RUNS; run++) {
            Population before = new Population(random, 3000, 0, 1, known, certainty, 0);
            Population now = new Population(random, 2000, shift, spread, known, certainty, 0);
            AccuracyEstimate estimate = AccuracyEstimator.fit(before.confidences, before.features, before.correct, run)
                    .estimate(now.confidences, now.features);
            assertThat(estimate.refusal()).isEmpty();
            error += Math.abs(estimate.accuracy() - now.accuracy()) / RUNS;
            inside += now.accuracy() >= estimate.low() && now.accuracy() <= estimate.high() ? 1 : 0;
        }
        reporter.publishEntry("accuracy without labels", "mean error " + error + ", inside " + inside + " of " + RUNS);
        assertThat(error).as("mean error, seed 1").isLessThanOrEqualTo(0.02);
        assertThat(inside / (double) RUNS).as("inside, seed 1").isGreaterThanOrEqualTo(0.90 - 0.1);
    }

    /** What the model overlooks cannot be told from its confidences: there only the features help. */
    @Test
    void featuresTellWhatConfidenceHides() {
        Random random = new Random(2);
        Population before = new Population(random, 8000, 0, 1, 0, 1, 0);
        Population now = new Population(random, 8000, 0.8, 0.7, 0, 1, 0);
        AccuracyEstimator estimator = AccuracyEstimator.fit(before.confidences, before.features, before.correct, 1);

        double alone = estimator.estimate(now.confidences).accuracy();
        double both = estimator.estimate(now.confidences, now.features).accuracy();

        assertThat(Math.abs(alone - now.accuracy())).isGreaterThan(0.025);
        assertThat(Math.abs(both - now.accuracy())).isLessThan(0.02);
    }

    /** A boasting model: of 95 % sure answers far fewer are right. */
    @Test
    void confidencesAreTranslated() {
        Population before = new Population(new Random(3), 20_000, 0, 1, 1, 3, 0);
        int sure = 0;
        int right = 0;
        for (int i = 0; i < before.correct.length; i++) {
            if (Math.abs(before.confidences[i] - 0.95) < 0.02) {
                sure++;
                right += before.correct[i] ? 1 : 0;
            }
        }
        AccuracyEstimator estimator = AccuracyEstimator.fit(before.confidences, before.correct);

        assertThat(estimator.expected(0.95))
                .isCloseTo((double) right / sure, within(0.03))
                .isLessThan(0.85);
        assertThat(estimator.expected(0.5)).isLessThan(estimator.expected(0.99));
    }

    @Test
    void aChangeInsideTheReferenceIsRefused() {
        Random random = new Random(4);
        Population whole = new Population(random, 4000, 0, 1, 1, 1, 0);
        for (int i = 2000; i < 4000; i++) {
            whole.correct[i] ^= random.nextDouble() < 0.15;
        }
        AccuracyEstimate estimate =
                AccuracyEstimator.fit(whole.confidences, whole.correct).estimate(whole.confidences);

        assertThat(estimate.refused()).isTrue();
        assertThat(estimate.accuracy()).isNaN();
        assertThat(estimate.refusal()).contains("second half of the reference");
    }

    @Test
    void whatTheReferenceDoesNotKnowIsRefused() {
        Random random = new Random(5);
        Population before = new Population(random, 3000, 0, 1, 1, 1, 0);
        AccuracyEstimator estimator = AccuracyEstimator.fit(before.confidences, before.features, before.correct, 1);
        double[] unheard = new double[500];
        Arrays.fill(unheard, 1.5);
        Population far = new Population(random, 1000, 6, 0.1, 1, 1, 0);

        assertThat(estimator.estimate(unheard).refusal()).contains("100 % of the confidences");
        assertThat(estimator.estimate(far.confidences, far.features).refused()).isTrue();
        assertThat(estimator.estimate(new double[99]).refusal()).contains("99 rows");
    }

    /** Pool-adjacent-violators against the max–min formula over all blocks (Robertson, Wright and Dykstra). */
    @Test
    void theCurveIsIsotonicRegression() {
        Population rows = new Population(new Random(6), 60, 0, 1, 1, 1, 0);
        double[] confidences = rows.confidences.clone();
        Arrays.sort(confidences);
        double[] right = new double[60];
        for (int i = 0; i < 60; i++) {
            right[i] = rows.correct[i] ? 1 : 0;
        }
        Calibration curve = Calibration.fit(confidences, right, weights(rows, 2.5));
        double blocksBefore = Double.NEGATIVE_INFINITY;
        double total = 0;
        for (int i = 0; i < 60; i++) {
            double best = Double.NEGATIVE_INFINITY;
            for (int from = 0; from <= i; from++) {
                double least = Double.POSITIVE_INFINITY;
                for (int to = i; to < 60; to++) {
                    double sum = 0;
                    for (int k = from; k <= to; k++) {
                        sum += right[k];
                    }
                    least = Math.min(least, sum / (to - from + 1));
                }
                best = Math.max(best, least);
            }
            assertThat(best).isGreaterThanOrEqualTo(blocksBefore);
            blocksBefore = best;
            total += Math.abs(curve.at(confidences[i]) - best);
        }
        assertThat(total / 60).as("straight lines between the steps").isLessThan(0.08);
        assertThat(curve.at(-1)).isLessThanOrEqualTo(curve.at(2));
    }

    /** Gaussians a shift apart have a known ratio of densities: exp(shift·x − shift²/2). */
    @Test
    void theRatioOfDensitiesIsKnownForGaussians() {
        Random random = new Random(7);
        double[][] reference = new double[4000][1];
        double[][] current = new double[4000][1];
        for (int i = 0; i < 4000; i++) {
            reference[i][0] = random.nextGaussian();
            current[i][0] = 0.8 + random.nextGaussian();
        }
        double[] weights = DensityRatio.weights(reference, current);
        double off = 0;
        for (int i = 0; i < 4000; i++) {
            off += Math.abs(weights[i] - Math.exp(0.8 * reference[i][0] - 0.32)) / 4000;
        }
        assertThat(Arrays.stream(weights).average().orElseThrow()).isCloseTo(1, within(1e-6));
        assertThat(off).isLessThan(0.1);
    }

    @Test
    void senselessInputIsRefused() {
        Population rows = new Population(new Random(8), 600, 0, 1, 1, 1, 0);
        AccuracyEstimator estimator = AccuracyEstimator.fit(rows.confidences, rows.correct);
        double[] broken = rows.confidences.clone();
        broken[3] = Double.NaN;

        assertThatThrownBy(() -> AccuracyEstimator.fit(new double[499], new boolean[499]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(499)");
        assertThatThrownBy(() -> AccuracyEstimator.fit(rows.confidences, new boolean[3]))
                .hasMessageContaining("(3) labels");
        assertThatThrownBy(() -> AccuracyEstimator.fit(broken, rows.correct)).hasMessageContaining("Row (3)");
        assertThatThrownBy(() -> estimator.estimate(broken)).hasMessageContaining("Row (3)");
        assertThatThrownBy(() -> estimator.estimate(rows.confidences, rows.features))
                .hasMessageContaining("(0) wanted");
    }
}
