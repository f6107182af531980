package io.edgeai.formats.flatbuffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes FlatBuffers for tests: tables are maps from field number to value, and every child stands behind its parent.
 * Values: Byte, Boolean, Integer, Long, Float, String, byte[], short[], int[], long[], float[], a list of tables, a table.
 */
public final class FlatWriter {
    private byte[] bytes = new byte[1 << 12];
    private int size;

    private FlatWriter() {}

    /** A table; put its fields by number. */
    public static final class Table extends TreeMap<Integer, Object> {
        private static final long serialVersionUID = 1L;

        public Table with(int field, Object value) {
            put(field, value);
            return this;
        }
    }

    public static Table table() {
        return new Table();
    }

    public static byte[] file(String identifier, Table root) {
        FlatWriter writer = new FlatWriter();
        writer.reserve(8);
        System.arraycopy(identifier.getBytes(StandardCharsets.US_ASCII), 0, writer.bytes, 4, 4);
        int at = writer.write(root);
        writer.putInt(0, at);
        return Arrays.copyOf(writer.bytes, writer.size);
    }

    private int reserve(int count) {
        int at = size;
        size += count;
        while (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        return at;
    }

    private void align(int to) {
        reserve((to - size % to) % to);
    }

    private ByteBuffer view() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void putInt(int at, int value) {
        view().putInt(at, value);
    }

    private static int width(Object value) {
        return value instanceof Byte || value instanceof Boolean ? 1 : value instanceof Long ? 8 : 4;
    }

    private int write(Table table) {
        int fields = table.isEmpty() ? 0 : table.lastKey() + 1;
        align(4);
        int vtable = reserve(4 + 2 * fields);
        align(8);
        int at = reserve(4);
        putInt(at, at - vtable);
        int[] places = new int[fields];
        for (Map.Entry<Integer, Object> field : table.entrySet()) {
            align(width(field.getValue()));
            places[field.getKey()] = reserve(width(field.getValue()));
        }
        view().putShort(vtable, (short) (4 + 2 * fields)).putShort(vtable + 2, (short) (size - at));
        for (Map.Entry<Integer, Object> field : table.entrySet()) {
            int place = places[field.getKey()];
            view().putShort(vtable + 4 + 2 * field.getKey(), (short) (place - at));
            Object value = field.getValue();
            if (value instanceof Byte b) {
                bytes[place] = b;
            } else if (value instanceof Boolean b) {
                bytes[place] = (byte) (b ? 1 : 0);
            } else if (value instanceof Integer i) {
                putInt(place, i);
            } else if (value instanceof Long l) {
                view().putLong(place, l);
            } else if (value instanceof Float f) {
                view().putFloat(place, f);
            } else {
                int child = child(value);
                putInt(place, child - place);
            }
        }
        return at;
    }

    private int child(Object value) {
        if (value instanceof Table table) {
            return write(table);
        }
        if (value instanceof String text) {
            return vector(text.getBytes(StandardCharsets.UTF_8), 1);
        }
        if (value instanceof byte[] raw) {
            return vector(raw, 1);
        }
        if (value instanceof short[] shorts) {
            ByteBuffer raw = ByteBuffer.allocate(2 * shorts.length).order(ByteOrder.LITTLE_ENDIAN);
            raw.asShortBuffer().put(shorts);
            return vector(raw.array(), 2);
        }
        if (value instanceof int[] ints) {
            ByteBuffer raw = ByteBuffer.allocate(4 * ints.length).order(ByteOrder.LITTLE_ENDIAN);
            raw.asIntBuffer().put(ints);
            return vector(raw.array(), 4);
        }
        if (value instanceof long[] longs) {
            ByteBuffer raw = ByteBuffer.allocate(8 * longs.length).order(ByteOrder.LITTLE_ENDIAN);
            raw.asLongBuffer().put(longs);
            return vector(raw.array(), 8);
        }
        if (value instanceof float[] floats) {
            ByteBuffer raw = ByteBuffer.allocate(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
            raw.asFloatBuffer().put(floats);
            return vector(raw.array(), 4);
        }
        if (value instanceof List<?> tables) {
            align(4);
            int at = reserve(4 + 4 * tables.size());
            putInt(at, tables.size());
            for (int i = 0; i < tables.size(); i++) {
                int place = at + 4 + 4 * i;
                int child = write((Table) tables.get(i));
                putInt(place, child - place);
            }
            return at;
        }
        throw new IllegalArgumentException(value.getClass().toString());
    }

    /** Length, then the elements on a multiple of 16 bytes, as TFLite wants its weights. */
    private int vector(byte[] raw, int width) {
        align(16);
        reserve(12);
        int at = reserve(4);
        putInt(at, raw.length / width);
        int to = reserve(raw.length + 1);
        System.arraycopy(raw, 0, bytes, to, raw.length);
        return at;
    }
}
