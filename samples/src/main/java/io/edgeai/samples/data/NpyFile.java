package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * NumPy's {@code .npy}: one array. Reads versions 1.0 to 3.0, both byte orders, C and Fortran order, all number types
 * of NumPy up to 64 bits, complex numbers and strings; never Python objects. Writes version 1.0, little-endian, C
 * order. Stateless and thread-safe.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
 */
public final class NpyFile {
    private NpyFile() {}

    /** @throws InvalidInputException where the file is not such an array or is above the limits */
    public static Tensor read(Path file, DataLimits limits) {
        return parse(ByteBuffer.wrap(DataFiles.readAll(file, limits)), file.toString(), limits);
    }

    /** Parses all remaining bytes; {@code what} names them in errors. */
    public static Tensor parse(ByteBuffer bytes, String what, DataLimits limits) {
        NpyHeader header = NpyHeader.parse(bytes, what);
        NpyType type = NpyType.parse(header.descr(), what);
        long[] shape = header.shape().stream().mapToLong(Long::longValue).toArray();
        long elements = elements(shape, what);
        ByteBuffer data = bytes.slice(bytes.position() + header.dataOffset(), bytes.remaining() - header.dataOffset());
        long needed = multiply(elements, type.itemBytes(), what);
        limits.checkSize(what, needed);
        if (needed == 0 && elements > limits.maxEntries()) {
            throw NpyHeader.damaged(what, "it has (" + elements + ") strings of no length");
        }
        if (data.remaining() < needed) {
            throw NpyHeader.damaged(
                    what, "it needs " + needed + " bytes of numbers but has (" + data.remaining() + ")");
        }
        if (data.remaining() > needed) {
            throw NpyHeader.damaged(
                    what,
                    "(" + (data.remaining() - needed) + ") bytes follow the array; several arrays belong in an .npz");
        }
        return type.element() == ElementType.STRING
                ? strings(data, type, header, shape, (int) elements, what)
                : numbers(data, type, header, shape);
    }

    /** Writes one array; the file appears whole or not at all. */
    public static void write(Tensor tensor, Path file) {
        DataFiles.write(file, out -> write(tensor, out));
    }

    static void write(Tensor tensor, OutputStream out) throws IOException {
        if (tensor.type() == ElementType.STRING) {
            writeStrings(tensor, out);
            return;
        }
        String descr = NpyType.descr(tensor.type());
        if (descr == null) {
            throw new InvalidInputException("NumPy has no type for (" + tensor.type()
                    + "), so it cannot be written to .npy. Maybe write .json or .csv.");
        }
        out.write(header(descr, tensor.shape()));
        byte[] bytes = tensor.bytes();
        if (ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN) {
            reverse(bytes, NpyType.parse(descr, "").swapBytes());
        }
        out.write(bytes);
    }

    private static void writeStrings(Tensor tensor, OutputStream out) throws IOException {
        String[] values = tensor.strings();
        int width = 1;
        for (String value : values) {
            width = Math.max(width, value.codePointCount(0, value.length()));
        }
        out.write(header("<U" + width, tensor.shape()));
        for (String value : values) {
            ByteBuffer item = ByteBuffer.allocate(width * 4).order(ByteOrder.LITTLE_ENDIAN);
            value.codePoints().forEach(item::putInt);
            out.write(item.array());
        }
    }

