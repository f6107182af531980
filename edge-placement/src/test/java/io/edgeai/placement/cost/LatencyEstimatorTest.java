package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.onnx.cost.Work;
import io.edgeai.core.onnx.cost.Work.Kind;
import io.edgeai.placement.cost.LatencyEstimator.Prediction;
import io.edgeai.placement.cost.LatencyEstimator.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyEstimatorTest {
    private static ModelCost cost(Work work) {
        return new ModelCost(0, 0, 0, 0, 0, 0, 0, List.of(), 0, work);
    }

    private static ModelCost dense(double macs) {
        return cost(Work.of(Kind.DENSE, macs));
    }

    /** A network of some kinds: dense ones, recurrent ones, many small nodes. */
    private static Work random(Random random) {
        Work work =
                Work.of(Kind.LAUNCHED, 1 + random.nextInt(200)).and(Kind.MOVED, Math.exp(8 + 8 * random.nextDouble()));
        return random.nextBoolean()
                ? work.and(Kind.DENSE, Math.exp(12 + 9 * random.nextDouble()))
                : work.and(Kind.WEIGHTS, Math.exp(12 + 6 * random.nextDouble())).and(Kind.STEPS, random.nextInt(100));
    }

    /** What a machine takes that is so many times as slow as the typical one, and different in each kind. */
    private static double millis(Work work, double scale, double[] kinds) {
        double[] nanos = TypicalSpeeds.nanos();
        double sum = nanos[Kind.values().length];
        int i = 0;
        for (Kind kind : Kind.values()) {
            sum += work.amount(kind) * nanos[i] * kinds[i];
            i++;
        }
        return scale * sum / 1e6;
    }

    private static double[] likeTypical() {
        double[] kinds = new double[Kind.values().length];
        java.util.Arrays.fill(kinds, 1);
        return kinds;
    }

    /** Machines from a fiftieth to fifty times the speed, one sample, an odd one among eight: the scale is found. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theSpeedOfAMachineIsFoundFromFewModels(int odd) {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            double scale = Math.exp(4 * (2 * random.nextDouble() - 1));
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 1 + 7 * odd; i++) {
                Work work = random(random);
                samples.add(new Sample(cost(work), millis(work, scale, likeTypical()) * (i == 1 ? 20 : 1)));
            }
            LatencyEstimator fitted = LatencyEstimator.fit(samples);
            Work unseen = random(random);
            double truth = millis(unseen, scale, likeTypical());
            assertThat(fitted.millis(cost(unseen))).as("seed %d", seed).isCloseTo(truth, within(0.15 * truth));
        }
    }

    /** Where each kind has a speed of its own, a hundred samples tell them. */
    @Test
    void manyModelsTellWhatAMachineIsGoodAt() {
        for (long seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            double[] kinds = likeTypical();
            for (int i = 0; i < kinds.length; i++) {
                kinds[i] = Math.exp(0.5 * random.nextGaussian());
            }
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Work work = random(random);
                samples.add(new Sample(cost(work), millis(work, 3, kinds)));
            }
            LatencyEstimator fitted = LatencyEstimator.fit(samples);
            for (int i = 0; i < 20; i++) {
                Work unseen = random(random);
                double truth = millis(unseen, 3, kinds);
                assertThat(fitted.millis(cost(unseen))).as("seed %d", seed).isCloseTo(truth, within(0.12 * truth));
            }
        }
    }

    /** Noise of the law that the fit assumes, 20 %: nine of ten times lie in the interval, within what chance allows. */
    @Test
    void nineOfTenTimesLieInTheInterval() {
        Random random = new Random(7);
        int inside = 0;
        int all = 0;
        for (int machine = 0; machine < 40; machine++) {
            double[] kinds = likeTypical();
            for (int i = 0; i < kinds.length; i++) {
                kinds[i] = Math.exp(0.35 * random.nextGaussian());
            }
            List<Sample> samples = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Work work = random(random);
                samples.add(new Sample(cost(work), millis(work, 2, kinds) * Math.exp(0.2 * random.nextGaussian())));
            }
            LatencyEstimator fitted = LatencyEstimator.fit(samples);
            for (int i = 0; i < 20; i++, all++) {
                Work work = random(random);
                double seen = millis(work, 2, kinds) * Math.exp(0.2 * random.nextGaussian());
                Prediction predicted = fitted.predict(cost(work));
                inside += predicted.lowMillis() <= seen && seen <= predicted.highMillis() ? 1 : 0;
                assertThat(predicted.millis()).isEqualTo(fitted.millis(cost(work)));
            }
        }
        assertThat(inside / (double) all).isBetween(0.88, 0.99);
    }

    /** Samples narrow the interval of what is like them, and less that of what is not. */
    @Test
    void theIntervalSaysWhatIsKnown() {
        List<Sample> samples = List.of(
                new Sample(dense(1e8), 2),
                new Sample(dense(2e8), 4),
                new Sample(dense(3e8), 6),
                new Sample(dense(4e8), 8));
        double alike = width(LatencyEstimator.fit(samples).predict(dense(5e8)));
        double fewer = width(LatencyEstimator.fit(samples.subList(0, 1)).predict(dense(5e8)));
        double other = width(LatencyEstimator.fit(samples).predict(cost(Work.of(Kind.NORMALISED, 1e7))));

        assertThat(alike).isLessThan(fewer).isLessThan(other);
    }

    private static double width(Prediction predicted) {
        return predicted.highMillis() / predicted.lowMillis();
    }

    /** The odd one of four is predicted by the three by one law, and counts as nothing for them. */
    @Test
    void eachSampleIsPredictedByTheOthers() {
        List<Sample> samples = List.of(
                new Sample(dense(1e9), 20),
                new Sample(dense(2e9), 40),
                new Sample(dense(3e9), 60),
                new Sample(dense(4e9), 800));
        List<Prediction> predicted = LatencyEstimator.leaveOneOut(samples);

        assertThat(predicted).hasSize(4);
        assertThat(predicted.get(3).millis()).isCloseTo(80, within(1.0));
        assertThat(predicted.get(3))
                .isEqualTo(LatencyEstimator.fit(samples.subList(0, 3)).predict(dense(4e9)));
        assertThat(predicted.get(0).millis()).isCloseTo(20, within(2.0));
        assertThatThrownBy(() -> LatencyEstimator.leaveOneOut(samples.subList(0, 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Samples (0)");
    }

    @Test
    void whatIsSeenLaterScalesAllPredictions() {
        LatencyEstimator fitted = LatencyEstimator.fit(List.of(new Sample(dense(1e9), 20)));
        double before = fitted.millis(dense(1e9));
        Sample slower = new Sample(dense(2e9), 4 * fitted.millis(dense(2e9)));

        assertThat(fitted.corrected(slower, 1).millis(dense(1e9))).isCloseTo(4 * before, within(1e-9));
        assertThat(fitted.corrected(slower, 0.5).millis(dense(1e9))).isCloseTo(2 * before, within(1e-9));
        assertThat(fitted.corrected(slower, 0).millis(dense(1e9))).isCloseTo(before, within(1e-9));
        assertThat(width(fitted.corrected(slower, 1).predict(dense(1e9))))
                .isCloseTo(width(fitted.predict(dense(1e9))), within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void timesThatAreNoneAreRefused(double millis) {
        assertThatThrownBy(() -> new Sample(dense(1), millis))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + millis + " ms)");
    }

    @Test
    void whatSaysNothingIsRefused() {
        assertThatThrownBy(() -> LatencyEstimator.fit(List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe measure five models");
        LatencyEstimator fitted = LatencyEstimator.fit(List.of(new Sample(dense(1), 1)));
        assertThatThrownBy(() -> fitted.corrected(new Sample(dense(1), 1), 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2.0)");
    }
}
