package io.edgeai.core.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Tensors as the protocol's raw bytes: numbers row-major and little-endian, strings each behind its length in four bytes.
 * Sizes are held against shapes before anything is allocated. Stateless.
 */
final class WireTensors {
    private WireTensors() {}

    /** Shares the memory of numbers. */
    static ByteString raw(Tensor tensor) {
        if (tensor.type() != ElementType.STRING) {
            return UnsafeByteOperations.unsafeWrap(tensor.buffer());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String text : tensor.strings()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(bytes.length)
                    .array());
            out.writeBytes(bytes);
        }
        return UnsafeByteOperations.unsafeWrap(out.toByteArray());
    }

    /** @throws InvalidInputException where bytes and shape do not fit */
    static Tensor ofRaw(String name, Datatype datatype, List<Long> dims, ByteString raw) {
        long[] shape = shape(name, dims);
        long elements = elements(name, shape);
        if (datatype == Datatype.BYTES) {
            return Tensor.of(strings(name, elements, raw.asReadOnlyByteBuffer()), shape);
        }
        long needed =
                elements > Integer.MAX_VALUE ? Long.MAX_VALUE : datatype.type().bytes(elements);
        if (needed != raw.size()) {
            throw wrong(name, datatype + Arrays.toString(shape) + " needs " + needed + " bytes, not " + raw.size());
        }
        Tensor tensor = Tensor.allocate(datatype.type(), shape);
        tensor.buffer().put(raw.asReadOnlyByteBuffer());
        return tensor;
    }

    private static String[] strings(String name, long elements, ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (elements > bytes.remaining() / 4) {
            throw wrong(name, elements + " texts do not fit into " + bytes.remaining() + " bytes");
        }
        String[] strings = new String[(int) elements];
        for (int i = 0; i < strings.length; i++) {
            int length = bytes.remaining() < 4 ? -1 : bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw wrong(name, "text " + i + " is cut off");
            }
            strings[i] = text(name, bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
        if (bytes.hasRemaining()) {
            throw wrong(name, bytes.remaining() + " bytes follow its last text");
        }
        return strings;
    }

    static String text(String name, ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(
                    "Tensor (" + name + ") holds bytes that are no UTF-8 text. Maybe send them as UINT8.", e);
        }
    }

    static long[] shape(String name, List<Long> dims) {
        long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
        if (Arrays.stream(shape).anyMatch(dim -> dim < 0)) {
            throw wrong(name, "its shape " + dims + " has a negative dimension");
        }
        return shape;
    }

    /** @throws InvalidInputException for more than 2^63-1 */
    static long elements(String name, long[] shape) {
        long product = 1;
        for (long dim : shape) {
            if (Math.multiplyHigh(product, dim) != 0 || product * dim < 0) {
                throw wrong(name, "its shape " + Arrays.toString(shape) + " has too many elements");
            }
            product *= dim;
        }
        return product;
    }

    static InvalidInputException wrong(String name, String what) {
        return new InvalidInputException(
                "Tensor (" + name + ") is not well formed: " + what + ". Maybe its sender is another version.");
    }
}
