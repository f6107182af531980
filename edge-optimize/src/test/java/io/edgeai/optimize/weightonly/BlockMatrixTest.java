package io.edgeai.optimize.weightonly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The bytes of small matrices, worked out by hand. */
class BlockMatrixTest {
    /** One row of three weights, the farthest from zero becomes level 0; what pads the block is level 8. */
    @Test
    void fourBitsSymmetric() {
        BlockSettings settings = BlockSettings.defaults().blockSize(16);
        BlockMatrix matrix = Rounding.quantize(new float[] {8, 1, -7}, 1, 3, settings);
        assertThat(matrix.scales).containsExactly(-1);
        assertThat(matrix.levels).containsExactly(0, 7, 15);
        OnnxTensor packed = matrix.packedLevels();
        assertThat(packed.type()).isEqualTo(ElementType.UINT8);
        assertThat(packed.dims()).containsExactly(1, 1, 8);
        assertThat(bytes(packed)).containsExactly(0x70, 0x8F, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88);
        assertThat(matrix.dequantized()).containsExactly(8, 1, -7);
    }

    @Test
    void fourBitsAsymmetric() {
        BlockSettings settings = BlockSettings.defaults().blockSize(16).asymmetric(true);
        BlockMatrix matrix = Rounding.quantize(new float[] {-5, 10, 0}, 1, 3, settings);
        assertThat(matrix.scales).containsExactly(1);
        assertThat(matrix.zeros).containsExactly(5);
        assertThat(matrix.levels).containsExactly(0, 15, 5);
        assertThat(bytes(matrix.packedLevels())).startsWith(0xF0, 0x55, 0x55);
        assertThat(bytes(matrix.zeroTensor())).containsExactly(0x05);
    }

    @Test
    void eightBitsSymmetric() {
        BlockSettings settings = BlockSettings.defaults().bits(8).blockSize(16);
        BlockMatrix matrix = Rounding.quantize(new float[] {127, -127, 0, 1}, 1, 4, settings);
        assertThat(bytes(matrix.packedLevels())).startsWith(255, 1, 128, 129, 128);
        assertThat(matrix.packedLevels().dims()).containsExactly(1, 1, 16);
    }

    /** Zero points of each row begin at a new byte; an odd last block leaves a nibble unused. */
    @Test
    void zeroPointsOfRowsArePackedApart() {
        BlockSettings settings = BlockSettings.defaults().blockSize(16).asymmetric(true);
        float[] weights = new float[2 * 48];
        for (int row = 0; row < 2; row++) {
            for (int block = 0; block < 3; block++) {
                int zero = 1 + row * 3 + block;
                weights[row * 48 + block * 16] = -zero;
                weights[row * 48 + block * 16 + 1] = 15 - zero;
            }
        }
        BlockMatrix matrix = Rounding.quantize(weights, 2, 48, settings);
        assertThat(matrix.zeros).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(bytes(matrix.zeroTensor())).containsExactly(0x21, 0x03, 0x54, 0x06);
        for (int i = 0; i < weights.length; i++) {
            assertThat(matrix.dequantized()[i]).isCloseTo(weights[i], offset(1e-6f));
        }
    }

    @Test
    void tablesArePackedRowByRowWithoutPadding() {
        BlockSettings settings = BlockSettings.defaults().blockSize(16).asymmetric(true);
        float[] weights = new float[32];
        for (int i = 0; i < 32; i++) {
            weights[i] = i % 16;
        }
        BlockMatrix matrix = Rounding.quantize(weights, 2, 16, settings);
        assertThat(matrix.packedRows().dims()).containsExactly(2, 8);
        assertThat(bytes(matrix.packedRows())).startsWith(0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE, 0x10);
    }

    private static int[] bytes(OnnxTensor tensor) {
        ByteBuffer data = tensor.data();
        int[] values = new int[data.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.get(i) & 0xFF;
        }
        return values;
    }
}
