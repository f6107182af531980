package io.edgeai.formats.flatbuffer;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The scalars of a FlexBuffer whose root is a map (https://flatbuffers.dev/internals/#flexbuffers): numbers, truth
 * values and texts by key. Nested vectors and maps are left out.
 */
public final class FlexMap {
    private static final int INT = 1;
    private static final int UINT = 2;
    private static final int FLOAT = 3;
    private static final int STRING = 5;
    private static final int INDIRECT_INT = 6;
    private static final int INDIRECT_UINT = 7;
    private static final int INDIRECT_FLOAT = 8;
    private static final int MAP = 9;
    private static final int BOOL = 26;
    private static final int LONGEST_TEXT = 1 << 16;

    private final ByteBuffer bytes;

    private FlexMap(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @throws ModelFormatException where it is no FlexBuffer map */
    public static Map<String, Object> read(ByteBuffer bytes) {
        try {
            return new FlexMap(bytes).root();
        } catch (IndexOutOfBoundsException e) {
            throw new ModelFormatException(
                    "Options of a custom operator are a damaged FlexBuffer (" + e.getMessage()
                            + "). Maybe fetch the model again.",
                    e);
        }
    }

    private Map<String, Object> root() {
        int size = bytes.limit();
        int width = bytes.get(size - 1) & 0xff;
        int type = bytes.get(size - 2) & 0xff;
        if (type >> 2 != MAP) {
            throw new ModelFormatException(
                    "Options of a custom operator are no FlexBuffer map (type " + (type >> 2) + ").");
        }
        int at = follow(size - 2 - width, width);
        int item = 1 << (type & 3);
        int keys = follow(at - 3 * item, item);
        int keyWidth = count(at - 2 * item, item);
        int length = count(at - item, item);
        Map<String, Object> found = new LinkedHashMap<>();
        for (int i = 0; i < length; i++) {
            String key = text(follow(keys + i * keyWidth, keyWidth), -1);
            int packed = bytes.get(at + length * item + i) & 0xff;
            Object value = value(at + i * item, item, packed);
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    private @org.jspecify.annotations.Nullable Object value(int at, int width, int packed) {
        int inner = 1 << (packed & 3);
        return switch (packed >> 2) {
            case INT -> number(at, width);
            case UINT -> unsigned(at, width);
            case BOOL -> number(at, width) != 0;
            case FLOAT -> real(at, width);
            case INDIRECT_INT -> number(follow(at, width), inner);
            case INDIRECT_UINT -> unsigned(follow(at, width), inner);
            case INDIRECT_FLOAT -> real(follow(at, width), inner);
            case STRING -> {
                int text = follow(at, width);
                yield text(text, count(text - inner, inner));
            }
            default -> null;
        };
    }

    /** Offsets lead backwards and have no sign. */
    private int follow(int at, int width) {
        return at - count(at, width);
    }

    /** A length or an offset, which the buffer itself limits. */
    private int count(int at, int width) {
        long value = unsigned(at, width);
        if (value < 0 || value > bytes.limit()) {
            throw new IndexOutOfBoundsException(value + " of " + bytes.limit() + " bytes");
        }
        return (int) value;
    }

    private long unsigned(int at, int width) {
        long value = number(at, width);
        return width < 8 ? value & ((1L << 8 * width) - 1) : value;
    }

    private long number(int at, int width) {
        return switch (width) {
            case 1 -> bytes.get(at);
            case 2 -> bytes.getShort(at);
            case 4 -> bytes.getInt(at);
            case 8 -> bytes.getLong(at);
            default -> throw new IndexOutOfBoundsException("width " + width);
        };
    }

    private double real(int at, int width) {
        return switch (width) {
            case 4 -> bytes.getFloat(at);
            case 8 -> bytes.getDouble(at);
            default -> throw new IndexOutOfBoundsException("a real number of " + width + " bytes");
        };
    }

    private String text(int at, int length) {
        int end = at;
        if (length >= 0) {
            end = at + length;
        } else {
            while (bytes.get(end) != 0 && end - at < LONGEST_TEXT) {
                end++;
            }
        }
        Objects.checkFromToIndex(at, end, bytes.limit());
        byte[] out = new byte[end - at];
        bytes.get(at, out);
        return new String(out, StandardCharsets.UTF_8);
    }
}
