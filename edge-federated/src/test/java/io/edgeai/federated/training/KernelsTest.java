package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelsTest {
    @ParameterizedTest
    @CsvSource({"1,1", "4,3", "5,10", "9,31", "9,32", "11,33", "16,64", "2,200"})
    void matrixKernelsAgreeWithTheDefinition(int in, int out) {
        SplittableRandom random = new SplittableRandom(in * 1000L + out);
        float[] x = new float[in + 2];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextInt(3) == 0 ? 0 : (float) random.nextGaussian();
        }
        float[] p = gaussians(random, in * out + out + 3);
        float[] delta = gaussians(random, out);
        float[][] rows = new float[4][Math.max(in, out)];
        int[] index = new int[in];
        float[] value = new float[in];
        int count = Kernels.gather(x, 2, in, index, value);
        float[] y = new float[out];
        Kernels.affine(index, value, count, p, 3, 3 + in * out, out, y, rows);
        float[] g = p.clone();
        Kernels.addOuter(index, value, count, delta, g, 3, out, rows);
        float[] back = new float[in];
        Kernels.rowDots(index, count, p, 3, out, delta, back);

        int nonZero = 0;
        for (int i = 0; i < in; i++) {
            nonZero += x[2 + i] != 0 ? 1 : 0;
            double dot = 0;
            for (int j = 0; j < out; j++) {
                int at = 3 + i * out + j;
                dot += (double) p[at] * delta[j];
                assertThat(g[at]).isCloseTo(p[at] + x[2 + i] * delta[j], within(1e-5f));
            }
            assertThat((double) back[i]).isCloseTo(x[2 + i] == 0 ? 0 : dot, within(1e-3));
        }
        assertThat(count).isEqualTo(nonZero);
        for (int j = 0; j < out; j++) {
            double sum = p[3 + in * out + j];
            for (int i = 0; i < in; i++) {
                sum += (double) x[2 + i] * p[3 + i * out + j];
            }
            assertThat((double) y[j]).isCloseTo(sum, within(1e-4));
        }
    }

    @Test
    void softmaxOfHugeScoresNeitherOverflowsNorLosesTheLoss() {
        float[] scores = {1000, 998, -1000};
        double loss = Kernels.softmax(scores, 3, 1);
        assertThat(loss).isCloseTo(2 + Math.log1p(Math.exp(-2)), within(1e-9));
        assertThat(scores[0] + scores[1] + scores[2]).isCloseTo(1, within(1e-6f));
        assertThat(scores[0]).isCloseTo((float) (1 / (1 + Math.exp(-2))), within(1e-6f));
        assertThat(scores[2]).isZero();
    }

    @Test
    void softmaxOfEqualScoresIsUniform() {
        float[] scores = new float[10];
        assertThat(Kernels.softmax(scores, 10, 7)).isCloseTo(Math.log(10), within(1e-12));
        assertThat(scores).containsOnly(0.1f);
    }

    private static float[] gaussians(SplittableRandom random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
