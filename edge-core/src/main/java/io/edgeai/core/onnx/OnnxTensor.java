package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A constant of a graph. Numbers are kept as little-endian bytes exactly as ONNX {@code raw_data} lays them out (4-bit
 * types two to a byte, low nibble first). Immutable: buffers handed out are read-only.
 */
public final class OnnxTensor {
    private final ElementType type;
    private final long[] dims;
    private final ByteBuffer data;
    private final List<byte[]> strings;
    private final ByteString carried;

    private OnnxTensor(ElementType type, long[] dims, ByteBuffer data, List<byte[]> strings, ByteString carried) {
        this.type = type;
        this.dims = dims;
        this.data = data;
        this.strings = strings;
        this.carried = carried;
    }

    /** Wraps little-endian bytes without copying; the caller must not change them afterwards. */
    public static OnnxTensor ofRaw(ElementType type, ByteBuffer littleEndian, long... dims) {
        OnnxTensor tensor = new OnnxTensor(
                type,
                dims.clone(),
                littleEndian.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN),
                List.of(),
                ByteString.EMPTY);
        if (type == ElementType.STRING) {
            throw new InvalidInputException(
                    "Tensor (" + tensor + ") holds text, which has no raw bytes. Maybe use" + " OnnxTensor.ofStrings.");
        }
        if (tensor.elements() > Long.MAX_VALUE / type.bits()) {
            throw new InvalidInputException("Tensor (" + tensor + ") needs more than 2^60 bytes.");
        }
        long needed = type.bytes(tensor.elements());
        if (littleEndian.remaining() != needed) {
            throw new InvalidInputException("Tensor " + type + Arrays.toString(dims) + " needs " + needed
                    + " bytes, not (" + littleEndian.remaining() + ").");
        }
        return tensor;
    }

    public static OnnxTensor ofFloats(float[] values, long... dims) {
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return ofRaw(ElementType.FLOAT, buffer, dims);
    }

    public static OnnxTensor ofLongs(long[] values, long... dims) {
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asLongBuffer().put(values);
        return ofRaw(ElementType.INT64, buffer, dims);
    }

    public static OnnxTensor ofInts(int[] values, long... dims) {
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asIntBuffer().put(values);
        return ofRaw(ElementType.INT32, buffer, dims);
    }

    /** One-byte elements: INT8, UINT8 or BOOL. */
    public static OnnxTensor ofBytes(ElementType type, byte[] values, long... dims) {
        return ofRaw(type, ByteBuffer.wrap(values.clone()), dims);
    }

    public static OnnxTensor scalar(float value) {
        return ofFloats(new float[] {value});
    }

    public static OnnxTensor scalar(long value) {
        return ofLongs(new long[] {value});
    }

    /** A string tensor; each element is its UTF-8 bytes. */
    public static OnnxTensor ofStrings(List<byte[]> values, long... dims) {
        OnnxTensor tensor = new OnnxTensor(
                ElementType.STRING,
                dims.clone(),
                ByteBuffer.allocate(0).asReadOnlyBuffer(),
                List.copyOf(values),
                ByteString.EMPTY);
        if (values.size() != tensor.elements()) {
            throw new InvalidInputException("String tensor " + Arrays.toString(dims) + " needs " + tensor.elements()
                    + " values, not (" + values.size() + ").");
        }
        return tensor;
    }

    public ElementType type() {
        return type;
    }

    /** A copy of the dimensions; empty for a scalar. */
    public long[] dims() {
        return dims.clone();
    }

    public int rank() {
        return dims.length;
    }

    public long dim(int axis) {
        return dims[axis];
    }

    /** Number of elements; 1 for a scalar. */
    public long elements() {
        if (Arrays.stream(dims).anyMatch(dim -> dim < 0)) {
            throw new InvalidInputException("Tensor has a negative dimension (" + Arrays.toString(dims) + ").");
        }
        if (Arrays.stream(dims).anyMatch(dim -> dim == 0)) {
            return 0;
        }
        long product = 1;
        for (long dim : dims) {
            if (product > Long.MAX_VALUE / dim) {
                throw new InvalidInputException(
                        "Tensor dimensions (" + Arrays.toString(dims) + ") multiply to more than 2^63-1.");
            }
            product *= dim;
        }
        return product;
    }

    public long sizeBytes() {
        return type == ElementType.STRING
                ? strings.stream().mapToLong(s -> s.length).sum()
                : data.remaining();
    }

    /** Read-only little-endian view of the numbers, position 0. */
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A copy of FLOAT values. */
    public float[] floats() {
        require(ElementType.FLOAT);
        float[] values = new float[(int) elements()];
        data().asFloatBuffer().get(values);
        return values;
    }

    /** A copy of INT64 values, or INT32 values widened. */
    public long[] longs() {
        long[] values = new long[(int) elements()];
        if (type == ElementType.INT32) {
            java.nio.IntBuffer ints = data().asIntBuffer();
            Arrays.setAll(values, ints::get);
        } else {
            require(ElementType.INT64);
            data().asLongBuffer().get(values);
        }
        return values;
    }

    /** The strings' UTF-8 bytes. */
    public List<byte[]> strings() {
        require(ElementType.STRING);
        return strings;
    }

    /** The same numbers under other dimensions of equally many elements. */
    public OnnxTensor reshape(long... newDims) {
        OnnxTensor reshaped = type == ElementType.STRING ? ofStrings(strings, newDims) : ofRaw(type, data(), newDims);
        if (reshaped.elements() != elements()) {
            throw new InvalidInputException("Tensor (" + this + ") does not reshape to (" + reshaped + ").");
        }
        return reshaped;
    }

    /** What else the file says of it (doc string, metadata, unknown fields): a serialized {@code TensorProto}. */
    public ByteString carried() {
        return carried;
    }

    public OnnxTensor withCarried(ByteString wire) {
        return new OnnxTensor(type, dims, data, strings, wire);
    }

    private void require(ElementType expected) {
        if (type != expected) {
            throw new InvalidInputException("Tensor holds (" + type + "), not " + expected + ".");
        }
    }

    @Override
    public String toString() {
        return type + Arrays.toString(dims);
    }
}
