package io.edgeai.core.model;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A dense tensor in plain Java memory: nothing to close, nothing to leak. Numbers lie row-major in a direct buffer of
 * native byte order; strings in an array. The buffer handed to {@link #ofBuffer} and the one {@link #buffer} returns
 * share memory with the tensor, all other access copies. Safe to share between threads that do not write.
 */
public final class Tensor {
    private final ElementType type;
    private final long[] shape;
    private final @Nullable ByteBuffer numbers;
    private final String @Nullable [] strings;

    private Tensor(ElementType type, long[] shape, @Nullable ByteBuffer numbers, String @Nullable [] strings) {
        this.type = type;
        this.shape = shape;
        this.numbers = numbers;
        this.strings = strings;
    }

    /** A float tensor; {@code values.length} must equal the product of the shape. Copies. */
    public static Tensor of(float[] values, long... shape) {
        Tensor tensor = allocate(ElementType.FLOAT, shape);
        tensor.expect(values.length);
        tensor.numbers().asFloatBuffer().put(values);
        return tensor;
    }

    /** A double tensor. Copies. */
    public static Tensor of(double[] values, long... shape) {
        Tensor tensor = allocate(ElementType.DOUBLE, shape);
        tensor.expect(values.length);
        tensor.numbers().asDoubleBuffer().put(values);
        return tensor;
    }

    /** An int64 tensor. Copies. */
    public static Tensor of(long[] values, long... shape) {
        Tensor tensor = allocate(ElementType.INT64, shape);
        tensor.expect(values.length);
        tensor.numbers().asLongBuffer().put(values);
        return tensor;
    }

    /** An int32 tensor. Copies. */
    public static Tensor of(int[] values, long... shape) {
        Tensor tensor = allocate(ElementType.INT32, shape);
        tensor.expect(values.length);
        tensor.numbers().asIntBuffer().put(values);
        return tensor;
    }

    /** A string tensor. Copies. */
    public static Tensor of(String[] values, long... shape) {
        Tensor tensor = new Tensor(ElementType.STRING, checked(shape), null, values.clone());
        tensor.expect(values.length);
        return tensor;
    }

    /** A tensor of any numeric type from its bytes in native order. Copies. */
    public static Tensor ofBytes(ElementType type, byte[] bytes, long... shape) {
        Tensor tensor = allocate(type, shape);
        if (bytes.length != tensor.numbers().capacity()) {
            throw new InvalidInputException("Tensor of " + type + Arrays.toString(shape) + " needs "
                    + tensor.numbers().capacity() + " bytes but (" + bytes.length + ") were given.");
        }
        tensor.numbers().put(0, bytes);
        return tensor;
    }

    /** Wraps a direct buffer of native order from position 0; it must hold exactly the tensor's bytes. Shares. */
    public static Tensor ofBuffer(ElementType type, ByteBuffer direct, long... shape) {
        if (!direct.isDirect() || direct.order() != ByteOrder.nativeOrder()) {
            throw new InvalidInputException("Tensor buffer (" + direct
                    + ") must be direct and in native order. Maybe call Tensor.ofBytes, which copies.");
        }
        long needed = size(type, shape);
        if (type == ElementType.STRING || direct.capacity() != needed) {
            throw new InvalidInputException("Tensor of " + type + Arrays.toString(shape) + " needs a buffer of "
                    + needed + " bytes, not (" + direct.capacity() + ").");
        }
        return new Tensor(type, shape.clone(), direct, null);
    }

    /** A zero-filled tensor of a numeric type. */
    public static Tensor allocate(ElementType type, long... shape) {
        long bytes = size(type, shape);
        if (type == ElementType.STRING || bytes > Integer.MAX_VALUE) {
            throw new InvalidInputException("Tensor of " + type + Arrays.toString(shape)
                    + " cannot be allocated. Maybe split it: one tensor holds at most 2^31-1 bytes of numbers.");
        }
        return new Tensor(
                type, shape.clone(), ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder()), null);
    }

    public ElementType type() {
        return type;
    }

    /** A copy of the dimensions; empty for a scalar. */
    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements; 1 for a scalar. */
    public long elements() {
        return elements(shape);
    }

    /** The shared bytes from 0 to capacity, in native order; independent position and limit. */
    public ByteBuffer buffer() {
        return numbers().duplicate().clear().order(ByteOrder.nativeOrder());
    }

    /** A copy of a FLOAT tensor's values. */
    public float[] floats() {
        require(ElementType.FLOAT);
        float[] values = new float[(int) elements()];
        FloatBuffer view = buffer().asFloatBuffer();
        view.get(values);
        return values;
    }

    /** A copy of a DOUBLE tensor's values. */
    public double[] doubles() {
        require(ElementType.DOUBLE);
        double[] values = new double[(int) elements()];
        buffer().asDoubleBuffer().get(values);
        return values;
    }

    /** A copy of an INT64 tensor's values. */
    public long[] longs() {
        require(ElementType.INT64);
        long[] values = new long[(int) elements()];
        buffer().asLongBuffer().get(values);
        return values;
    }

    /** A copy of an INT32 tensor's values. */
    public int[] ints() {
        require(ElementType.INT32);
        int[] values = new int[(int) elements()];
        buffer().asIntBuffer().get(values);
        return values;
    }

    /** A copy of a STRING tensor's values. */
    public String[] strings() {
        require(ElementType.STRING);
        return strings == null ? new String[0] : strings.clone();
    }

    /** A copy of the bytes, in native order. */
    public byte[] bytes() {
        byte[] copy = new byte[numbers().capacity()];
        buffer().get(copy);
        return copy;
    }

    /** The same values in memory of its own. */
    public Tensor copy() {
        return type == ElementType.STRING ? of(strings(), shape()) : ofBytes(type, bytes(), shape());
    }

    /** The same values under another shape of equally many elements. Shares memory. */
    public Tensor reshape(long... newShape) {
        if (elements(checked(newShape)) != elements()) {
            throw new InvalidInputException("Cannot reshape " + this + " to (" + Arrays.toString(newShape) + ").");
        }
        return new Tensor(type, newShape.clone(), numbers, strings);
    }

    private ByteBuffer numbers() {
        if (numbers == null) {
            throw new InvalidInputException("A string tensor has no number buffer. Maybe call strings().");
        }
        return numbers;
    }

    private void require(ElementType expected) {
        if (type != expected) {
            throw new InvalidInputException("Tensor holds (" + type + "), not " + expected + ".");
        }
    }

    private void expect(int given) {
        if (given != elements()) {
            throw new InvalidInputException("Shape " + Arrays.toString(shape) + " needs " + elements() + " values but ("
                    + given + ") were given.");
        }
    }

    private static long[] checked(long[] shape) {
        for (long dim : shape) {
            if (dim < 0) {
                throw new InvalidInputException("Shape (" + Arrays.toString(shape) + ") has a negative dimension.");
            }
        }
        return shape.clone();
    }

    private static long size(ElementType type, long[] shape) {
        long elements = elements(checked(shape));
        return elements > Long.MAX_VALUE / 128 ? Long.MAX_VALUE : type.bytes(elements);
    }

    private static long elements(long[] shape) {
        long product = 1;
        for (long dim : shape) {
            if (Math.multiplyHigh(product, dim) != 0 || product * dim < 0) {
                throw new InvalidInputException("Shape (" + Arrays.toString(shape)
                        + ") has more than 2^63-1 elements. Maybe a dimension is damaged.");
            }
            product *= dim;
        }
        return product;
    }

    @Override
    public String toString() {
        return "Tensor(" + type + Arrays.toString(shape) + ")";
    }
}
