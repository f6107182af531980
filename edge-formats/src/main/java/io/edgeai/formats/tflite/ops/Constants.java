package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** TFLite constants as ONNX tensors, and their elements in another order. */
final class Constants {
    private Constants() {}

    static OnnxTensor tensor(TfliteTensor tensor) {
        ByteBuffer data = Objects.requireNonNull(tensor.data());
        if (tensor.type() == TensorType.STRING) {
            return strings(tensor, data);
        }
        return OnnxTensor.ofRaw(Objects.requireNonNull(tensor.type().element()), data, tensor.dims());
    }

    /** Count, then offsets of each and of the end, then the bytes. */
    private static OnnxTensor strings(TfliteTensor tensor, ByteBuffer data) {
        List<byte[]> found = new ArrayList<>();
        try {
            int count = data.getInt(0);
            for (int i = 0; i < count; i++) {
                int from = data.getInt(4 + 4 * i);
                byte[] each = new byte[Math.max(0, data.getInt(8 + 4 * i) - from)];
                data.get(from, each);
                found.add(each);
            }
        } catch (IndexOutOfBoundsException e) {
            throw new io.edgeai.core.error.ModelFormatException(
                    "Text constant (" + tensor.name() + ") is damaged. Maybe fetch the model again.", e);
        }
        return OnnxTensor.ofStrings(found, tensor.dims());
    }

    /** The same elements with dimensions in the order {@code permutation} names. */
    static OnnxTensor transpose(OnnxTensor tensor, long... permutation) {
        int rank = tensor.rank();
        int width = tensor.type().bits() / 8;
        long[] dims = new long[rank];
        long[] strides = new long[rank];
        long stride = width;
        long[] natural = new long[rank];
        for (int i = rank - 1; i >= 0; i--) {
            natural[i] = stride;
            stride *= tensor.dim(i);
        }
        for (int i = 0; i < rank; i++) {
            dims[i] = tensor.dim((int) permutation[i]);
            strides[i] = natural[(int) permutation[i]];
        }
        ByteBuffer from = tensor.data();
        ByteBuffer to = ByteBuffer.allocate((int) tensor.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        long[] index = new long[rank];
        long at = 0;
        for (long i = 0, n = tensor.elements(); i < n; i++) {
            switch (width) {
                case 1 -> to.put(from.get((int) at));
                case 2 -> to.putShort(from.getShort((int) at));
                case 4 -> to.putInt(from.getInt((int) at));
                default -> to.putLong(from.getLong((int) at));
            }
            for (int d = rank - 1; d >= 0; d--) {
                at += strides[d];
                if (++index[d] < dims[d]) {
                    break;
                }
                at -= strides[d] * dims[d];
                index[d] = 0;
            }
        }
        return OnnxTensor.ofRaw(tensor.type(), to.flip(), dims);
    }

    /** The whole numbers of a constant. */
    static long[] longs(TfliteTensor tensor) {
        OnnxTensor constant = tensor(tensor);
        ByteBuffer data = constant.data();
        long[] values = new long[(int) constant.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (constant.type()) {
                case INT64 -> data.getLong(8 * i);
                case INT32 -> data.getInt(4 * i);
                case INT16 -> data.getShort(2 * i);
                case INT8 -> data.get(i);
                case UINT8, BOOL -> data.get(i) & 0xff;
                default -> throw new Unmapped("reads whole numbers from a constant of type " + constant.type());
            };
        }
        return values;
    }

    static float[] floats(TfliteTensor tensor) {
        OnnxTensor constant = tensor(tensor);
        if (constant.type() == ElementType.FLOAT) {
            return constant.floats();
        }
        long[] whole = longs(tensor);
        float[] values = new float[whole.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.quantized() && !tensor.quantization().perChannel()
                    ? tensor.quantization().scale()
                            * (whole[i] - tensor.quantization().zeroPoint())
                    : whole[i];
        }
        return values;
    }

    static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
