package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What looking after every pair costs and finds: α = 0.05, 20,000 pairs; 300 simulated experiments each, 4,000 with
 * {@code -Dedgeai.full=true}.
 */
class PeekingIT {
    private static final int PAIRS = 20_000;
    private static final int RUNS = Boolean.getBoolean("edgeai.full") ? 4_000 : 300;
    private static final double ALPHA = 0.05;
    /** Three standard errors of a share of α. */
    private static final double CHANCE = 3 * Math.sqrt(ALPHA * (1 - ALPHA) / RUNS);

    /** Distributions that arms share. */
    enum Values {
        BINARY_10_PERCENT(random -> random.nextDouble() < 0.1 ? 1 : 0),
        BINARY_1_PERCENT(random -> random.nextDouble() < 0.01 ? 1 : 0),
        BINARY_1_PER_MILLE(random -> random.nextDouble() < 0.001 ? 1 : 0),
        LATENCY_LOG_NORMAL(random -> Math.exp(1.5 * random.nextGaussian())),
        LATENCY_PARETO_WITHOUT_VARIANCE(random -> Math.pow(1 - random.nextDouble(), -1 / 1.5)),
        NORMAL(SplittableRandom::nextGaussian);

        private final ToDoubleFunction<SplittableRandom> draw;

        Values(ToDoubleFunction<SplittableRandom> draw) {
            this.draw = draw;
        }

        /** Of one unit of each arm. */
        double difference(SplittableRandom random) {
            double control = draw.applyAsDouble(random);
            double treatment = draw.applyAsDouble(random);
            return treatment - control;
        }
    }

    @ParameterizedTest
    @EnumSource
    void armsAlikeAreCalledDifferentInAtMostAlpha(Values values, TestReporter reporter) {
        int alarms = 0;
        int early = 0;
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            SequentialDifference test = new SequentialDifference(ALPHA, 10_000);
            for (int pair = 1; pair <= PAIRS && test.pValue() > ALPHA; pair++) {
                test.add(values.difference(random));
            }
            alarms += test.pValue() <= ALPHA ? 1 : 0;
            early += test.pValue() <= ALPHA && test.pairs() < 200 ? 1 : 0;
        }
        reporter.publishEntry(values + ": false alarms", alarms / (double) RUNS + ", below 200 pairs " + early);
        assertThat(alarms / (double) RUNS).isLessThanOrEqualTo(ALPHA + CHANCE);
        assertThat(early / (double) RUNS).isLessThanOrEqualTo(ALPHA + CHANCE);
    }

    /** The same with a test sharpest at 100 pairs, looked at 200 times. */
    @ParameterizedTest
    @EnumSource
    void smallExperimentsKeepAlphaToo(Values values, TestReporter reporter) {
        int alarms = 0;
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            SequentialDifference test = new SequentialDifference(ALPHA, 100);
            for (int pair = 1; pair <= 200; pair++) {
                test.add(values.difference(random));
            }
            alarms += test.pValue() <= ALPHA ? 1 : 0;
        }
        reporter.publishEntry(values + ": false alarms of 200 pairs", String.valueOf(alarms / (double) RUNS));
        assertThat(alarms / (double) RUNS).isLessThanOrEqualTo(ALPHA + CHANCE);
    }

    @Test
    void anOpenExperimentFindsOnePercentMore(TestReporter reporter) {
        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            SequentialDifference test = new SequentialDifference(ALPHA, 10_000);
            for (int pair = 1; pair <= PAIRS && test.pValue() > ALPHA; pair++) {
                test.add(click(random, 0.11) - click(random, 0.10));
            }
            found += test.pValue() <= ALPHA ? 1 : 0;
        }
        reporter.publishEntry("power, open", String.valueOf(found / (double) RUNS));
        assertThat(found / (double) RUNS).isGreaterThanOrEqualTo(0.68 - 2 * Math.sqrt(0.68 * 0.32 / RUNS));
    }

    @Test
    void oneOfKnownSizeFindsMoreOften(TestReporter reporter) {
        int found = 0;
        int wrong = 0;
        double[] bounds = new double[200];
        GroupSequential looks = new GroupSequential(ALPHA);
        for (int look = 0; look < bounds.length; look++) {
            bounds[look] = looks.look((look + 1) / 200.0);
        }
        for (int run = 0; run < RUNS; run++) {
            found += crosses(run, 0.11, bounds) ? 1 : 0;
            wrong += crosses(run, 0.10, bounds) ? 1 : 0;
        }
        reporter.publishEntry("power, known size", String.valueOf(found / (double) RUNS));
        reporter.publishEntry("false alarms, known size", String.valueOf(wrong / (double) RUNS));
        assertThat(found / (double) RUNS).isGreaterThanOrEqualTo(0.87 - 2 * Math.sqrt(0.87 * 0.13 / RUNS));
        assertThat(wrong / (double) RUNS).isLessThanOrEqualTo(ALPHA + CHANCE);
    }

    private static boolean crosses(int seed, double treated, double[] bounds) {
        SplittableRandom random = new SplittableRandom(seed);
        SequentialDifference test = new SequentialDifference(ALPHA, PAIRS);
        for (int pair = 1; pair <= PAIRS; pair++) {
            test.add(click(random, treated) - click(random, 0.10));
            if (pair % (PAIRS / bounds.length) == 0
                    && Math.abs(test.mean()) >= bounds[pair * bounds.length / PAIRS - 1] * test.standardError()) {
                return true;
            }
        }
        return false;
    }

    /** Both arms answer the same requests; clicks agree with a correlation of 0.7. */
    @Test
    void pairsOfTheSameRequestFindItNearlyAlways(TestReporter reporter) {
        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            SequentialDifference test = new SequentialDifference(ALPHA, 10_000);
            for (int pair = 1; pair <= PAIRS && test.pValue() > ALPHA; pair++) {
                double common = random.nextDouble();
                boolean shared = random.nextDouble() < 0.7;
                double control = (shared ? common : random.nextDouble()) < 0.10 ? 1 : 0;
                double treated = (shared ? common : random.nextDouble()) < 0.11 ? 1 : 0;
                test.add(treated - control);
            }
            found += test.pValue() <= ALPHA ? 1 : 0;
        }
        reporter.publishEntry("power, paired", String.valueOf(found / (double) RUNS));
        assertThat(found / (double) RUNS).isGreaterThanOrEqualTo(0.95 - 2 * Math.sqrt(0.95 * 0.05 / RUNS));
    }

    /** The true difference lies in every interval of the sequence. */
    @ParameterizedTest
    @EnumSource
    void intervalsCoverAtAllTimes(Values values, TestReporter reporter) {
        int missed = 0;
        double truth = 0.05;
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            SequentialDifference test = new SequentialDifference(ALPHA, 10_000);
            boolean inside = true;
            for (int pair = 1; pair <= PAIRS && inside; pair++) {
                test.add(values.difference(random) + truth);
                inside = test.evidenceAgainst(truth) < 1 / ALPHA;
            }
            missed += inside ? 0 : 1;
        }
        reporter.publishEntry(values + ": coverage", String.valueOf(1 - missed / (double) RUNS));
        assertThat(missed / (double) RUNS).isLessThanOrEqualTo(ALPHA + CHANCE);
    }

    private static double click(SplittableRandom random, double rate) {
        return random.nextDouble() < rate ? 1 : 0;
    }
}
