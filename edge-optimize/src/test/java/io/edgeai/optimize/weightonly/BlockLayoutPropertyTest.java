package io.edgeai.optimize.weightonly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.Ort;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges and bytes of random matrices, against the definitions written out as loops. */
class BlockLayoutPropertyTest {
    private static BlockMatrix rounded(float[] weights, int rows, int columns, BlockSettings settings) {
        return Rounding.quantize(weights, rows, columns, settings);
    }

    private static float[] weights(Random random, int count) {
        float[] weights = Ort.normal(random, count);
        for (int i = 0; i < count; i++) {
            weights[i] += random.nextInt(5) == 0 ? 3 : 0;
        }
        return weights;
    }

    @ParameterizedTest
    @CsvSource({"4, false", "4, true", "8, false", "8, true"})
    void scalesFollowFromTheExtremesOfEachBlock(int bits, boolean asymmetric) {
        for (long seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(4);
            int columns = 1 + random.nextInt(80);
            float[] weights = weights(random, rows * columns);
            BlockSettings settings =
                    BlockSettings.defaults().bits(bits).blockSize(16).asymmetric(asymmetric);
            BlockMatrix matrix = rounded(weights, rows, columns, settings);
            int top = bits == 8 ? 255 : 15;
            for (int row = 0; row < rows; row++) {
                for (int from = 0; from < columns; from += 16) {
                    double low = 0;
                    double high = 0;
                    for (int k = from; k < Math.min(columns, from + 16); k++) {
                        low = Math.min(low, weights[row * columns + k]);
                        high = Math.max(high, weights[row * columns + k]);
                    }
                    double scale = asymmetric
                            ? (high - low) / top
                            : bits == 8 ? Math.max(-low, high) / 127 : (-low > high ? low : high) / -8;
                    double zero = asymmetric ? Math.rint(-low / scale) : bits == 8 ? 128 : 8;
                    int block = row * matrix.blocks + from / 16;
                    assertThat((double) matrix.scales[block])
                            .as("seed " + seed)
                            .isCloseTo(scale, within(1e-5 * Math.abs(scale)));
                    assertThat(matrix.zeros[block] & 0xFF).as("seed " + seed).isEqualTo((int) zero);
                    for (int k = from; k < Math.min(columns, from + 16); k++) {
                        double level = Math.rint(weights[row * columns + k] / matrix.scales[block]) + zero;
                        assertThat(matrix.levels[row * columns + k] & 0xFF)
                                .as("seed " + seed)
                                .isEqualTo((int) Math.max(0, Math.min(top, level)));
                    }
                }
            }
        }
    }

    /** The n-th value of so many bits in a row of bytes, the first in the low bits. */
    private static int unpacked(byte[] bytes, int from, int n, int bits) {
        int bit = n * bits;
        return (bytes[from + bit / 8] >> (bit % 8)) & ((1 << bits) - 1);
    }

    private static byte[] bytes(OnnxTensor tensor) {
        byte[] bytes = new byte[tensor.data().remaining()];
        tensor.data().get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"4, 16", "4, 32", "8, 16", "8, 64"})
    void everyLevelLiesWhereTheOperatorLooksForIt(int bits, int size) {
        for (long seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(4);
            int columns = 2 * (1 + random.nextInt(60));
            BlockSettings settings =
                    BlockSettings.defaults().bits(bits).blockSize(size).asymmetric(true);
            BlockMatrix matrix = rounded(weights(random, rows * columns), rows, columns, settings);
            int blocks = (columns + size - 1) / size;
            byte[] levels = bytes(matrix.packedLevels());
            byte[] zeros = bytes(matrix.zeroTensor());
            byte[] table = bytes(matrix.packedRows());
            assertThat(matrix.packedLevels().dims()).containsExactly(rows, blocks, size * bits / 8);
            int zeroBytes = (blocks * bits + 7) / 8;
            assertThat(zeros).hasSize(rows * zeroBytes);
            for (int row = 0; row < rows; row++) {
                for (int block = 0; block < blocks; block++) {
                    int zero = unpacked(zeros, row * zeroBytes, block, bits);
                    assertThat(zero).as("seed " + seed).isEqualTo(matrix.zeros[row * blocks + block] & 0xFF);
                    for (int i = 0; i < size; i++) {
                        int column = block * size + i;
                        int expected = column < columns ? matrix.levels[row * columns + column] & 0xFF : zero;
                        assertThat(unpacked(levels, (row * blocks + block) * size * bits / 8, i, bits))
                                .as("seed " + seed + ", row " + row + ", column " + column)
                                .isEqualTo(expected);
                    }
                }
                for (int column = 0; column < columns; column++) {
                    assertThat(unpacked(table, row * columns * bits / 8, column, bits))
                            .as("seed " + seed)
                            .isEqualTo(matrix.levels[row * columns + column] & 0xFF);
                }
            }
        }
    }

    @Test
    void fourBitsByHand() {
        // farthest from zero is -8: a step of 1, and 7 is the highest level
        float[] row = {-8, 7, 0, 1, -1, 3, -4, 6.4f, 2.5f, 0, 0, 0, 0, 0, 0, 0};
        BlockMatrix matrix = rounded(row, 1, 16, BlockSettings.defaults().blockSize(16));
        assertThat(matrix.scales).containsExactly(1);
        assertThat(bytes(matrix.packedLevels())).containsExactly(0xF0, 0x98, 0xB7, 0xE4, 0x8A, 0x88, 0x88, 0x88);
        // farthest is +4: the step is -0.5, so that it becomes level 0 and the smallest numbers are high levels
        float[] other = {4, -3.5f, 0.5f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        BlockMatrix mirrored = rounded(other, 1, 16, BlockSettings.defaults().blockSize(16));
        assertThat(mirrored.scales).containsExactly(-0.5f);
        assertThat(bytes(mirrored.packedLevels())).containsExactly(0xF0, 0x87, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88);
        assertThat(mirrored.dequantized()).startsWith(4, -3.5f, 0.5f, -0f);
    }
}
