package io.edgeai.federated.secagg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Masks of any length from 16-byte seeds, added to one vector or taken away modulo 2³²: the key stream of AES-128 in counter
 * mode, counted from 0. Up to 64 masks wait until all of them go over one piece of the vector while it is in the nearest
 * cache, four at a time. Not thread-safe.
 */
final class MaskStream {
    private static final int MOST_INTS = 2048;
    private static final int MOST_WAITING = 64;
    private static final int LANES = 4;
    private static final int BLOCK_INTS = 4;
    private static final int BLOCK_BYTES = 16;

    private final int[] values;
    private final Cipher[] ciphers = new Cipher[MOST_WAITING];
    private final int[] signs = new int[MOST_WAITING];
    private final ByteBuffer counters;
    private final byte[] bytes;
    private final IntBuffer view;
    private final int[] piece;
    private final int[][] lanes;
    private int waiting;

    /** @param values what masks are for; changed in place, completely once {@link #apply} returns */
    MaskStream(int[] values) {
        this.values = values;
        int blocks = (Math.min(values.length, MOST_INTS) + BLOCK_INTS - 1) / BLOCK_INTS;
        counters = ByteBuffer.allocate(blocks * BLOCK_BYTES);
        bytes = new byte[blocks * BLOCK_BYTES];
        view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        piece = new int[blocks * BLOCK_INTS];
        lanes = new int[LANES][blocks * BLOCK_INTS];
    }

    void add(byte[] seed) {
        wait(seed, 1);
    }

    void subtract(byte[] seed) {
        wait(seed, -1);
    }

    private void wait(byte[] seed, int sign) {
        try {
            if (ciphers[waiting] == null) {
                ciphers[waiting] = Cipher.getInstance("AES/ECB/NoPadding");
            }
            ciphers[waiting].init(Cipher.ENCRYPT_MODE, new SecretKeySpec(seed, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES with keys of 16 bytes.", e);
        }
        signs[waiting++] = sign;
        if (waiting == MOST_WAITING) {
            apply();
        }
    }

    /** Ends all masks that wait. */
    void apply() {
        for (int at = 0; at < values.length && waiting > 0; at += piece.length) {
            int length = Math.min(piece.length, values.length - at);
            for (int block = 0; block * BLOCK_BYTES < bytes.length; block++) {
                counters.putLong(block * BLOCK_BYTES + Long.BYTES, at / BLOCK_INTS + (long) block);
            }
            System.arraycopy(values, at, piece, 0, length);
            for (int first = 0; first < waiting; first += LANES) {
                for (int lane = 0; lane < LANES; lane++) {
                    keyStream(first + lane, lanes[lane]);
                }
                addLanes(first);
            }
            System.arraycopy(piece, 0, values, at, length);
        }
        waiting = 0;
    }

    private void keyStream(int mask, int[] lane) {
        if (mask >= waiting) {
            signs[mask] = 0;
            return;
        }
        try {
            ciphers[mask].update(counters.array(), 0, bytes.length, bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Whole blocks have room for their encryption.", e);
        }
        view.get(0, lane, 0, lane.length);
    }

    private void addLanes(int first) {
        addFour(
                piece,
                lanes[0],
                lanes[1],
                lanes[2],
                lanes[3],
                signs[first],
                signs[first + 1],
                signs[first + 2],
                signs[first + 3]);
    }

    private static void addFour(int[] sum, int[] a, int[] b, int[] c, int[] d, int sa, int sb, int sc, int sd) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += (sa * a[i] + sb * b[i]) + (sc * c[i] + sd * d[i]);
        }
    }
}
