package io.edgeai.core.answers;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.VersionRef;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;

/** Reads the blocks of one file; what is damaged is passed over and counted, never guessed. Not thread-safe. */
final class BlockReader {
    static final byte[] HEADER = "EDGEAI-ANSWERS-1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_BYTES = 32;

    private final WantedId wanted;
    private final Consumer<AnsweredRequest> found;
    private final Map<Integer, Named> sources = new HashMap<>();
    private long earliest = Long.MAX_VALUE;
    private long dropped;
    private long unreadable;

    /** Who answers, and where. */
    private record Named(AnswerSource source, String node) {}

    /** @param found hears of the requests that are wanted, in the file's order */
    BlockReader(WantedId wanted, Consumer<AnsweredRequest> found) {
        this.wanted = wanted;
        this.found = found;
    }

    /** Milliseconds since 1970 of the earliest request in the file, whichever it is. */
    long earliest() {
        return earliest;
    }

    long dropped() {
        return dropped;
    }

    /** Bytes that say nothing reliable. */
    long unreadable() {
        return unreadable;
    }

    void read(ByteBuffer file) {
        int at = Math.min(HEADER.length, file.limit());
        if (!file.slice(0, at).equals(ByteBuffer.wrap(HEADER))) {
            unreadable += at;
        }
        while (at < file.limit()) {
            int length = soundLength(file, at);
            if (length >= 0 && understood(file.slice(at + BlockWriter.FRAME, length))) {
                at += BlockWriter.FRAME + length;
            } else {
                unreadable++;
                at++;
            }
        }
    }

    /** Length of the entries of the block that begins here; -1 where none does. */
    private static int soundLength(ByteBuffer file, int at) {
        if (file.limit() - at < BlockWriter.FRAME || file.getInt(at) != BlockWriter.MARK) {
            return -1;
        }
        int length = file.getInt(at + Integer.BYTES);
        boolean fits = length >= 0 && length <= file.limit() - at - BlockWriter.FRAME;
        return fits && BlockWriter.checksum(file, at, length) == file.getInt(at + 2 * Integer.BYTES) ? length : -1;
    }

    /** False where a block names somebody by a number whose meaning is lost with a damaged one. */
    private boolean understood(ByteBuffer entries) {
        try {
            long before = 0;
            while (entries.hasRemaining()) {
                int kind = entries.get();
                switch (kind & 0xf) {
                    case BlockWriter.SOURCE -> name(entries);
                    case BlockWriter.DROPPED -> dropped += number(entries);
                    case BlockWriter.ANSWER -> before = answer(entries, kind, before);
                    default -> throw new IllegalArgumentException("Kind of entry: " + kind);
                }
            }
            return true;
        } catch (BufferUnderflowException | ArithmeticException | IllegalArgumentException | EdgeException e) {
            return false;
        }
    }

    private long answer(ByteBuffer entries, int kind, long before) {
        long zigzag = number(entries);
        long at = before + (zigzag >>> 1 ^ -(zigzag & 1));
        Named named = sources.get(Math.toIntExact(number(entries)));
        boolean isWanted;
        if ((kind & BlockWriter.WITH_UUID) == 0) {
            isWanted = wanted.is(slice(entries));
        } else {
            isWanted = wanted.is(entries.getLong(), entries.getLong());
        }
        boolean hasUnit = (kind & BlockWriter.WITH_UNIT) != 0;
        long unit = hasUnit ? entries.getLong() : 0;
        if (named == null) {
            throw new IllegalArgumentException("A number that nothing explains");
        }
        earliest = Math.min(earliest, at);
        if (isWanted) {
            found.accept(new AnsweredRequest(
                    wanted.id,
                    Instant.ofEpochMilli(at),
                    named.source(),
                    hasUnit ? HexFormat.of().toHexDigits(unit) : "",
                    named.node()));
        }
        return at;
    }

    private void name(ByteBuffer entries) {
        int key = Math.toIntExact(number(entries));
        String node = text(entries);
        String model = text(entries);
        int version = Math.toIntExact(number(entries));
        byte[] digest = new byte[DIGEST_BYTES];
        entries.get(digest);
        AnswerSource source = new AnswerSource(
                VersionRef.of(model, version),
                new Digest(HexFormat.of().formatHex(digest)),
                text(entries),
                AnswerRole.valueOf(text(entries)),
                Double.longBitsToDouble(entries.getLong()));
        sources.put(key, new Named(source, node));
    }

    private static long number(ByteBuffer entries) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = entries.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new ArithmeticException("More than 64 bits");
    }

    private static ByteBuffer slice(ByteBuffer entries) {
        int length = Math.toIntExact(number(entries));
        if (length < 0 || length > entries.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer slice = entries.slice(entries.position(), length);
        entries.position(entries.position() + length);
        return slice;
    }

    private static String text(ByteBuffer entries) {
        return StandardCharsets.UTF_8.decode(slice(entries)).toString();
    }
}
