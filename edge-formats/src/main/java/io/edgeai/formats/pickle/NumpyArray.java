package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A numpy array. Values are read out of the file's own bytes, in C order whatever order they lie in. Not thread-safe
 * while it is read, unchanged afterwards.
 */
public final class NumpyArray {
    private NumpyDtype type = NumpyDtype.named("f8");
    private int[] shape = {0};
    private boolean fortran;
    private ByteBuffer data = ByteBuffer.allocate(0);
    private int stride = 8;
    private int offset;
    private List<Object> objects = List.of();

    NumpyArray() {}

    /** An array over bytes; of objects where {@code values} is not empty. */
    static NumpyArray of(NumpyDtype type, int[] shape, boolean fortran, ByteBuffer data, List<Object> values) {
        NumpyArray array = new NumpyArray();
        array.set(type, shape, fortran, data, values);
        return array;
    }

    /** A vector of any values. */
    public static NumpyArray ofObjects(List<Object> values) {
        return of(NumpyDtype.named("O"), new int[] {values.size()}, false, ByteBuffer.allocate(0), List.copyOf(values));
    }

    /** What {@code numpy.ndarray.__setstate__} would do. */
    void state(Object state) {
        if (!(state instanceof PyTuple parts) || parts.size() < 4) {
            throw new ModelFormatException("State of an array is (" + state + "), not numpy's tuple.");
        }
        int first = parts.size() - 4;
        if (!(parts.get(first + 1) instanceof DtypeRef dtype)) {
            throw new ModelFormatException("Element type of an array is (" + parts.get(first + 1)
                    + "), not a numpy dtype. Maybe it is an extension type; convert the array before saving.");
        }
        boolean order = parts.get(first + 2) instanceof Boolean flag
                ? flag
                : Long.valueOf(1).equals(parts.get(first + 2));
        Object content = parts.get(first + 3);
        int[] dims = shape(parts.get(first));
        if (content instanceof List<?> values) {
            set(dtype.value(), dims, order, ByteBuffer.allocate(0), new ArrayList<>(values));
        } else {
            set(dtype.value(), dims, order, bytes(content), List.of());
        }
    }

