package io.edgeai.formats.flatbuffer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table of a FlatBuffer: its fields by number, as the schema lists them, with defaults for those left out. */
public final class FlatTable {
    private final FlatBuffer buffer;
    private final int at;
    private final int vtable;
    private final int vtableBytes;

    FlatTable(FlatBuffer buffer, int at) {
        this.buffer = buffer;
        this.at = at;
        this.vtable = buffer.check((long) at - buffer.intAt(at), 4);
        this.vtableBytes = buffer.shortAt(vtable);
        int inline = buffer.shortAt(vtable + 2L);
        if (vtableBytes < 4 || vtableBytes % 2 != 0 || inline < 4) {
            throw buffer.damaged("has a table without a valid layout (at " + at + ")");
        }
        buffer.check(vtable, vtableBytes);
        buffer.check(at, inline);
        buffer.charge(4);
    }

    /** The buffer it lies in. */
    public FlatBuffer buffer() {
        return buffer;
    }

    /** Position of a field, or 0 where it is left out. */
    private int field(int number) {
        int entry = 4 + 2 * number;
        int offset = entry + 2 <= vtableBytes ? buffer.shortAt(vtable + (long) entry) : 0;
        return offset == 0 ? 0 : buffer.check((long) at + offset, 1);
    }

    public boolean has(int number) {
        return field(number) != 0;
    }

    public int byteField(int number, int otherwise) {
        int position = field(number);
        return position == 0 ? otherwise : buffer.byteAt(position);
    }

    public boolean flag(int number, boolean otherwise) {
        int position = field(number);
        return position == 0 ? otherwise : buffer.byteAt(position) != 0;
    }

    public int intField(int number, int otherwise) {
        int position = field(number);
        return position == 0 ? otherwise : buffer.intAt(position);
    }

    public long longField(int number, long otherwise) {
        int position = field(number);
        return position == 0 ? otherwise : buffer.longAt(position);
    }

    public float floatField(int number, float otherwise) {
        int position = field(number);
        return position == 0 ? otherwise : buffer.floatAt(position);
    }

    /** UTF-8 text; empty where left out. */
    public String text(int number) {
        ByteBuffer bytes = bytes(number);
        if (bytes == null) {
            return "";
        }
        buffer.charge(bytes.remaining());
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    public @Nullable FlatTable table(int number) {
        int position = field(number);
        return position == 0 ? null : new FlatTable(buffer, buffer.target(position));
    }

    /** A vector of tables; empty where left out. */
    public List<FlatTable> tables(int number) {
        int position = field(number);
        if (position == 0) {
            return List.of();
        }
        int vector = vector(position, 4);
        int length = buffer.intAt(vector);
        List<FlatTable> tables = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            tables.add(new FlatTable(buffer, buffer.target(vector + 4L + 4L * i)));
        }
        return tables;
    }

    /** A view of a vector of bytes, or null where left out. */
    public @Nullable ByteBuffer bytes(int number) {
        int position = field(number);
        if (position == 0) {
            return null;
        }
        int vector = vector(position, 1);
        return buffer.slice(vector + 4L, Integer.toUnsignedLong(buffer.intAt(vector)));
    }

    /** Whether a vector is there and not empty. */
    public boolean filled(int number) {
        int position = field(number);
        return position != 0 && buffer.intAt(vector(position, 1)) != 0;
    }

    /** A vector of 32-bit integers; empty where left out. */
    public int[] ints(int number) {
        ByteBuffer raw = numbers(number, 4);
        int[] values = new int[raw.remaining() / 4];
        raw.asIntBuffer().get(values);
        return values;
    }

    public long[] longs(int number) {
        ByteBuffer raw = numbers(number, 8);
        long[] values = new long[raw.remaining() / 8];
        raw.asLongBuffer().get(values);
        return values;
    }

    public float[] floats(int number) {
        ByteBuffer raw = numbers(number, 4);
        float[] values = new float[raw.remaining() / 4];
        raw.asFloatBuffer().get(values);
        return values;
    }

    /** A vector of unsigned numbers of one, two or four bytes, widened. */
    public int[] unsigned(int number, int width) {
        ByteBuffer raw = numbers(number, width);
        int[] values = new int[raw.remaining() / width];
        for (int i = 0; i < values.length; i++) {
            values[i] = width == 1 ? raw.get(i) & 0xff : width == 2 ? raw.getShort(2 * i) & 0xffff : raw.getInt(4 * i);
        }
        return values;
    }

    private ByteBuffer numbers(int number, int width) {
        int position = field(number);
        if (position == 0) {
            return ByteBuffer.allocate(0);
        }
        int vector = vector(position, width);
        long length = (long) width * Integer.toUnsignedLong(buffer.intAt(vector));
        buffer.charge(length);
        return buffer.slice(vector + 4L, length);
    }

    private int vector(int position, int width) {
        int vector = buffer.target(position);
        long length = Integer.toUnsignedLong(buffer.intAt(vector));
        buffer.check(vector + 4L, length * width);
        return vector;
    }
}
