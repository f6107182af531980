package io.edgeai.formats.flatbuffer;

import io.edgeai.core.error.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The scalars of a FlexBuffer whose root is a map (https://flatbuffers.dev/internals/#flexbuffers): numbers, truth
 * values and texts by key. Nested vectors and maps are left out.
 */
public final class FlexMap {
    private static final int INT = 1;
    private static final int UINT = 2;
    private static final int FLOAT = 3;
    private static final int KEY = 4;
    private static final int STRING = 5;
    private static final int INDIRECT_INT = 6;
    private static final int INDIRECT_UINT = 7;
    private static final int INDIRECT_FLOAT = 8;
    private static final int MAP = 9;
    private static final int BOOL = 26;
    private static final int MOST_TEXT = 1 << 20;

    private final ByteBuffer bytes;
    private int room = MOST_TEXT;

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
        int width = bytes.get(size - 1);
        int type = bytes.get(size - 2) & 0xff;
        if (type >> 2 != MAP) {
            throw new ModelFormatException("Options of a custom operator are no FlexBuffer map (type " + (type >> 2)
                    + "). Maybe another converter wrote them.");
        }
        int at = follow(size - 2 - width, width);
        int item = 1 << (type & 3);
        int keys = follow(at - 3 * item, item);
        int keyWidth = (int) unsigned(at - 2 * item, item);
        int length = length(at, item);
        Map<String, Object> found = new LinkedHashMap<>();
        for (int i = 0; i < length; i++) {
            String key = key(follow(keys + i * keyWidth, keyWidth));
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
            case KEY -> key(follow(at, width));
            case STRING -> {
                int text = follow(at, width);
                yield text(text, length(text, inner));
            }
            default -> null;
        };
    }

    /** Offsets lead back and have no sign. */
    private int follow(int at, int width) {
        long to = unsigned(at, width);
        if (to < 0 || to > at) {
            throw new IndexOutOfBoundsException("an offset of " + to + " at " + at);
        }
        return (int) (at - to);
    }

    /** The length in front of a map or text; each of its elements has at least one byte. */
    private int length(int at, int width) {
        long length = unsigned(at - width, width);
        if (length < 0 || length > bytes.limit() - at) {
            throw new IndexOutOfBoundsException("a length of " + length + " at " + at);
        }
        return (int) length;
    }

    private long unsigned(int at, int width) {
        long value = number(at, width);
        return width == 8 ? value : value & (1L << 8 * width) - 1;
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

    private String key(int at) {
        int end = at;
        while (bytes.get(end) != 0) {
            end++;
        }
        return text(at, end - at);
    }

    private String text(int at, int length) {
        room -= length;
        if (room < 0) {
            throw new IndexOutOfBoundsException("more than " + MOST_TEXT + " bytes of text");
        }
        byte[] out = new byte[length];
        bytes.get(at, out);
        return new String(out, StandardCharsets.UTF_8);
    }
}
