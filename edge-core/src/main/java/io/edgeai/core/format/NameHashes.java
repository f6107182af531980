package io.edgeai.core.format;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A set of names by hashes of 64 bits, eight bytes a name however long it is. Two of a million names share a hash once in
 * 40 million files. Names are added first and asked for afterwards. Not thread-safe.
 */
final class NameHashes {
    private static final long PRIME = 0x9e3779b97f4a7c15L;

    private final BitSet marked = new BitSet();
    private long[] hashes = new long[64];
    private int count;
    private boolean sorted;

    /** Folds a byte or number into a hash; the first one starts from any constant. */
    static long fold(long hash, long value) {
        long mixed = (hash ^ value) * PRIME;
        return mixed ^ mixed >>> 29;
    }

    static long of(String name) {
        long hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = fold(hash, name.charAt(i));
        }
        return hash;
    }

    void add(long hash) {
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, count + (count >> 1));
        }
        hashes[count++] = hash;
        sorted = false;
    }

    private int find(long hash) {
        if (!sorted) {
            Arrays.sort(hashes, 0, count);
            sorted = true;
        }
        return Arrays.binarySearch(hashes, 0, count, hash);
    }

    boolean contains(long hash) {
        return find(hash) >= 0;
    }

    /** Notes that a name was met, where it is one of these. */
    void mark(long hash) {
        int at = find(hash);
        if (at >= 0) {
            marked.set(at);
        }
    }

    /** Whether it is one of these and was not met. Of a name that was added twice, either place may be marked. */
    boolean unmarked(long hash) {
        int at = find(hash);
        return at >= 0 && !marked.get(at);
    }
}
