package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KernelsPropertyTest {
    static LongStream seeds() {
        return LongStream.rangeClosed(1, 30);
    }

    private static float[] gaussians(SplittableRandom random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void gatherKeepsExactlyWhatIsNotZero(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 1 + random.nextInt(50);
        int offset = random.nextInt(5);
        float[] x = new float[offset + n + 3];
        for (int i = 0; i < x.length; i++) {
            x[i] = switch (random.nextInt(5)) {
                case 0, 1 -> 0f;
                case 2 -> -0f;
                case 3 -> Float.MIN_VALUE;
                default -> (float) random.nextGaussian();
            };
        }
        int[] index = new int[n];
        float[] value = new float[n];
        int count = Kernels.gather(x, offset, n, index, value);
        float[] rebuilt = new float[n];
        for (int k = 0; k < count; k++) {
            assertThat(value[k]).as("seed %d", seed).isNotZero();
            assertThat(k == 0 || index[k] > index[k - 1]).as("seed %d", seed).isTrue();
            rebuilt[index[k]] = value[k];
        }
        for (int i = 0; i < n; i++) {
            assertThat(rebuilt[i] == x[offset + i]).as("seed %d, %d", seed, i).isTrue();
        }
    }

    /** Random sizes and offsets; cells around the matrix must stay as they are. */
    @ParameterizedTest
    @MethodSource("seeds")
    void matrixKernelsTouchTheirMatrixOnly(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int in = 1 + random.nextInt(40);
        int out = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(80);
        int weights = random.nextInt(9);
        int bias = weights + in * out + random.nextInt(4);
        float[] p = gaussians(random, bias + out + 5);
        float[] x = gaussians(random, in);
        for (int i = 0; i < in; i++) {
            x[i] = random.nextBoolean() ? 0 : x[i];
        }
        int[] index = new int[in];
        float[] value = new float[in];
        int count = Kernels.gather(x, 0, in, index, value);
        float[][] rows = new float[4][Math.max(in, out)];
        float[] y = new float[out];
        Kernels.affine(index, value, count, p, weights, bias, out, y, rows);
        float[] delta = gaussians(random, out);
        float[] g = p.clone();
        Kernels.addOuter(index, value, count, delta, g, weights, out, rows);
        float[] back = new float[in];
        Arrays.fill(back, 99);
        Kernels.rowDots(index, count, p, weights, out, delta, back);

        for (int j = 0; j < out; j++) {
            double sum = p[bias + j];
            for (int i = 0; i < in; i++) {
                sum += (double) x[i] * p[weights + i * out + j];
            }
            assertThat((double) y[j]).as("y, seed %d", seed).isCloseTo(sum, within(1e-4));
        }
        for (int at = 0; at < p.length; at++) {
            int cell = at - weights;
            boolean inside = cell >= 0 && cell < in * out;
            double expected = p[at] + (inside ? (double) x[cell / out] * delta[cell % out] : 0);
            assertThat((double) g[at]).as("g %d, seed %d", at, seed).isCloseTo(expected, within(1e-5));
        }
        for (int i = 0; i < in; i++) {
            double dot = 0;
            for (int j = 0; j < out; j++) {
                dot += (double) p[weights + i * out + j] * delta[j];
            }
            assertThat((double) back[i]).as("back, seed %d", seed).isCloseTo(x[i] == 0 ? 99 : dot, within(1e-4));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void stepsAreTheirFormulas(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 1 + random.nextInt(100);
        float[] w = gaussians(random, n);
        float[] g = gaussians(random, n);
        float[] v = gaussians(random, n);
        float[] reference = gaussians(random, n);
        float rate = (float) random.nextDouble();
        float momentum = (float) random.nextDouble();
        float[] plain = w.clone();
        float[] plainG = g.clone();
        Kernels.step(plain, plainG, rate);
        float[] fast = w.clone();
        float[] fastG = g.clone();
        float[] fastV = v.clone();
        Kernels.momentumStep(fast, fastG, fastV, momentum, rate);
        float[] decayed = g.clone();
        Kernels.decay(decayed, w, rate);
        float[] pulled = g.clone();
        Kernels.pull(pulled, w, reference, momentum);
        for (int i = 0; i < n; i++) {
            String where = "seed " + seed + ", " + i;
            double speed = (double) momentum * v[i] + g[i];
            assertThat((double) plain[i]).as(where).isCloseTo(w[i] - (double) rate * g[i], within(1e-5));
            assertThat((double) fastV[i]).as(where).isCloseTo(speed, within(1e-5));
            assertThat((double) fast[i]).as(where).isCloseTo(w[i] - rate * speed, within(1e-5));
            assertThat((double) decayed[i]).as(where).isCloseTo(g[i] + (double) rate * w[i], within(1e-5));
            assertThat((double) pulled[i])
                    .as(where)
                    .isCloseTo(g[i] + (double) momentum * ((double) w[i] - reference[i]), within(1e-5));
        }
        assertThat(plainG).containsOnly(0);
        assertThat(fastG).containsOnly(0);
    }

    /** Softmax does not change when all scores move together, and its loss is −log p. */
    @ParameterizedTest
    @MethodSource("seeds")
    void softmaxIsAProbabilityWhateverTheShift(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 1 + random.nextInt(40);
        int label = random.nextInt(n);
        float[] scores = new float[n];
        for (int i = 0; i < n; i++) {
            scores[i] = random.nextInt(-40, 40);
        }
        double total = 0;
        for (float score : scores) {
            total += Math.exp(score);
        }
        double loss = Math.log(total) - scores[label];
        for (float shift : new float[] {0, 512, -512, 8192}) {
            float[] moved = scores.clone();
            for (int i = 0; i < n; i++) {
                moved[i] += shift;
            }
            assertThat(Kernels.softmax(moved, n, label))
                    .as("seed %d, shift %s", seed, shift)
                    .isCloseTo(loss, within(1e-9 * (1 + loss)));
            double sum = 0;
            for (int i = 0; i < n; i++) {
                assertThat((double) moved[i])
                        .as("seed %d, shift %s", seed, shift)
                        .isCloseTo(Math.exp(scores[i]) / total, within(1e-6));
                sum += moved[i];
            }
            assertThat(sum).as("seed %d", seed).isCloseTo(1, within(1e-5));
        }
    }

    /** The loss of a class whose probability underflows to 0 is still its distance, not infinity. */
    @ParameterizedTest
    @CsvSource({"110", "1000", "1e6", "1e30"})
    void lossOfAnImpossibleClassIsFinite(float distance) {
        float[] scores = {distance, 0};
        assertThat(Kernels.softmax(scores, 2, 1)).isCloseTo(distance, within(1e-6 * distance));
        assertThat(scores).containsExactly(1, 0);
    }

    @Test
    void scoresThatAreNoNumberGiveALossThatIsNone() {
        assertThat(Kernels.softmax(new float[] {1, Float.NaN}, 2, 0)).isNaN();
        assertThat(Kernels.softmax(new float[] {Float.POSITIVE_INFINITY, 0}, 2, 0))
                .isNaN();
    }
}
