package io.edgeai.federated.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.strategy.ClientAlgorithm.ReportedLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each part of a strategy against a few lines of textbook in double, on random inputs. */
class TextbookPropertyTest {
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 15);
    }

    /** What a textbook keeps of one coordinate. */
    private interface Rule {
        double next(double w, double delta);
    }

    private static void follows(String what, long seed, ServerOptimizer optimizer, Rule[] rules) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = rules.length;
        float[] model = new float[n];
        double[] w = new double[n];
        for (int i = 0; i < n; i++) {
            model[i] = (float) random.nextGaussian();
            w[i] = model[i];
        }
        ServerOptimizer.Steps steps = optimizer.start(n);
        for (int round = 0; round < 25; round++) {
            double[] combined = new double[n];
            for (int i = 0; i < n; i++) {
                double delta = random.nextGaussian() * Math.pow(10, random.nextInt(-3, 1));
                combined[i] = model[i] + delta;
                w[i] = rules[i].next(w[i], delta);
            }
            steps.apply(model, combined);
            for (int i = 0; i < n; i++) {
                assertThat((double) model[i])
                        .as("%s, seed %d, round %d, coordinate %d", what, seed, round, i)
                        .isCloseTo(w[i], within(2e-5 * (1 + Math.abs(w[i]))));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void yogiAndAdagradFollowTheTextbook(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double rate = 0.01 + 0.1 * random.nextDouble();
        double tau = 1e-2;
        Rule[] yogi = new Rule[4];
        Rule[] adagrad = new Rule[4];
        for (int i = 0; i < 4; i++) {
            double[] y = {0, tau * tau};
            double[] a = {0, tau * tau};
            yogi[i] = (w, delta) -> {
                y[0] = 0.8 * y[0] + 0.2 * delta;
                double square = delta * delta;
                y[1] += y[1] > square ? -0.05 * square : y[1] < square ? 0.05 * square : 0;
                return w + rate * y[0] / (Math.sqrt(y[1]) + tau);
            };
            adagrad[i] = (w, delta) -> {
                a[0] = 0.8 * a[0] + 0.2 * delta;
                a[1] += delta * delta;
                return w + rate * a[0] / (Math.sqrt(a[1]) + tau);
            };
        }
        follows("yogi " + rate, seed, ServerOptimizer.yogi(rate, 0.8, 0.95, tau), yogi);
        follows("adagrad " + rate, seed, ServerOptimizer.adagrad(rate, 0.8, tau), adagrad);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void descentFollowsTheTextbook(long seed) {
        double rate = 0.05 + new SplittableRandom(seed).nextDouble();
        Rule[] rules = new Rule[6];
        Arrays.fill(rules, (Rule) (w, delta) -> w + rate * delta);
        follows("sgd " + rate, seed, ServerOptimizer.sgd(rate), rules);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void momentumFollowsTheTextbook(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double rate = 0.05 + random.nextDouble();
        double beta = 0.95 * random.nextDouble();
        Rule[] rules = new Rule[6];
        for (int i = 0; i < rules.length; i++) {
            double[] m = new double[1];
            rules[i] = (w, delta) -> {
                m[0] = beta * m[0] + delta;
                return w + rate * m[0];
            };
        }
        follows("momentum " + beta, seed, ServerOptimizer.momentum(beta, rate), rules);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void adamFollowsTheTextbook(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double rate = 0.001 + 0.1 * random.nextDouble();
        double b1 = 0.95 * random.nextDouble();
        double b2 = 0.5 + 0.499 * random.nextDouble();
        double tau = Math.pow(10, -1 - random.nextInt(4));
        Rule[] rules = new Rule[6];
        for (int i = 0; i < rules.length; i++) {
            double[] m = {0, tau * tau};
            rules[i] = (w, delta) -> {
                m[0] = b1 * m[0] + (1 - b1) * delta;
                m[1] = b2 * m[1] + (1 - b2) * delta * delta;
                return w + rate * m[0] / (Math.sqrt(m[1]) + tau);
            };
        }
        follows("adam", seed, ServerOptimizer.adam(rate, b1, b2, tau), rules);
    }

    /** A constant step is multiplied by up to 1 / (1 − momentum): the sum of a geometric series. */
    @ParameterizedTest
    @CsvSource({"0.5,1,10", "0.9,0.5,30", "0,1,5", "0.99,0.1,100"})
    void momentumOfAConstantStepIsAGeometricSeries(double beta, double rate, int rounds) {
        float[] model = {0};
        ServerOptimizer.Steps steps = ServerOptimizer.momentum(beta, rate).start(1);
        for (int round = 0; round < rounds; round++) {
            steps.apply(model, new double[] {model[0] + 1.0});
        }
        double expected = 0;
        for (int t = 1; t <= rounds; t++) {
            expected += rate * (1 - Math.pow(beta, t)) / (1 - beta);
        }
        assertThat((double) model[0]).isCloseTo(expected, within(1e-4 * expected));
    }

    /** Adam's step does not depend on the scale of its differences where they dwarf τ. */
    @ParameterizedTest
    @ValueSource(doubles = {1e3, 1e6, 1e12})
    void adamForgetsTheScale(double scale) {
        float[] model = {0};
        float[] scaled = {0};
        ServerOptimizer adam = ServerOptimizer.adam(0.01, 0.9, 0.99, 1e-9);
        ServerOptimizer.Steps steps = adam.start(1);
        ServerOptimizer.Steps other = adam.start(1);
        for (double delta : new double[] {1, -0.5, 2, 0.25}) {
            steps.apply(model, new double[] {model[0] + delta});
            other.apply(scaled, new double[] {scaled[0] + scale * delta});
        }
        assertThat((double) scaled[0]).isCloseTo(model[0], within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({
        "-1,rate (-1.0) of the server must be above 0 and at most 1e6.",
        "NaN,rate (NaN) of the server must be above 0 and at most 1e6.",
        "1000001,rate (1000001.0) of the server must be above 0 and at most 1e6."
    })
    void ratesOutsideTheirRangeAreNamedWithBothBounds(double rate, String message) {
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable call :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        () -> ServerOptimizer.sgd(rate),
                        () -> ServerOptimizer.momentum(0.5, rate),
                        () -> ServerOptimizer.adam(rate, 0.5, 0.5, 0.1))) {
            assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessage(message);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN})
    void sharesOutsideTheirRangeAreNamed(double share) {
        assertThatThrownBy(() -> ServerOptimizer.momentum(share, 1)).hasMessageStartingWith("momentum (" + share + ")");
        assertThatThrownBy(() -> ServerOptimizer.adam(1, share, 0, 1)).hasMessageStartingWith("beta1 (" + share + ")");
        assertThatThrownBy(() -> ServerOptimizer.adam(1, 0, share, 1)).hasMessageStartingWith("beta2 (" + share + ")");
        assertThatThrownBy(() -> Strategies.fedAvg().servedAverage(share))
                .hasMessage("servedAverage (" + share + ") must be 0 up to but not 1.");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void trimmedMeansAreThoseOfSortedColumns(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 1 + random.nextInt(40);
        float[][] updates = new float[n][4];
        for (float[] update : updates) {
            for (int i = 0; i < 4; i++) {
                update[i] = random.nextInt(4) == 0 ? random.nextInt(3) : (float) (100 * random.nextGaussian());
            }
        }
        for (int percent = 0; percent < 50; percent++) {
            Aggregator.Accumulator accumulator =
                    Aggregator.trimmedMean(percent / 100.0).start(4);
            for (float[] update : updates) {
                accumulator.add(update.clone(), 1 + random.nextInt(9));
            }
            double[] result = accumulator.result();
            int cut = Math.min(n * percent / 100, (n - 1) / 2);
            for (int i = 0; i < 4; i++) {
                int column = i;
                double expected = Arrays.stream(updates)
                        .mapToDouble(update -> update[column])
                        .sorted()
                        .skip(cut)
                        .limit(n - 2L * cut)
                        .average()
                        .orElseThrow();
                assertThat(result[i])
                        .as("seed %d, %d %% of %d", seed, percent, n)
                        .isCloseTo(expected, within(1e-9));
            }
        }
    }

    /** Regression: 0.29 · 100 is 28.999999999999996 in binary and cut only 28 from each side. */
    @ParameterizedTest
    @CsvSource({"0.29,100,29", "0.28,25,7", "0.07,100,7", "0.1,10,1", "0.3,10,3", "0.45,20,9", "0.49,100,49"})
    void sharesThatBinaryRoundsDownStillCutAsManyAsTheySay(double share, int updates, int cut) {
        Aggregator.Accumulator accumulator = Aggregator.trimmedMean(share).start(1);
        double sum = 0;
        for (int i = 0; i < updates; i++) {
            accumulator.add(new float[] {(float) i * i}, 1);
            sum += i >= cut && i < updates - cut ? (double) i * i : 0;
        }
        assertThat(accumulator.result()[0]).isCloseTo(sum / (updates - 2 * cut), within(1e-9));
    }

    /** Whoever comes first must not matter to rules that sort. */
    @ParameterizedTest
    @MethodSource("seeds")
    void sortingRulesDoNotDependOnTheOrder(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 2 + random.nextInt(12);
        List<float[]> updates = new ArrayList<>();
        for (int u = 0; u < n; u++) {
            updates.add(new float[] {(float) random.nextGaussian(), random.nextInt(3)});
        }
        List<float[]> shuffled = new ArrayList<>(updates);
        java.util.Collections.shuffle(shuffled, new java.util.Random(seed));
        for (Aggregator rule : List.of(Aggregator.coordinateMedian(), Aggregator.trimmedMean(0.2))) {
            assertThat(combined(rule, shuffled)).as("seed %d", seed).isEqualTo(combined(rule, updates));
        }
    }

    private static double[] combined(Aggregator rule, List<float[]> updates) {
        Aggregator.Accumulator accumulator = rule.start(2);
        updates.forEach(update -> accumulator.add(update, 1));
        return accumulator.result();
    }

    /** Each coordinate lies between the least and the greatest sent, whatever the weights. */
    @ParameterizedTest
    @MethodSource("seeds")
    void noRuleLeavesTheRangeOfWhatWasSent(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 1 + random.nextInt(10);
        for (Aggregator rule :
                List.of(Aggregator.weightedMean(), Aggregator.coordinateMedian(), Aggregator.trimmedMean(0.3))) {
            Aggregator.Accumulator accumulator = rule.start(1);
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            for (int u = 0; u < n; u++) {
                float value = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)));
                accumulator.add(new float[] {value}, Math.pow(10, random.nextInt(-6, 6)));
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            double slack = 1e-12 * Math.max(Math.abs(least), Math.abs(most));
            assertThat(accumulator.result()[0])
                    .as("%s, seed %d", rule.name(), seed)
                    .isBetween(least - slack, most + slack);
        }
    }

    /** Weights count only against each other. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.5, 3, 1e9})
    void scalingAllWeightsChangesNothing(double scale) {
        Aggregator.Accumulator plain = Aggregator.weightedMean().start(2);
        Aggregator.Accumulator scaled = Aggregator.weightedMean().start(2);
        SplittableRandom random = new SplittableRandom(3);
        for (int u = 0; u < 20; u++) {
            float[] update = {(float) random.nextGaussian(), u};
            double weight = 1 + random.nextInt(100);
            plain.add(update, weight);
            scaled.add(update, scale * weight);
        }
        double[] expected = plain.result();
        double[] result = scaled.result();
        assertThat(result[0]).isCloseTo(expected[0], within(1e-12));
        assertThat(result[1]).isCloseTo(expected[1], within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"1,10,0.5,1", "5,10,0.5,5", "6,10,0.5,5", "2147483647,10,0.5,5", "3,1,1e9,3", "100,0.5,1,0.5", "7,7,1,7"
    })
    void cappedWeightsAreTheSmallerOfTwo(int samples, double median, double factor, double expected) {
        assertThat(Weighting.capped(factor).weight(samples, median)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0, 2e9, Double.NaN, Double.POSITIVE_INFINITY})
    void capsOutsideTheirRangeAreNamedWithBothBounds(double factor) {
        assertThatThrownBy(() -> Weighting.capped(factor))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("factor (" + factor + ") of a capped weight must be above 0 and at most 1e9.");
    }

    /** Three participants over nine rounds, worked out on paper; the comment is the weighted change. */
    @Test
    void theStrengthFollowsASequenceTracedByHand() {
        ClientAlgorithm.Course course = ClientAlgorithm.fedProxAdaptive().start();
        observe(course, 0.0, loss(0, 10, 2.0), loss(1, 20, 1.0)); // nobody seen before
        observe(course, 0.2, loss(0, 10, 2.5), loss(1, 20, 0.8)); // +5 − 4 = +1
        observe(course, 0.2, loss(2, 99, 9.0)); // first report of 2
        observe(course, 0.4, loss(1, 20, 0.9), loss(2, 1, 8.5)); // +2 − 0.5 = +1.5
        observe(course, 0.4, loss(0, 10, 2.4)); // −1, first of five
        observe(course, 0.4, loss(0, 10, 2.3), loss(1, 20, 0.9)); // −1, second
        observe(course, 0.4); // nothing, counts neither way
        observe(course, 0.4, loss(2, 1, 8.5)); // 0, counts neither way
        observe(course, 0.4, loss(2, 1, 8.4)); // third
        observe(course, 0.4, loss(2, 1, 8.3)); // fourth
        observe(course, 0.3, loss(2, 1, 8.2)); // fifth
        observe(course, 0.3, loss(2, 1, 8.1)); // first again
        observe(course, 0.5, loss(1, 20, 1.0)); // +2
    }

    private static ReportedLoss loss(int participant, int samples, double loss) {
        return new ReportedLoss(participant, samples, loss);
    }

    private static void observe(ClientAlgorithm.Course course, double expected, ReportedLoss... losses) {
        course.observe(List.of(losses));
        assertThat(course.mu()).isEqualTo(expected);
    }

    /** Regression: three rises and six falls left 8e-17 instead of 0, and with it a proximal term that does nothing. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void theStrengthComesBackToExactlyZero(int rises) {
        ClientAlgorithm.Course course = ClientAlgorithm.fedProxAdaptive().start();
        double loss = 0;
        course.observe(List.of(loss(0, 1, loss)));
        for (int i = 0; i < rises; i++) {
            course.observe(List.of(loss(0, 1, ++loss)));
        }
        assertThat(course.mu()).isEqualTo(2 * rises / 10.0);
        for (int fall = 2 * rises - 1; fall >= 0; fall--) {
            for (int i = 0; i < 5; i++) {
                course.observe(List.of(loss(0, 1, --loss)));
            }
            assertThat(course.mu()).isEqualTo(fall / 10.0);
        }
        for (int i = 0; i < 10; i++) {
            course.observe(List.of(loss(0, 1, --loss)));
        }
        assertThat(course.mu()).isZero();
    }

    /** Of whole losses: the square of the mean is taken from the mean of squares. */
    private static double variance(List<ReportedLoss> losses) {
        long samples = 0;
        long total = 0;
        long squares = 0;
        for (ReportedLoss one : losses) {
            samples += one.samples();
            total += one.samples() * (long) one.loss();
            squares += one.samples() * (long) one.loss() * (long) one.loss();
        }
        double mean = (double) total / samples;
        double unit = Math.max(1, mean * Math.abs(mean));
        return (squares - mean * total) / (losses.size() - 1) / unit;
    }

    /** Exact in tenths, over random histories of random participants. */
    @ParameterizedTest
    @MethodSource("seeds")
    void theStrengthIsThatOfTheRuleInWholeNumbers(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ClientAlgorithm.Course course = ClientAlgorithm.fedProxAdaptive().start();
        Map<Integer, Integer> last = new HashMap<>();
        int tenths = 0;
        int better = 0;
        for (int round = 0; round < 200; round++) {
            List<ReportedLoss> losses = new ArrayList<>();
            long change = 0;
            for (int p = 0; p < 6; p++) {
                if (random.nextInt(3) == 0) {
                    int samples = 1 + random.nextInt(50);
                    int loss = random.nextInt(100) - round / 10;
                    change += last.containsKey(p) ? (long) samples * (loss - last.get(p)) : 0;
                    last.put(p, loss);
                    losses.add(new ReportedLoss(p, samples, loss));
                }
            }
            if (losses.size() >= 5 && variance(losses) > 4) {
                tenths = 10;
                better = 0;
            } else if (change > 0) {
                tenths = Math.min(10, tenths + 2);
                better = 0;
            } else if (change < 0) {
                better++;
                if (better == 5) {
                    tenths = Math.max(0, tenths - 1);
                    better = 0;
                }
            }
            course.observe(losses);
            assertThat(course.mu()).as("seed %d, round %d", seed, round).isEqualTo(tenths / 10.0);
        }
    }
}