    static ByteBuffer bytes(Object content) {
        if (content instanceof byte[] raw) {
            return ByteBuffer.wrap(raw);
        }
        if (content instanceof String latin) {
            return ByteBuffer.wrap(latin.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        throw new ModelFormatException("Content of an array is (" + content + "), not bytes.");
    }

    static int[] shape(Object dims) {
        List<Object> items = dims instanceof PyTuple tuple ? tuple.items() : List.of(dims);
        int[] shape = new int[items.size()];
        for (int i = 0; i < shape.length; i++) {
            if (!(items.get(i) instanceof Long size) || size < 0 || size > Integer.MAX_VALUE || shape.length > 64) {
                throw new ModelFormatException("Dimension (" + items.get(i) + ") of an array is outside 0 to 2^31-1.");
            }
            shape[i] = (int) (long) size;
        }
        return shape;
    }

    /** Elements of that shape, at most 2^31-1. */
    static int count(int[] shape) {
        long count = 1;
        for (int size : shape) {
            count = Math.min(count * size, 1L << 40);
        }
        if (Arrays.stream(shape).anyMatch(size -> size == 0)) {
            return 0;
        }
        if (count > Integer.MAX_VALUE) {
            throw new ModelFormatException("Array of shape (" + Arrays.toString(shape) + ") has more than 2^31-1"
                    + " elements. Maybe the file is damaged.");
        }
        return (int) count;
    }

    private void set(NumpyDtype newType, int[] newShape, boolean order, ByteBuffer bytes, List<Object> values) {
        int count = count(newShape);
        boolean fits = newType.objects() ? values.size() == count : bytes.remaining() == (long) count * newType.size();
        if (!fits) {
            throw new ModelFormatException("Array of (" + count + ") elements of type " + newType + " comes with ("
                    + (newType.objects() ? values.size() + ") objects" : bytes.remaining() + ") bytes")
                    + ". Maybe the file is damaged.");
        }
        if (newType.size() == 0 && count > 1 << 24) {
            throw new ModelFormatException("Array has (" + count + ") elements without any bytes, more than 2^24.");
        }
        type = newType;
        shape = newShape;
        fortran = order && newShape.length > 1;
        data = bytes.slice().order(newType.little() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        stride = newType.size();
        offset = 0;
        objects = values;
    }

    public NumpyDtype type() {
        return type;
    }

    /** A copy of the dimensions. */
    public int[] shape() {
        return shape.clone();
    }

    public int rank() {
        return shape.length;
    }

    public int dim(int axis) {
        return shape[axis];
    }

    /** Number of elements. */
    public int size() {
        return count(shape);
    }

    /** One member of a structured array, as an array of the same shape. */
    public NumpyArray field(String name) {
        NumpyDtype.Field field = type.field(name);
        if (field == null) {
            throw new ModelFormatException("Structured array has no member (" + name + "); it has "
                    + type.fields().stream().map(NumpyDtype.Field::name).toList() + ".");
        }
        NumpyArray view = new NumpyArray();
        view.type = field.type();
        view.shape = shape;
        view.fortran = fortran;
        view.data = data.duplicate().order(field.type().little() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        view.stride = stride;
        view.offset = offset + field.offset();
        return view;
    }

    /** All values as doubles, C order. 64-bit whole numbers above 2^53 are rounded. */
    public double[] doubles() {
        int[] places = places();
        double[] values = new double[places.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(places[i]).doubleValue();
        }
        return values;
    }

    /** All values as whole numbers, C order; fractions are refused. */
    public long[] longs() {
        int[] places = places();
        long[] values = new long[places.length];
        for (int i = 0; i < values.length; i++) {
            Number number = number(places[i]);
            values[i] = number.longValue();
            if (number instanceof Double real && real != values[i]) {
                throw new ModelFormatException("Array holds (" + real + ") where a whole number belongs.");
            }
        }
        return values;
    }

    /** All values, C order: Long, Double, Boolean, String, byte[], or whatever objects it holds. */
    public List<Object> values() {
        int[] places = places();
        List<Object> values = new ArrayList<>(places.length);
        for (int place : places) {
            values.add(value(place));
        }
        return Collections.unmodifiableList(values);
    }

    private Object value(int place) {
        return switch (type.kind()) {
            case 'O' -> objects.get(place);
            case 'U' -> text(place);
            case 'S' -> raw(place);
            case 'b' -> number(place).longValue() != 0;
            case 'V', 'c' -> throw unreadable();
            default -> number(place);
        };
    }

    private Number number(int place) {
        if (type.kind() == 'O') {
            Object value = objects.get(place);
            if (value instanceof Boolean flag) {
                return flag ? 1L : 0L;
            }
            if (value instanceof Number number) {
                return number;
            }
            throw new ModelFormatException("Array holds (" + value + ") where a number belongs.");
        }
        int at = place * stride + offset;
        return switch (type.kind()) {
            case 'b' -> (long) data.get(at);
            case 'i', 'M', 'm' ->
                switch (type.size()) {
                    case 1 -> (long) data.get(at);
                    case 2 -> (long) data.getShort(at);
                    case 4 -> (long) data.getInt(at);
                    case 8 -> data.getLong(at);
                    default -> throw unreadable();
                };
            case 'u' ->
                switch (type.size()) {
                    case 1 -> data.get(at) & 0xffL;
                    case 2 -> data.getShort(at) & 0xffffL;
                    case 4 -> data.getInt(at) & 0xffffffffL;
                    case 8 -> unsigned(data.getLong(at));
                    default -> throw unreadable();
                };
            case 'f' ->
                switch (type.size()) {
                    case 2 -> half(data.getShort(at));
                    case 4 -> (double) data.getFloat(at);
                    case 8 -> data.getDouble(at);
                    default -> throw unreadable();
                };
            default -> throw unreadable();
        };
    }

    private static Number unsigned(long bits) {
        return bits >= 0 ? (Number) bits : (Number) ((bits >>> 1) * 2.0 + (bits & 1));
    }

    private static double half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        double size = exponent == 0
                ? Math.scalb((double) fraction, -24)
                : exponent == 31
                        ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                        : Math.scalb(1 + fraction / 1024.0, exponent - 15);
        return bits < 0 ? -size : size;
    }

    private String text(int place) {
        StringBuilder text = new StringBuilder();
        int at = place * stride + offset;
        for (int i = 0; i < type.size() / 4; i++) {
            int code = data.getInt(at + 4 * i);
            if (!Character.isValidCodePoint(code)) {
                throw new ModelFormatException("Array of text holds the impossible character (" + code + ").");
            }
            text.appendCodePoint(code);
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end);
    }

    private byte[] raw(int place) {
        byte[] raw = new byte[type.size()];
        data.duplicate().position(place * stride + offset).get(raw);
        int end = raw.length;
        while (end > 0 && raw[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOf(raw, end);
    }

    private ModelFormatException unreadable() {
        return new ModelFormatException("Array elements of type (" + type
                + ") are not readable as values. Maybe convert" + " the array to float64 or int64 before saving.");
    }

    /** For each element in C order, where it lies. */
    private int[] places() {
        int count = size();
        int[] places = new int[count];
        if (!fortran) {
            Arrays.setAll(places, i -> i);
            return places;
        }
        int[] index = new int[shape.length];
        for (int i = 0; i < count; i++) {
            int place = 0;
            for (int d = shape.length - 1; d >= 0; d--) {
                place = place * shape[d] + index[d];
            }
            places[i] = place;
            for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
                index[d] = 0;
            }
        }
        return places;
    }

    @Override
    public String toString() {
        return "array " + type + Arrays.toString(shape);
    }
}
