package io.edgeai.optimize.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import io.edgeai.optimize.testing.Ort;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures of agreement against sums in exact decimals, and Wilson's interval against its quadratic. */
class FidelityPropertyTest {
    @Test
    void figuresAreThoseOfExactSums() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            OutputComparison comparison = new OutputComparison("y");
            List<float[]> before = new ArrayList<>();
            List<float[]> after = new ArrayList<>();
            int width = 1 + random.nextInt(6);
            int runs = 1 + random.nextInt(4);
            for (int run = 0; run < runs; run++) {
                int rows = 1 + random.nextInt(5);
                float[] a = Ort.normal(random, rows * width);
                float[] b = a.clone();
                for (int i = 0; i < b.length; i++) {
                    b[i] += (float) random.nextGaussian() * (seed % 3 == 0 ? 1e-3f : 0.5f);
                }
                comparison.add(Tensor.of(a, rows, width), Tensor.of(b, rows, width));
                before.add(a);
                after.add(b);
            }
            check(comparison.result(), before, after, width, seed);
        }
    }

    private static void check(OutputFidelity got, List<float[]> before, List<float[]> after, int width, long seed) {
        BigDecimal error = BigDecimal.ZERO;
        BigDecimal signal = BigDecimal.ZERO;
        BigDecimal other = BigDecimal.ZERO;
        BigDecimal product = BigDecimal.ZERO;
        BigDecimal absolute = BigDecimal.ZERO;
        BigDecimal most = BigDecimal.ZERO;
        int values = 0;
        int rows = 0;
        int agreeing = 0;
        for (int run = 0; run < before.size(); run++) {
            float[] a = before.get(run);
            float[] b = after.get(run);
            for (int i = 0; i < a.length; i++, values++) {
                BigDecimal x = new BigDecimal(a[i]);
                BigDecimal y = new BigDecimal(b[i]);
                BigDecimal difference = x.subtract(y).abs();
                error = error.add(difference.multiply(difference));
                signal = signal.add(x.multiply(x));
                other = other.add(y.multiply(y));
                product = product.add(x.multiply(y));
                absolute = absolute.add(difference);
                most = most.max(difference);
            }
            for (int row = 0; row < a.length; row += width, rows++) {
                agreeing += largest(a, row, width) == largest(b, row, width) ? 1 : 0;
            }
        }
        assertThat(got.maxAbsError()).as("seed %d", seed).isCloseTo(most.doubleValue(), within(1e-12));
        assertThat(got.meanAbsError()).as("seed %d", seed).isCloseTo(absolute.doubleValue() / values, within(1e-12));
        assertThat(got.sqnrDb())
                .as("seed %d", seed)
                .isCloseTo(10 * Math.log10(signal.doubleValue() / error.doubleValue()), within(1e-9));
        assertThat(got.cosine())
                .as("seed %d", seed)
                .isCloseTo(
                        product.doubleValue() / Math.sqrt(signal.doubleValue() * other.doubleValue()), within(1e-12));
        assertThat(got.topOneAgreement()).as("seed %d", seed).isEqualTo((double) agreeing / rows);
        assertThat(got.notFinite()).isZero();
    }

    private static int largest(float[] values, int from, int width) {
        float[] sorted = Arrays.copyOfRange(values, from, from + width);
        Arrays.sort(sorted);
        for (int i = 0; i < width; i++) {
            if (values[from + i] == sorted[width - 1]) {
                return i;
            }
        }
        throw new AssertionError("a row has a largest value");
    }

    /** Of every pair of finite, NaN and infinite values only those that the derived model lost count. */
    @Test
    void onlyWhatTheDerivedModelLostIsNotFinite() {
        float[] all = {1, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        for (float a : all) {
            for (float b : all) {
                OutputComparison comparison = new OutputComparison("y");
                comparison.add(Tensor.of(new float[] {a, 2}, 2), Tensor.of(new float[] {b, 2}, 2));
                OutputFidelity result = comparison.result();
                assertThat(result.notFinite())
                        .as("%s to %s", a, b)
                        .isEqualTo(Float.isFinite(a) && !Float.isFinite(b) ? 1 : 0);
                assertThat(result.sqnrDb()).as("%s to %s", a, b).isEqualTo(Double.POSITIVE_INFINITY);
                assertThat(result.cosine()).isCloseTo(1, within(1e-15));
            }
        }
    }

    /** Each decibel has its closed form: an error of share s of the signal is -20·log10(s). */
    @ParameterizedTest
    @CsvSource({"1, 0", "0.1, 20", "0.01, 40", "0.5, 6.020599913", "2, -6.020599913"})
    void decibelsOfAShare(double share, double expected) {
        assertThat(OutputComparison.sqnr(9, 9 * share * share)).isCloseTo(expected, within(1e-8));
    }

    /** The bounds are the roots of (p - x/n)² = z²·p(1-p)/n, found here by bisection. */
    @Test
    void wilsonBoundsAreTheRootsOfTheirEquation() {
        double z = 1.959963984540054;
        for (int total : new int[] {1, 2, 10, 97, 1000, 100_000, 20_000_000}) {
            for (double share : new double[] {0, 0.01, 0.5, 0.9, 1}) {
                long correct = Math.round(share * total);
                double p = (double) correct / total;
                DoubleUnaryOperator equation = x -> (x - p) * (x - p) - z * z * x * (1 - x) / total;
                Accuracy accuracy = Accuracy.of(correct, total);
                assertThat(accuracy.lower())
                        .as("%d of %d", correct, total)
                        .isCloseTo(correct == 0 ? 0 : root(equation, p, 0), within(1e-9));
                assertThat(accuracy.upper())
                        .as("%d of %d", correct, total)
                        .isCloseTo(correct == total ? 1 : root(equation, p, 1), within(1e-9));
            }
        }
    }

    private static double root(DoubleUnaryOperator equation, double inside, double outside) {
        for (int i = 0; i < 200; i++) {
            double middle = (inside + outside) / 2;
            if (equation.applyAsDouble(middle) < 0) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        return inside;
    }

    /** Over all outcomes of n coins the interval holds the true share about as often as it says: coverage by enumeration. */
    @Test
    void wilsonCoversNinetyFivePercent() {
        int n = 50;
        double sum = 0;
        int shares = 0;
        for (double p = 0.05; p < 0.96; p += 0.01, shares++) {
            double coverage = 0;
            double probability = Math.pow(1 - p, n);
            for (int k = 0; k <= n; k++) {
                Accuracy accuracy = Accuracy.of(k, n);
                coverage += accuracy.lower() <= p && p <= accuracy.upper() ? probability : 0;
                probability *= (double) (n - k) / (k + 1) * p / (1 - p);
            }
            assertThat(coverage).as("p = %s", p).isBetween(0.90, 0.99);
            sum += coverage;
        }
        assertThat(sum / shares).as("on average").isBetween(0.945, 0.96);
    }
}
