package io.edgeai.federated.secagg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Masks of any length from 16-byte seeds, added to one vector or taken away modulo 2³²: the key stream of AES-128 in counter
 * mode, counted from 0. Up to 64 masks of either sign wait until all of them go over one piece of the vector, four key
 * streams at a time, which all together fit the nearest cache. Not thread-safe.
 */
final class MaskStream {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MOST_INTS = 1024;
    private static final int MOST_WAITING = 64;
    private static final int LANES = 4;
    private static final int BLOCK_INTS = 4;
    private static final int BLOCK_BYTES = 16;

    private final int[] values;
    private final Waiting added = new Waiting();
    private final Waiting taken = new Waiting();
    private final ByteBuffer counters;
    private final byte[] zeros;
    private final int[] piece;
    private final byte[][] streams;
    private final byte[][] lanes = new byte[LANES][];

    /** Masks of one sign. Ciphers are used again. */
    private static final class Waiting {
        private final Cipher[] ciphers = new Cipher[MOST_WAITING];
        private int count;

        void begin(byte[] seed) {
            try {
                if (ciphers[count] == null) {
                    ciphers[count] = Cipher.getInstance("AES/ECB/NoPadding");
                }
                ciphers[count++].init(Cipher.ENCRYPT_MODE, new SecretKeySpec(seed, "AES"));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("Every Java platform has AES with keys of 16 bytes.", e);
            }
        }
    }

    /** @param values what masks are for; changed in place, completely once {@link #apply} returns */
    MaskStream(int[] values) {
        this.values = values;
        int bytes = (Math.min(values.length, MOST_INTS) + BLOCK_INTS - 1) / BLOCK_INTS * BLOCK_BYTES;
        counters = ByteBuffer.allocate(bytes);
        zeros = new byte[bytes];
        piece = new int[bytes / 4];
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
        int pieceInts = counters.capacity() / Integer.BYTES;
        for (int from = 0; from < values.length && added.count + taken.count > 0; from += pieceInts) {
            for (int at = 0; at < counters.capacity(); at += BLOCK_BYTES) {
                counters.putLong(at + Long.BYTES, from / BLOCK_INTS + (long) at / BLOCK_BYTES);
            }
            int length = Math.min(pieceInts, values.length - from);
            System.arraycopy(values, from, piece, 0, length);
            for (int first = 0; first < added.count; first += LANES) {
                encrypt(added, first);
                addFour(piece, lanes[0], lanes[1], lanes[2], lanes[3]);
            }
            for (int first = 0; first < taken.count; first += LANES) {
                encrypt(taken, first);
                takeFour(piece, lanes[0], lanes[1], lanes[2], lanes[3]);
            }
            System.arraycopy(piece, 0, values, from, length);
        }
        added.count = 0;
        taken.count = 0;
    }

    private void encrypt(Waiting masks, int first) {
        try {
            for (int lane = 0; lane < LANES; lane++) {
                boolean present = first + lane < masks.count;
                lanes[lane] = present ? streams[lane] : zeros;
                if (present) {
                    masks.ciphers[first + lane].update(counters.array(), 0, counters.capacity(), lanes[lane]);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Whole blocks have room for their encryption.", e);
        }
    }

    private static void addFour(int[] sum, byte[] a, byte[] b, byte[] c, byte[] d) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += (number(a, i) + number(b, i)) + (number(c, i) + number(d, i));
        }
    }

    private static void takeFour(int[] sum, byte[] a, byte[] b, byte[] c, byte[] d) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] -= (number(a, i) + number(b, i)) + (number(c, i) + number(d, i));
        }
    }

    private static int number(byte[] stream, int i) {
        return (int) INTS.get(stream, i * Integer.BYTES);
    }
}
