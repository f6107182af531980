package io.edgeai.monitor.drift.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every change of streams that change several times, and where each began, against the formulas by plain loops. */
class DetectorFormulasPropertyTest {
    private static final int STREAMS = 6;
    private static final int ROWS = 500;

    private static void agree(boolean errors, long seed, ChangeDetector detector, ToIntFunction<double[]> rule) {
        double[] stream = errors ? errors(seed) : levels(seed);
        List<long[]> expected = PlainDetectors.changes(stream, rule);
        List<long[]> found = new ArrayList<>();
        for (double value : stream) {
            if (detector.update(value)) {
                Change change = detector.lastChange().orElseThrow();
                found.add(new long[] {change.row(), change.since()});
            }
        }
        assertThat(found.toArray(long[][]::new)).as("seed %s", seed).isDeepEqualTo(expected.toArray(long[][]::new));
        assertThat(found)
                .as("changes, so that it is more than silence; seed %s", seed)
                .isNotEmpty();
    }

    /** Numbers whose mean jumps by up to five deviations in either direction every hundred rows or so. */
    private static double[] levels(long seed) {
        Random random = new Random(seed);
        double[] out = new double[ROWS];
        double level = 20;
        for (int i = 0; i < ROWS; i++) {
            level += i % 120 == 119 ? (random.nextBoolean() ? 1 : -1) * (2 + 3 * random.nextDouble()) : 0;
            level += i == 300 ? 12 : 0;
            out[i] = level + random.nextGaussian();
        }
        return out;
    }

    private static double[] errors(long seed) {
        Random random = new Random(seed);
        double[] rates = {0.05, 0.4, 0.15, 0.8};
        double[] out = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            out[i] = random.nextDouble() < rates[i * rates.length / ROWS] ? 1 : 0;
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5})
    void pageAndHinkleys(double allowance) {
        for (int seed = 0; seed < STREAMS; seed++) {
            agree(false, seed, new PageHinkley(allowance, 25), PlainDetectors.pageHinkley(allowance, 25));
        }
        assertThat(new PageHinkley(allowance, 25).lastChange()).isEmpty();
    }

    /** A cumulative sum that is cut off at 0 is the largest sum of any last rows; the threshold solves Siegmund's equation. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 1e-5})
    void cumulativeSums(double falseAlarms) {
        double threshold = 0;
        while (2 * (Math.exp(threshold + 1.166) - threshold - 1.166 - 1) < 2 / falseAlarms) {
            threshold += 1e-5;
        }
        for (int seed = 0; seed < STREAMS; seed++) {
            agree(false, seed, Cusum.of(40, falseAlarms), PlainDetectors.cusum(40, threshold));
        }
        assertThat(threshold).isBetween(4.0, 11.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 60})
    void likelihoodRatios(int window) {
        for (int seed = 0; seed < STREAMS; seed++) {
            agree(false, seed, LikelihoodRatio.of(30, window, 5), PlainDetectors.likelihoodRatio(30, window, 5));
        }
        assertThat(LikelihoodRatio.of(30, window, 5).rows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.05})
    void hoeffdingsBounds(double level) {
        for (int seed = 0; seed < STREAMS; seed++) {
            agree(true, seed, new HoeffdingDrift(level), PlainDetectors.hoeffding(level));
        }
        assertThat(new HoeffdingDrift(level).lastChange()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5})
    void driftDetections(long seed) {
        agree(true, seed, new DriftDetectionMethod(), PlainDetectors.driftDetection());
        assertThat(errors(seed)).as("seed %s", seed).containsOnly(0, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5})
    void distancesOfErrors(long seed) {
        agree(true, seed, new EarlyDriftDetection(), PlainDetectors.earlyDriftDetection());
        assertThat(new EarlyDriftDetection().lastChange()).isEmpty();
    }
}
