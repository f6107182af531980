package io.edgeai.core.runtime.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** Translates between tensors and arrays of the Deep Java Library; both ways copy. */
final class DjlTensors {
    private static final Map<ElementType, DataType> TYPES = types();

    private DjlTensors() {}

    private static Map<ElementType, DataType> types() {
        Map<ElementType, DataType> types = new EnumMap<>(ElementType.class);
        types.put(ElementType.FLOAT, DataType.FLOAT32);
        types.put(ElementType.DOUBLE, DataType.FLOAT64);
        types.put(ElementType.FLOAT16, DataType.FLOAT16);
        types.put(ElementType.BFLOAT16, DataType.BFLOAT16);
        types.put(ElementType.INT8, DataType.INT8);
        types.put(ElementType.UINT8, DataType.UINT8);
        types.put(ElementType.INT16, DataType.INT16);
        types.put(ElementType.UINT16, DataType.UINT16);
        types.put(ElementType.INT32, DataType.INT32);
        types.put(ElementType.UINT32, DataType.UINT32);
        types.put(ElementType.INT64, DataType.INT64);
        types.put(ElementType.UINT64, DataType.UINT64);
        types.put(ElementType.BOOL, DataType.BOOLEAN);
        types.put(ElementType.STRING, DataType.STRING);
        return types;
    }

    /** A copy, so that a model that works in place spoils nothing of the caller's. */
    static NDArray toNative(NDManager memory, String name, Tensor tensor) {
        Shape shape = new Shape(tensor.shape());
        DataType type = TYPES.get(tensor.type());
        try {
            if (tensor.type() == ElementType.STRING) {
                return memory.create(tensor.strings(), StandardCharsets.UTF_8, shape);
            }
            if (type != null) {
                ByteBuffer bytes = tensor.buffer();
                ByteBuffer own = ByteBuffer.allocateDirect(bytes.capacity()).order(ByteOrder.nativeOrder());
                own.put(bytes).rewind();
                return memory.create(own, shape, type);
            }
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw refused(name, tensor, e);
        }
        throw refused(name, tensor, null);
    }

    private static InvalidInputException refused(
            String name, Tensor tensor, @org.jspecify.annotations.Nullable Exception cause) {
        return new InvalidInputException(
                "Input (" + name + ") is (" + tensor + "), a type this engine cannot take. Maybe cast it to FLOAT.",
                cause);
    }

    static Tensor copy(String name, NDArray array) {
        long[] shape = array.getShape().getShape();
        if (array.getDataType() == DataType.STRING) {
            return Tensor.of(array.toStringArray(StandardCharsets.UTF_8), shape);
        }
        for (Map.Entry<ElementType, DataType> type : TYPES.entrySet()) {
            if (type.getValue() == array.getDataType()) {
                if (array.size() == 0) {
                    return Tensor.allocate(type.getKey(), shape);
                }
                ByteBuffer bytes = array.toByteBuffer(false).duplicate();
                byte[] own = new byte[bytes.remaining()];
                bytes.get(own);
                return Tensor.ofBytes(type.getKey(), own, shape);
            }
        }
        throw new InferenceException("Output (" + name + ") has element type (" + array.getDataType()
                + "), which has no tensor form. Maybe cast it inside the model.");
    }
}
