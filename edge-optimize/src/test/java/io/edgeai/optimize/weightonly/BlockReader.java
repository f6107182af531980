package io.edgeai.optimize.weightonly;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.ByteBuffer;

/**
 * Reads MatMulNBits and GatherBlockQuantized weights back as the operators' documentation describes their layout,
 * independently of the code that wrote them.
 */
final class BlockReader {
    private BlockReader() {}

    /** The weight of a MatMulNBits node as [K][N] doubles. */
    static double[][] matrix(OnnxGraph graph, OnnxNode node) {
        int k = (int) node.intAttribute("K", 0);
        int n = (int) node.intAttribute("N", 0);
        int bits = (int) node.intAttribute("bits", 4);
        int size = (int) node.intAttribute("block_size", 0);
        int blocks = (k + size - 1) / size;
        ByteBuffer levels = graph.initializers().get(node.input(1)).data();
        float[] scales = graph.initializers().get(node.input(2)).floats();
        OnnxTensor zeros = node.input(3).isEmpty() ? null : graph.initializers().get(node.input(3));
        int zeroBytes = bits == 8 ? blocks : (blocks + 1) / 2;
        double[][] matrix = new double[k][n];
        for (int column = 0; column < n; column++) {
            for (int row = 0; row < k; row++) {
                int block = row / size;
                int at = (column * blocks + block) * size * bits / 8;
                int inBlock = row - block * size;
                int level = bits == 8
                        ? levels.get(at + inBlock) & 0xFF
                        : inBlock % 2 == 0
                                ? levels.get(at + inBlock / 2) & 0x0F
                                : levels.get(at + inBlock / 2) >> 4 & 0x0F;
                int zero = bits == 8 ? 128 : 8;
                if (zeros != null) {
                    int packed = zeros.data().get(column * zeroBytes + (bits == 8 ? block : block / 2)) & 0xFF;
                    zero = bits == 8 ? packed : block % 2 == 0 ? packed & 0x0F : packed >> 4;
                }
                matrix[row][column] = (double) scales[column * blocks + block] * (level - zero);
            }
        }
        return matrix;
    }
}
