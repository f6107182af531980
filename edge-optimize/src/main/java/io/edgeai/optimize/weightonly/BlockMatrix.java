package io.edgeai.optimize.weightonly;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;

/**
 * A matrix of rows as MatMulNBits stores it: each row cut into blocks, {@code w ≈ scale·(level − zero)}. Levels are
 * unsigned; the last block of a row may be shorter. Rows are output channels. Not thread-safe while it is filled.
 */
final class BlockMatrix {
    final int rows;
    final int columns;
    final int bits;
    final int blockSize;
    final int blocks;
    final boolean asymmetric;
    final byte[] levels;
    final float[] scales;
    final byte[] zeros;

    BlockMatrix(int rows, int columns, BlockSettings settings) {
        this.rows = rows;
        this.columns = columns;
        this.bits = settings.bits();
        this.blockSize = settings.blockSize();
        this.asymmetric = settings.asymmetric();
        this.blocks = (columns + blockSize - 1) / blockSize;
        this.levels = new byte[Math.multiplyExact(rows, columns)];
        this.scales = new float[rows * blocks];
        this.zeros = new byte[rows * blocks];
    }

    int top() {
        return (1 << bits) - 1;
    }

    int length(int block) {
        return Math.min(blockSize, columns - block * blockSize);
    }

    /** Sets the scale and zero point of a block from the range of its values. */
    void range(int row, int block, float[] values, int from, int length) {
        float low = 0;
        float high = 0;
        for (int i = from; i < from + length; i++) {
            low = Math.min(low, values[i]);
            high = Math.max(high, values[i]);
        }
        int middle = 1 << (bits - 1);
        float scale;
        int zero = middle;
        if (asymmetric) {
            scale = (high - low) / top();
            zero = scale >= Float.MIN_NORMAL ? Math.max(0, Math.min(top(), (int) Math.rint(-low / scale))) : 0;
        } else if (bits == 8) {
            scale = Math.max(high, -low) / (middle - 1);
        } else {
            scale = (-low > high ? low : high) / -middle; // the value farthest from zero becomes the lowest level
        }
        set(row, block, Math.abs(scale) >= Float.MIN_NORMAL ? scale : 1, zero);
    }

    void set(int row, int block, float scale, int zero) {
        scales[row * blocks + block] = scale;
        zeros[row * blocks + block] = (byte) zero;
    }

    int nearest(float value, float scale, int zero) {
        return (int) Math.max(0, Math.min(top(), Math.rint(value / scale) + zero));
    }

    /** Chooses the nearest level of a weight, stores it, and returns what it stands for. */
    float round(int row, int column, float value) {
        int block = row * blocks + column / blockSize;
        int zero = zeros[block] & 0xFF;
        int level = nearest(value, scales[block], zero);
        levels[row * columns + column] = (byte) level;
        return scales[block] * (level - zero);
    }

    /** All weights as the levels stand for, row by row. */
    float[] dequantized() {
        float[] values = new float[levels.length];
        for (int i = 0; i < values.length; i++) {
            int block = i / columns * blocks + i % columns / blockSize;
            values[i] = scales[block] * ((levels[i] & 0xFF) - (zeros[block] & 0xFF));
        }
        return values;
    }

    /** UINT8 [rows, blocks, blockSize·bits/8], low nibble first; what pads a last block stands for zero. */
    OnnxTensor packedLevels() {
        int perBlock = blockSize * bits / 8;
        byte[] packed = new byte[Math.multiplyExact(rows * blocks, perBlock)];
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < blocks * blockSize; k++) {
                int block = row * blocks + k / blockSize;
                int level = k < columns ? levels[row * columns + k] & 0xFF : zeros[block] & 0xFF;
                int at = block * perBlock + k % blockSize * bits / 8;
                packed[at] |= (byte) (bits == 8 ? level : level << (k % 2 * 4));
            }
        }
        return OnnxTensor.ofBytes(ElementType.UINT8, packed, rows, blocks, perBlock);
    }

    /** FLOAT [rows·blocks]. */
    OnnxTensor scaleTensor() {
        return OnnxTensor.ofFloats(scales, scales.length);
    }

    /** UINT8 [rows·⌈blocks·bits/8⌉], each row packed for itself. */
    OnnxTensor zeroTensor() {
        int perRow = (blocks * bits + 7) / 8;
        byte[] packed = new byte[rows * perRow];
        for (int row = 0; row < rows; row++) {
            for (int block = 0; block < blocks; block++) {
                int zero = zeros[row * blocks + block] & 0xFF;
                packed[row * perRow + block * bits / 8] |= (byte) (bits == 8 ? zero : zero << (block % 2 * 4));
            }
        }
        return OnnxTensor.ofBytes(ElementType.UINT8, packed, packed.length);
    }

    /** UINT8 [rows, columns·bits/8]: rows packed without blocks, for tables; columns must fill whole bytes. */
    OnnxTensor packedRows() {
        byte[] packed = new byte[levels.length * bits / 8];
        for (int i = 0; i < levels.length; i++) {
            int level = levels[i] & 0xFF;
            packed[i * bits / 8] |= (byte) (bits == 8 ? level : level << (i % 2 * 4));
        }
        return OnnxTensor.ofBytes(ElementType.UINT8, packed, rows, (long) columns * bits / 8);
    }
}
