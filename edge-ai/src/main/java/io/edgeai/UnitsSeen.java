package io.edgeai;

import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Which units have shown what, by hashes of 64 bits in a table that grows with them up to a limit: 16 bytes for each at
 * least, 16 MiB for 2²⁰. Two of n have the same hash with a probability of about n² / 2⁶⁵, 3 · 10⁻⁸ for 2²⁰; the later one
 * is then taken for the earlier, in whatever arm it is. What is new is added to a file at {@link #keep}, 8 bytes for each.
 * Thread-safe.
 */
final class UnitsSeen {
    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    private final Path file;
    private final int most;
    private long[] table = new long[1 << 10];
    private long[] fresh = new long[64];
    private int size;
    private int unkept;

    /** @param most hashes that are remembered */
    UnitsSeen(Path file, int most) {
        this.file = file;
        this.most = most;
    }

    /** Whether a unit has been seen. */
    enum Answer {
        FIRST,
        AGAIN,
        /** It was not, or it came when no more could be remembered. */
        FULL
    }

    /**
     * Remembers a unit, and says whether it was seen before.
     *
     * @param question what it is remembered for, by number; each has its own memory within the limit of all
     */
    synchronized Answer see(long bits, int question) {
        Answer answer = put(key(bits, question));
        if (answer == Answer.FIRST) {
            if (unkept == fresh.length) {
                fresh = Arrays.copyOf(fresh, 2 * unkept);
            }
            fresh[unkept++] = key(bits, question);
        }
        return answer;
    }

    private Answer put(long key) {
        int at = slot(table, key);
        if (table[at] == key) {
            return Answer.AGAIN;
        }
        if (size >= most) {
            return Answer.FULL;
        }
        table[at] = key;
        size++;
        if (2 * size >= table.length) {
            long[] larger = new long[2 * table.length];
            for (long one : table) {
                if (one != 0) {
                    larger[slot(larger, one)] = one;
                }
            }
            table = larger;
        }
        return Answer.FIRST;
    }

    private static int slot(long[] table, long key) {
        int at = (int) (key >>> 32) & (table.length - 1);
        while (table[at] != 0 && table[at] != key) {
            at = (at + 1) & (table.length - 1);
        }
        return at;
    }

    /** Never 0, which is an empty place; else a bijection of the bits for each question, so that nothing is lost by it. */
    private static long key(long bits, int question) {
        long asked = (question + 1) * FACTOR;
        asked = (asked ^ (asked >>> 29)) * 0xbf58476d1ce4e5b9L;
        long key = (bits ^ asked) * FACTOR;
        key ^= key >>> 32;
        return key == 0 ? 1 : key;
    }

    /** Adds what is new to the file. What a disk refused is offered again the next time. */
    synchronized void keep() {
        if (unkept == 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * unkept);
        for (int i = 0; i < unkept; i++) {
            bytes.putLong(fresh[i]);
        }
        bytes.flip();
        try {
            Files.createDirectories(file.getParent());
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                long whole = out.size() / Long.BYTES * Long.BYTES; // a write that broke off is written over
                out.position(whole);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
        } catch (IOException e) {
            throw new StorageException("Cannot keep units (" + file + "). Maybe the disk is full.", e);
        }
        unkept = 0;
    }

    /** Remembers what the file holds, to the limit. */
    synchronized void resume() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            ByteBuffer keys = ByteBuffer.wrap(bytes);
            while (keys.remaining() >= Long.BYTES && size < most) {
                long key = keys.getLong();
                if (key != 0) {
                    put(key);
                }
            }
        } catch (NoSuchFileException e) {
            size = 0; // nobody was seen
        } catch (IOException e) {
            throw new StorageException("Cannot read units (" + file + "). Maybe check its permissions.", e);
        }
    }

    /** Forgets what the file holds. */
    synchronized void beginAnew() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StorageException("Cannot remove units (" + file + "). Maybe check its permissions.", e);
        }
    }
}