    private static byte[] header(String descr, long[] shape) {
        StringJoiner dims = new StringJoiner(", ", "(", shape.length == 1 ? ",)" : ")");
        Arrays.stream(shape).forEach(dim -> dims.add(Long.toString(dim)));
        String literal = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + dims + ", }";
        int unpadded = NpyHeader.MAGIC.length + 4 + literal.length() + 1;
        String padded = literal + " ".repeat((64 - unpadded % 64) % 64) + "\n";
        return ByteBuffer.allocate(NpyHeader.MAGIC.length + 4 + padded.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(NpyHeader.MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }

    private static Tensor numbers(ByteBuffer data, NpyType type, NpyHeader header, long[] shape) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        if (type.order() != ByteOrder.nativeOrder()) {
            reverse(bytes, type.swapBytes());
        }
        if (type.element() == ElementType.BOOL) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (bytes[i] == 0 ? 0 : 1);
            }
        }
        if (header.fortranOrder() && shape.length > 1) {
            int item = type.itemBytes();
            byte[] rowMajor = new byte[bytes.length];
            int[] from = fortranPositions(shape);
            for (int to = 0; to < from.length; to++) {
                System.arraycopy(bytes, from[to] * item, rowMajor, to * item, item);
            }
            bytes = rowMajor;
        }
        return Tensor.ofBytes(type.element(), bytes, shape);
    }

    private static Tensor strings(
            ByteBuffer data, NpyType type, NpyHeader header, long[] shape, int count, String what) {
        String[] values = new String[count];
        byte[] item = new byte[type.itemBytes()];
        for (int i = 0; i < count; i++) {
            data.get(item);
            values[i] = type.wide() ? wide(item, type.order(), what) : narrow(item, what);
        }
        if (header.fortranOrder() && shape.length > 1) {
            int[] from = fortranPositions(shape);
            String[] rowMajor = new String[count];
            Arrays.setAll(rowMajor, to -> values[from[to]]);
            return Tensor.of(rowMajor, shape);
        }
        return Tensor.of(values, shape);
    }

    private static String wide(byte[] item, ByteOrder order, String what) {
        ByteBuffer points = ByteBuffer.wrap(item).order(order);
        StringBuilder text = new StringBuilder();
        while (points.hasRemaining()) {
            int point = points.getInt();
            if (!Character.isValidCodePoint(point)) {
                throw NpyHeader.damaged(what, "(" + point + ") is not a character");
            }
            text.appendCodePoint(point);
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end);
    }

    private static String narrow(byte[] item, String what) {
        int end = item.length;
        while (end > 0 && item[end - 1] == 0) {
            end--;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(item, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw (InvalidInputException)
                    NpyHeader.damaged(what, "a byte string is not UTF-8").initCause(e);
        }
    }

    /** For each row-major position, where its element lies when the first index varies fastest. */
    private static int[] fortranPositions(long[] shape) {
        int[] strides = new int[shape.length];
        int elements = 1;
        for (int d = 0; d < shape.length; d++) {
            strides[d] = elements;
            elements *= (int) shape[d];
        }
        int[] from = new int[elements];
        int[] index = new int[shape.length];
        int position = 0;
        for (int to = 0; to < elements; to++) {
            from[to] = position;
            for (int d = shape.length - 1; d >= 0; d--) {
                position += strides[d];
                if (++index[d] < shape[d]) {
                    break;
                }
                position -= index[d] * strides[d];
                index[d] = 0;
            }
        }
        return from;
    }

    private static void reverse(byte[] bytes, int group) {
        for (int start = 0; start + group <= bytes.length; start += group) {
            for (int a = start, b = start + group - 1; a < b; a++, b--) {
                byte swap = bytes[a];
                bytes[a] = bytes[b];
                bytes[b] = swap;
            }
        }
    }

    private static long elements(long[] shape, String what) {
        long product = 1;
        for (long dim : shape) {
            product = multiply(product, dim, what);
        }
        if (product > Integer.MAX_VALUE) {
            throw NpyHeader.damaged(what, "shape (" + Arrays.toString(shape) + ") is too large");
        }
        return product;
    }

    private static long multiply(long a, long b, String what) {
        try {
            return Math.multiplyExact(a, b);
        } catch (ArithmeticException e) {
            throw (InvalidInputException) NpyHeader.damaged(what, "its dimensions multiply to more than 2^63")
                    .initCause(e);
        }
    }
}
