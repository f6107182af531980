package io.edgeai.optimize.prune.channels;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes slices out of stored constants. */
final class Cut {
    private Cut() {}

    /** A tensor without the indices that do not stay. */
    static OnnxTensor of(OnnxTensor tensor, int[] @Nullable [] axes, Survivors survivors) {
        OnnxTensor cut = tensor;
        for (int axis = 0; axis < axes.length; axis++) {
            if (axes[axis] != null && survivors.count(axes[axis]) < axes[axis].length) {
                cut = pick(cut, axis, survivors.positions(axes[axis]));
            }
        }
        return cut;
    }

    /** A tensor's slices at some positions along an axis. */
    static OnnxTensor pick(OnnxTensor tensor, int axis, int[] positions) {
        if (tensor.type() == ElementType.STRING || tensor.type().bits() % 8 != 0) {
            throw new InvalidInputException("Constant (" + tensor + ") cannot be cut. Maybe prune before quantizing.");
        }
        long[] dims = tensor.dims();
        long inner = tensor.type().bits() / 8;
        for (int i = axis + 1; i < dims.length; i++) {
            inner *= dims[i];
        }
        long outer = 1;
        for (int i = 0; i < axis; i++) {
            outer *= dims[i];
        }
        ByteBuffer from = tensor.data();
        int block = Math.toIntExact(inner);
        ByteBuffer to = ByteBuffer.allocate(Math.toIntExact(outer * inner * positions.length));
        for (int o = 0; o < outer; o++) {
            for (int position : positions) {
                to.put(from.slice(Math.toIntExact((o * dims[axis] + position) * inner), block));
            }
        }
        dims[axis] = positions.length;
        return OnnxTensor.ofRaw(tensor.type(), to.flip(), dims);
    }
}
