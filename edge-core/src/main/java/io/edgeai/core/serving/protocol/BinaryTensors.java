package io.edgeai.core.serving.protocol;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tensors as the bytes of the binary extension: little-endian, row-major, without gaps; a text as its length in 4 bytes
 * and then its UTF-8.
 */
final class BinaryTensors {
    private static final int LENGTH = 4;

    private BinaryTensors() {}

    /** Reads a tensor that fills the bytes exactly. Copies. */
    static Tensor read(String input, ElementType type, long[] shape, ByteBuffer bytes) {
        long elements = Shapes.elements(input, shape);
        if (type == ElementType.STRING) {
            return texts(input, elements, shape, bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN));
        }
        if (elements > bytes.remaining() || type.bytes(elements) != bytes.remaining()) {
            throw new InvalidInputException("Input (" + input + ") of " + Datatypes.name(type) + Arrays.toString(shape)
                    + " has (" + bytes.remaining() + ") bytes of binary data, not "
                    + (elements > Integer.MAX_VALUE ? "those of " + elements + " elements" : type.bytes(elements))
                    + ".");
        }
        Tensor tensor = Tensor.allocate(type, shape);
        tensor.buffer().put(bytes.duplicate());
        if (type == ElementType.BOOL) {
            requireTruths(input, tensor.buffer());
        }
        inNativeOrder(tensor.buffer(), type.bits() / 8, ByteOrder.nativeOrder());
        return tensor;
    }

    /** A byte other than 0 and 1 is undefined behaviour in an engine. */
    private static void requireTruths(String input, ByteBuffer bytes) {
        for (int i = 0; i < bytes.capacity(); i++) {
            if ((bytes.get(i) & ~1) != 0) {
                throw new InvalidInputException("Element " + i + " of input (" + input + ") is the byte ("
                        + (bytes.get(i) & 0xFF) + "), which is no BOOL. Maybe send 0 or 1.");
            }
        }
    }

    private static Tensor texts(String input, long elements, long[] shape, ByteBuffer bytes) {
        if (elements > bytes.remaining() / LENGTH) {
            throw new InvalidInputException("Input (" + input + ") of BYTES" + Arrays.toString(shape) + " has only ("
                    + bytes.remaining() + ") bytes of binary data.");
        }
        String[] texts = new String[(int) elements];
        for (int i = 0; i < texts.length; i++) {
            int length = bytes.remaining() < LENGTH ? -1 : bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw new InvalidInputException("Text " + i + " of input (" + input
                        + ") is longer than what is left of its binary data (" + bytes.remaining() + " bytes).");
            }
            texts[i] = text(input, i, bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
        if (bytes.hasRemaining()) {
            throw new InvalidInputException("Input (" + input + ") has (" + bytes.remaining()
                    + ") bytes of binary data left after its last text.");
        }
        return Tensor.of(texts, shape);
    }

    private static String text(String input, int index, ByteBuffer utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(
                    "Text " + index + " of input (" + input + ") is no UTF-8. Maybe send raw bytes as a UINT8 tensor.",
                    e);
        }
    }

    /** The bytes of a tensor, from position 0 to limit. */
    static ByteBuffer write(Tensor tensor) {
        if (tensor.type() != ElementType.STRING) {
            ByteBuffer numbers = tensor.buffer();
            if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
                return numbers;
            }
            ByteBuffer copy =
                    ByteBuffer.allocate(numbers.capacity()).put(numbers).flip();
            inNativeOrder(copy, tensor.type().bits() / 8, ByteOrder.nativeOrder());
            return copy;
        }
        String[] texts = tensor.strings();
        byte[][] encoded = new byte[texts.length][];
        long size = 0;
        for (int i = 0; i < texts.length; i++) {
            encoded[i] = texts[i].getBytes(StandardCharsets.UTF_8);
            size += LENGTH + encoded[i].length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] text : encoded) {
            bytes.putInt(text.length).put(text);
        }
        return bytes.flip();
    }

    /** Turns little-endian values into those of an order, or back. */
    static void inNativeOrder(ByteBuffer values, int width, ByteOrder order) {
        if (order == ByteOrder.LITTLE_ENDIAN) {
            return;
        }
        for (int from = 0; from < values.limit(); from += width) {
            for (int i = 0; i < width / 2; i++) {
                byte low = values.get(from + i);
                values.put(from + i, values.get(from + width - 1 - i));
                values.put(from + width - 1 - i, low);
            }
        }
    }
}
