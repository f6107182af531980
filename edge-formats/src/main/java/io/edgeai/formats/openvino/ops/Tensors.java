package io.edgeai.formats.openvino.ops;

import io.edgeai.core.onnx.OnnxTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Constants in another order. */
final class Tensors {
    private Tensors() {}

    /** A matrix with rows and columns exchanged. */
    static OnnxTensor transpose(OnnxTensor matrix) {
        int rows = (int) matrix.dim(0);
        int columns = (int) matrix.dim(1);
        int width = matrix.type().bits() / 8;
        ByteBuffer from = matrix.data();
        ByteBuffer to = ByteBuffer.allocate((int) matrix.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                for (int b = 0; b < width; b++) {
                    to.put(from.get((r * columns + c) * width + b));
                }
            }
        }
        return OnnxTensor.ofRaw(matrix.type(), to.flip(), columns, rows);
    }

    /** Rows of the leading dimensions picked in an order: elements of {@code block} each, {@code order.length} of them. */
    static OnnxTensor blocks(OnnxTensor tensor, int groups, int[] order) {
        int block = (int) (tensor.sizeBytes() / groups / order.length);
        ByteBuffer from = tensor.data();
        ByteBuffer to = ByteBuffer.allocate((int) tensor.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int g = 0; g < groups; g++) {
            for (int each : order) {
                to.put(from.slice((g * order.length + each) * block, block));
            }
        }
        return OnnxTensor.ofRaw(tensor.type(), to.flip(), tensor.dims());
    }
}
