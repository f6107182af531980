package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;

/**
 * A table of a FlatBuffer in a file (https://flatbuffers.dev/internals/), read field by field; weights stay where they
 * are. Every offset is checked, and how many tables are read is limited. Not thread-safe.
 */
final class FlatFields {
    private static final int LONGEST_TEXT = 1 << 12;

    /** What all tables of one file share. */
    private static final class Budget {
        private long tables = 4_000_000;
    }

    private final FileView file;
    private final Budget budget;
    private final long at;
    private final long vtable;
    private final int vtableBytes;

    private FlatFields(FileView file, Budget budget, long at) {
        this.file = file;
        this.budget = budget;
        this.at = need(at, 4);
        this.vtable = need(at - (int) file.littleEndian(at, 4), 4);
        this.vtableBytes = (int) file.littleEndian(vtable, 2);
        need(vtable, vtableBytes);
        if (vtableBytes < 4 || --budget.tables < 0) {
            throw damaged();
        }
    }

    static FlatFields root(FileView file) {
        if (file.size() < 12) {
            throw new ModelFormatException(
                    "Model (" + file.path() + ") is a FlatBuffer that is cut off. Maybe fetch it again.");
        }
        return new FlatFields(file, new Budget(), file.littleEndian(0, 4));
    }

    private ModelFormatException damaged() {
        return new ModelFormatException(
                "Model (" + file.path()
                        + ") is a FlatBuffer whose tables do not fit each other. Maybe it is cut off or damaged; fetch it again.");
    }

    private long need(long position, long length) {
        if (position < 0 || length < 0 || position > file.size() - length) {
            throw damaged();
        }
        return position;
    }

    /** Position of a field of that many bytes, or 0 where it is left out. */
    private long field(int number, int bytes) {
        int entry = 4 + 2 * number;
        int offset = entry + 2 <= vtableBytes ? (int) file.littleEndian(vtable + entry, 2) : 0;
        return offset == 0 ? 0 : need(at + offset, bytes);
    }

    boolean has(int number) {
        return field(number, 1) != 0;
    }

    int byteField(int number, int otherwise) {
        long position = field(number, 1);
        return position == 0 ? otherwise : (byte) file.at(position);
    }

    int intField(int number, int otherwise) {
        long position = field(number, 4);
        return position == 0 ? otherwise : (int) file.littleEndian(position, 4);
    }

    long longField(int number, long otherwise) {
        long position = field(number, 8);
        return position == 0 ? otherwise : file.littleEndian(position, 8);
    }

    private long target(long position) {
        return need(position + file.littleEndian(position, 4), 4);
    }

    /** Number of elements of a vector of that element size; 0 where left out. */
    int count(int number, int width) {
        long position = field(number, 4);
        if (position == 0) {
            return 0;
        }
        long vector = target(position);
        long length = file.littleEndian(vector, 4);
        need(vector + 4, length * width);
        return (int) Math.min(Integer.MAX_VALUE, length);
    }

    /** The i-th element of a vector of numbers, sign kept. */
    long element(int number, int index, int width) {
        long place = target(field(number, 4)) + 4 + (long) index * width;
        long value = file.littleEndian(place, width);
        return width == 4 ? (int) value : value;
    }

    FlatFields table(int number, int index) {
        long place = target(field(number, 4)) + 4 + 4L * index;
        return new FlatFields(file, budget, target(place));
    }

    FlatFields table(int number) {
        return new FlatFields(file, budget, target(field(number, 4)));
    }

    String text(int number) {
        return text(number, LONGEST_TEXT);
    }

    /** At most {@code most} bytes of a text. */
    String text(int number, int most) {
        int length = count(number, 1);
        return length == 0 ? "" : file.utf8(target(field(number, 4)) + 4, Math.min(most, length));
    }

    /** A vector of bytes, or none where it is longer than {@code most}. */
    byte[] bytes(int number, int most) {
        int length = count(number, 1);
        return length == 0 || length > most ? new byte[0] : file.bytes(target(field(number, 4)) + 4, length);
    }
}
