package io.edgeai.optimize.weightonly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RoundingPropertyTest {
    /** Weights with a few far ones, in all shapes: the search never ends worse than where it began, and mostly better. */
    @Test
    void halfQuadraticNeverLosesInTheNormItMinimizes() {
        int better = 0;
        for (long seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(6);
            int columns = 1 + random.nextInt(150);
            float[] weights = heavy(random, rows * columns);
            BlockSettings settings = BlockSettings.defaults()
                    .bits(random.nextBoolean() ? 4 : 8)
                    .blockSize(16 << random.nextInt(4))
                    .asymmetric(random.nextBoolean());
            double plain = norm(weights, Rounding.quantize(weights, rows, columns, settings));
            double searched = norm(
                    weights, Rounding.quantize(weights, rows, columns, settings.method(BlockMethod.HALF_QUADRATIC)));
            assertThat(searched).as("seed %d, %s", seed, settings).isLessThanOrEqualTo(plain * (1 + 1e-6));
            better += searched < plain * 0.99 ? 1 : 0;
        }
        assertThat(better).isGreaterThan(15);
    }

    /** Brute force over all levels finds no nearer one than rounding did. */
    @Test
    void roundingTakesTheNearestLevel() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            float[] weights = heavy(random, 3 * 70);
            BlockSettings settings = BlockSettings.defaults().asymmetric(seed % 2 == 0);
            BlockMatrix matrix = Rounding.quantize(weights, 3, 70, settings);
            float[] got = matrix.dequantized();
            for (int i = 0; i < weights.length; i++) {
                int block = i / 70 * matrix.blocks + i % 70 / 32;
                double nearest = Double.POSITIVE_INFINITY;
                for (int level = 0; level < 16; level++) {
                    double value = (double) matrix.scales[block] * (level - (matrix.zeros[block] & 0xFF));
                    nearest = Math.min(nearest, Math.abs(value - weights[i]));
                }
                assertThat(Math.abs((double) got[i] - weights[i]))
                        .as("seed %d, weight %d", seed, i)
                        .isLessThanOrEqualTo(nearest + 1e-6);
            }
        }
    }

    @Test
    void zerosStayZeroAndTinyBlocksDoNotBreak() {
        float[] weights = new float[64];
        weights[40] = Float.MIN_VALUE;
        for (BlockMethod method : new BlockMethod[] {BlockMethod.ROUND, BlockMethod.HALF_QUADRATIC}) {
            for (boolean asymmetric : new boolean[] {false, true}) {
                float[] got = Rounding.quantize(
                                weights,
                                1,
                                64,
                                BlockSettings.defaults().asymmetric(asymmetric).method(method))
                        .dequantized();
                for (float value : got) {
                    assertThat(value).isZero();
                }
            }
        }
    }

    private static float[] heavy(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * (random.nextInt(20) == 0 ? 6 : 1));
        }
        return values;
    }

    private static double norm(float[] weights, BlockMatrix matrix) {
        float[] got = matrix.dequantized();
        double sum = 0;
        for (int i = 0; i < got.length; i++) {
            sum += Math.sqrt(Math.abs((double) weights[i] - got[i]));
        }
        return sum;
    }
}
