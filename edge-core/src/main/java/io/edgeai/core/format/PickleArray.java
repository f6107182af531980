package io.edgeai.core.format;

import io.edgeai.core.format.PickleValues.Bytes;
import io.edgeai.core.format.PickleValues.Made;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A NumPy array of a pickle, in the three forms there are: {@code numpy.core.multiarray._reconstruct} with a state,
 * {@code _frombuffer} of protocol 5, and joblib's wrapper.
 *
 * @param code kind and bytes of an element as NumPy writes them, e.g. {@code "f8"}, {@code "U5"}, {@code "O8"}
 * @param little whether numbers are little-endian
 * @param elements number of elements
 * @param size bytes of an element; 0 for objects
 * @param content what is kept of the elements
 */
record PickleArray(String code, boolean little, long elements, long size, Object content) {
    private static final long MOST = 1L << 48;

    static @Nullable PickleArray of(@Nullable Object value) {
        if (!(value instanceof Made made)) {
            return null;
        }
        if (made.by.endsWith(".multiarray._reconstruct") && made.state instanceof List<?>) {
            return array(PickleValues.item(made.state, 2), PickleValues.item(made.state, 1), content(made));
        }
        if (made.by.endsWith(".numeric._frombuffer")) {
            return array(made.argument(1), made.argument(2), made.argument(0));
        }
        if (made.by.startsWith("joblib.numpy_pickle.NumpyArrayWrapper")) {
            return array(made.attribute("dtype"), made.attribute("shape"), made.behind);
        }
        return null;
    }

    private static Object content(Made made) {
        Object content = PickleValues.item(made.state, 4);
        // Before protocol 3, bytes are written as a text of their characters and the name of its encoding.
        if (content instanceof Made encoded && encoded.by.equals("_codecs.encode")) {
            return encoded.argument(0) instanceof String text
                    ? new Bytes(text.length(), text.getBytes(StandardCharsets.ISO_8859_1))
                    : PickleValues.NONE;
        }
        return content;
    }

    private static @Nullable PickleArray array(@Nullable Object dtype, @Nullable Object shape, Object content) {
        if (!(dtype instanceof Made type) || !type.by.equals("numpy.dtype") || !(shape instanceof List<?> dims)) {
            return null;
        }
        if (!(type.argument(0) instanceof String code) || !code.matches("[?a-zA-Z][0-9]{0,9}")) {
            return null;
        }
        long elements = 1;
        for (Object dim : dims) {
            long size = PickleValues.number(dim, -1);
            if (size < 0 || size > MOST || elements > MOST / Math.max(1, size)) {
                return null;
            }
            elements *= size;
        }
        long bytes = code.length() > 1 ? Long.parseLong(code.substring(1)) : 1;
        long size = code.startsWith("O") ? 0 : code.startsWith("U") ? 4 * bytes : bytes;
        if (elements > MOST / Math.max(1, size)) {
            return null;
        }
        boolean little = !">".equals(PickleValues.item(type.state, 1));
        return new PickleArray(code, little, elements, size, content);
    }

    boolean objects() {
        return code.startsWith("O");
    }

    /** Whether the elements are numbers, or records of numbers. */
    boolean numbers() {
        return "fiubcV?".indexOf(code.charAt(0)) >= 0;
    }

    long bytes() {
        return elements * size;
    }

    /** Whether as many bytes were found as the shape asks for, as far as they were looked at. */
    boolean whole() {
        return !(content instanceof Bytes found) || found.length() == bytes();
    }

    /** The first elements as text; fewer where they were not kept. */
    List<String> texts(int most) {
        List<String> texts = new ArrayList<>();
        if (content instanceof List<?> list) {
            list.stream()
                    .limit(most)
                    .forEach(item -> texts.add(
                            item instanceof String || item instanceof Number || item instanceof Boolean
                                    ? item.toString()
                                    : "?"));
        } else if (content instanceof Made) {
            PickleArray inner = of(content); // joblib pickles an array of objects once more
            return inner == null ? texts : inner.texts(most);
        } else if (content instanceof Bytes bytes && size > 0) {
            ByteBuffer buffer =
                    ByteBuffer.wrap(bytes.head()).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            for (long i = 0; i < Math.min(elements, most) && (i + 1) * size <= buffer.capacity(); i++) {
                texts.add(element(buffer, (int) (i * size)));
            }
        }
        return texts;
    }

    private String element(ByteBuffer buffer, int at) {
        return switch (code) {
            case "i8", "u8" -> Long.toString(buffer.getLong(at));
            case "i4" -> Integer.toString(buffer.getInt(at));
            case "i2" -> Short.toString(buffer.getShort(at));
            case "i1", "u1" -> Integer.toString(buffer.get(at) & 0xff);
            case "b1", "?" -> buffer.get(at) != 0 ? "True" : "False";
            case "f8" -> Double.toString(buffer.getDouble(at));
            case "f4" -> Float.toString(buffer.getFloat(at));
            default -> {
                StringBuilder text = new StringBuilder();
                for (int i = 0; code.startsWith("U") && i + 4 <= size; i += 4) {
                    int point = buffer.getInt(at + i);
                    if (Character.isValidCodePoint(point) && point != 0) {
                        text.appendCodePoint(point);
                    }
                }
                yield text.toString();
            }
        };
    }
}
