package io.edgeai.federated.secagg;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/**
 * Masks of any length from 16-byte seeds, added to one vector or taken away modulo 2⁸, 2¹⁶ or 2³²: the key stream of AES-128
 * in counter mode, counted from 0, as numbers of that width, lowest byte first. Up to 64 masks of either sign wait until all of them go over one piece of the vector, four key
 * streams at a time, which all together fit the nearest cache. Not thread-safe.
 */
final class MaskStream {
    private static final int MOST_BYTES = 4096;
    private static final int MOST_WAITING = 64;
    private static final int LANES = 4;
    private static final int BLOCK_BYTES = 16;
    private static final CounterMode FASTEST = CounterMode.fastest();

    private final int[] values;
    private final CounterMode mode;
    private final Waiting added = new Waiting();
    private final Waiting taken = new Waiting();
    private final ByteBuffer counters;
    private final byte[] zeros;
    private final LaneSum piece;
    private final int pieceNumbers;
    private final byte[][] streams;
    private final byte[][] lanes = new byte[LANES][];

    /** Masks of one sign. Ciphers are used again. */
    private final class Waiting {
        private final Cipher[] ciphers = new Cipher[MOST_WAITING];
        private int count;

        void begin(byte[] seed) {
            try {
                if (ciphers[count] == null) {
                    ciphers[count] = mode.cipher();
                }
                mode.begin(ciphers[count++], seed);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Every Java platform has AES with keys of 16 bytes.", e);
            }
        }
    }

    /**
     * @param values what masks are for; changed in place, completely once {@link #apply} returns
     * @param bits of a number: 8, 16 or 32
     */
    MaskStream(int[] values, int bits) {
        this(values, bits, FASTEST);
    }

    MaskStream(int[] values, int bits, CounterMode mode) {
        this.values = values;
        this.mode = mode;
        int blockNumbers = BLOCK_BYTES * Byte.SIZE / bits;
        int bytes = Math.min(MOST_BYTES, (values.length + blockNumbers - 1) / blockNumbers * BLOCK_BYTES);
        counters = ByteBuffer.allocate(bytes);
        zeros = new byte[bytes];
        piece = LaneSum.of(bits, bytes);
        pieceNumbers = bytes * Byte.SIZE / bits;
        streams = new byte[LANES][bytes];
    }

    void add(byte[] seed) {
        wait(added, seed);
    }

    void subtract(byte[] seed) {
        wait(taken, seed);
    }

    private void wait(Waiting masks, byte[] seed) {
        masks.begin(seed);
        if (masks.count == MOST_WAITING) {
            apply();
        }
    }

    /** Ends all masks that wait. */
    void apply() {
        long block = 0;
        for (int from = 0; from < values.length && added.count + taken.count > 0; from += pieceNumbers) {
            for (int at = 0; at < counters.capacity(); at += BLOCK_BYTES) {
                counters.putLong(at + Long.BYTES, block++);
            }
            int length = Math.min(pieceNumbers, values.length - from);
            piece.load(values, from, length);
            for (int first = 0; first < added.count; first += LANES) {
                encrypt(added, first);
                piece.add(lanes[0], lanes[1], lanes[2], lanes[3]);
            }
            for (int first = 0; first < taken.count; first += LANES) {
                encrypt(taken, first);
                piece.take(lanes[0], lanes[1], lanes[2], lanes[3]);
            }
            piece.store(values, from, length);
        }
        added.count = 0;
        taken.count = 0;
    }

    private void encrypt(Waiting masks, int first) {
        byte[] input = mode == CounterMode.BLOCKS ? counters.array() : zeros;
        try {
            for (int lane = 0; lane < LANES; lane++) {
                boolean present = first + lane < masks.count;
                lanes[lane] = present ? streams[lane] : zeros;
                if (present) {
                    masks.ciphers[first + lane].update(input, 0, input.length, lanes[lane]);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Whole blocks have room for their encryption.", e);
        }
    }
}
