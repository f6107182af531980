package io.edgeai.core.answers;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Turns answered requests into blocks of one file. A block is a mark, the length of its entries, the CRC-32C of both, and
 * the entries: who answers (once for each in a file, with a number), how many requests were dropped, answered requests. What
 * a number means counts for the blocks after it in the same file. Not thread-safe.
 */
final class BlockWriter {
    /** Begins a block, to find one behind damage: not ASCII, not UTF-8. */
    static final int MARK = 0xEDA1F00D;
    /** Bytes of a block before its entries: the mark, their length, their checksum. */
    static final int FRAME = 3 * Integer.BYTES;

    static final int SOURCE = 1;
    static final int DROPPED = 2;
    static final int ANSWER = 3;
    static final int WITH_UUID = 0x10;
    static final int WITH_UNIT = 0x20;

    private final String node;
    private final Map<AnswerSource, Integer> numbers = new HashMap<>();
    private final Bytes bytes = new Bytes();
    private int known;

    BlockWriter(String node) {
        this.node = node;
    }

    /** The whole block, valid until the next call. */
    ByteBuffer block(List<Waiting> requests, long dropped) {
        known = numbers.size();
        bytes.clear();
        bytes.raw(new byte[FRAME]);
        if (dropped > 0) {
            bytes.one(DROPPED);
            bytes.number(dropped);
        }
        long before = 0;
        for (Waiting request : requests) {
            int source = number(request.source());
            entry(request, source, before);
            before = request.atMillis();
        }
        int length = bytes.size() - FRAME;
        ByteBuffer block = ByteBuffer.wrap(bytes.array(), 0, bytes.size());
        block.putInt(0, MARK).putInt(Integer.BYTES, length);
        return block.putInt(2 * Integer.BYTES, checksum(block, 0, length));
    }

    /** The last block came to nothing: whom it named is to be named again. */
    void forget() {
        numbers.values().removeIf(number -> number >= known);
    }

    private int number(AnswerSource source) {
        Integer number = numbers.get(source);
        if (number != null) {
            return number;
        }
        int next = numbers.size();
        numbers.put(source, next);
        bytes.one(SOURCE);
        bytes.number(next);
        bytes.text(node);
        bytes.text(source.version().model().name());
        bytes.number(source.version().number());
        bytes.raw(HexFormat.of().parseHex(source.digest().hex()));
        bytes.text(source.environment());
        bytes.text(source.role().name());
        bytes.eight(Double.doubleToLongBits(source.share()));
        return next;
    }

    private void entry(Waiting request, int source, long before) {
        String id = KeptId.of(request.requestId());
        boolean uuid = KeptId.isUuid(id);
        String unit = request.unitId();
        bytes.one(ANSWER | (uuid ? WITH_UUID : 0) | (unit == null ? 0 : WITH_UNIT));
        bytes.signed(request.atMillis() - before);
        bytes.number(source);
        if (uuid) {
            UUID parsed = UUID.fromString(id);
            bytes.eight(parsed.getMostSignificantBits());
            bytes.eight(parsed.getLeastSignificantBits());
        } else {
            bytes.text(id);
        }
        if (unit != null) {
            bytes.eight(KeptId.unit(unit));
        }
    }

    /** Of the length and the entries of a block that begins here. */
    static int checksum(ByteBuffer file, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(file.slice(at + Integer.BYTES, Integer.BYTES));
        crc.update(file.slice(at + FRAME, length));
        return (int) crc.getValue();
    }
}
