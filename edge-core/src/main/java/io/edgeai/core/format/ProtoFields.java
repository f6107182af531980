package io.edgeai.core.format;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Walks the fields of a protobuf message in a file and skips their payloads
 * (https://protobuf.dev/programming-guides/encoding/). {@link #next()} moves to a field; {@link #enter()} walks inside
 * it. Ends by itself at a limit of fields, which no model reaches. Not thread-safe.
 */
final class ProtoFields {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int FIXED32 = 5;
    private static final long MOST_FIELDS = 20_000_000;
    private static final int MOST_PACKED = 64;
    private static final int MOST_FIELD_NUMBER = (1 << 29) - 1;

    private final FileView file;
    private final long end;
    private long next;
    private long read;
    private boolean broken;
    private boolean cut;
    private int number;
    private int wire;
    private long payload;
    private long length;
    private long value;

    ProtoFields(FileView file, long from, long end) {
        this.file = file;
        this.next = from;
        this.end = end;
    }

    static ProtoFields of(FileView file) {
        return new ProtoFields(file, 0, file.size());
    }

    /** Moves to the next field; false at the end or where the bytes are no protobuf. */
    boolean next() {
        if (broken || next >= end) {
            return false;
        }
        long key = varint();
        number = (int) Math.min(key >>> 3, Integer.MAX_VALUE);
        wire = (int) (key & 7);
        if (broken || number == 0 || number > MOST_FIELD_NUMBER || ++read > MOST_FIELDS) {
            broken = true;
            return false;
        }
        payload = next;
        length = 0;
        switch (wire) {
            case VARINT -> value = varint();
            case FIXED64 -> next += 8;
            case FIXED32 -> next += 4;
            case LENGTH -> {
                length = varint();
                payload = next;
                if (length < 0) {
                    broken = true;
                } else if (length > end - next) {
                    cut = true;
                    broken = true;
                } else {
                    next += length;
                }
            }
            default -> broken = true;
        }
        if (next > end) {
            cut = true;
            broken = true;
        }
        return !broken;
    }

    private long varint() {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (next >= end) {
                cut = true;
                broken = true;
                return 0;
            }
            int b = file.at(next++);
            result |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return result;
            }
        }
        broken = true;
        return 0;
    }

    /** The fields inside the current one. */
    ProtoFields enter() {
        return new ProtoFields(file, payload, wire == LENGTH ? payload + length : payload);
    }

    /** The numbers of a packed field, at most {@value #MOST_PACKED} of them. */
    List<Long> packed() {
        ProtoFields inside = enter();
        List<Long> numbers = new ArrayList<>();
        while (inside.next < inside.end && !inside.broken && numbers.size() < MOST_PACKED) {
            numbers.add(inside.varint());
        }
        return numbers;
    }

    /** How many numbers a packed field of varints holds. */
    long packedCount() {
        long count = 0;
        for (long at = payload; at < payload + length; at++) {
            count += file.at(at) < 0x80 ? 1 : 0;
        }
        return count;
    }

    /** Tells each number of a packed field of varints. */
    void eachPacked(LongConsumer number) {
        ProtoFields inside = enter();
        while (inside.next < inside.end && !inside.broken) {
            long value = inside.varint();
            if (!inside.broken) {
                number.accept(value);
            }
        }
    }

    /** How many varints a repeated field holds here: packed together, or one. */
    long varints() {
        return wire == LENGTH ? packedCount() : wire == VARINT ? 1 : 0;
    }

    /** How many numbers a repeated field of fixed width holds here: packed together, or one. */
    long fixed(int width) {
        return wire == LENGTH ? length / width : wire == FIXED32 || wire == FIXED64 ? 1 : 0;
    }

    /** The current field of four bytes as a number. */
    float real32() {
        return Float.intBitsToFloat((int) file.littleEndian(payload, 4));
    }

    boolean is(int field, int wireType) {
        return number == field && wire == wireType;
    }

    int number() {
        return number;
    }

    int wire() {
        return wire;
    }

    long value() {
        return value;
    }

    long length() {
        return length;
    }

    /** The current field as text, at most {@code most} bytes of it. */
    String text(int most) {
        return file.utf8(payload, (int) Math.min(most, length));
    }

    /** The current field's bytes, a character each. */
    String latin() {
        return file.latin(payload, Math.toIntExact(length));
    }

    /** A hash of the current field's bytes, for {@link NameHashes}. */
    long hash() {
        return hash(0, length);
    }

    /** The same of a part of them. */
    long hash(long from, long to) {
        long hash = 0;
        for (long at = payload + from; at < payload + to; at++) {
            hash = NameHashes.fold(hash, file.at(at));
        }
        return hash;
    }

    /** The i-th byte of the current field. */
    int byteAt(long i) {
        return file.at(payload + i);
    }

    /** How many UTF-16 characters the current field has as text. */
    long characters() {
        long characters = 0;
        for (long at = payload; at < payload + length; at++) {
            int b = file.at(at);
            characters += (b & 0xc0) == 0x80 ? 0 : b >= 0xf0 ? 2 : 1;
        }
        return characters;
    }

    /** A walk from where this one stands. */
    ProtoFields again() {
        return new ProtoFields(file, next, end);
    }

    /** Whether walking stopped before the end. */
    boolean broken() {
        return broken;
    }

    /** Whether it stopped because a field claims more bytes than there are. */
    boolean cut() {
        return cut;
    }
}
