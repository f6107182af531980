package io.edgeai.federated.secagg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Masks of any length from 16-byte seeds: the key stream of AES-128 in counter mode, added or taken away modulo 2³². Keeps
 * its buffers; not thread-safe.
 */
final class MaskStream {
    private static final int MOST_INTS = 8192;

    private final Cipher cipher;
    private final byte[] zeros;
    private final byte[] bytes;
    private final IntBuffer view;
    private final int[] chunk;

    /** @param size of the vectors to come */
    MaskStream(int size) {
        chunk = new int[Math.min(size, MOST_INTS)];
        zeros = new byte[chunk.length * Integer.BYTES];
        bytes = new byte[zeros.length];
        view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES in counter mode.", e);
        }
    }

    void add(byte[] seed, int[] values) {
        apply(seed, values, false);
    }

    void subtract(byte[] seed, int[] values) {
        apply(seed, values, true);
    }

    private void apply(byte[] seed, int[] values, boolean negative) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(seed, "AES"), new IvParameterSpec(new byte[16]));
            for (int at = 0; at < values.length; at += chunk.length) {
                int length = Math.min(chunk.length, values.length - at);
                cipher.update(zeros, 0, length * Integer.BYTES, bytes);
                view.get(0, chunk, 0, length);
                if (negative) {
                    subtractChunk(values, at, length);
                } else {
                    addChunk(values, at, length);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES takes every key of 16 bytes.", e);
        }
    }

    private void addChunk(int[] values, int at, int length) {
        for (int i = 0; i < length; i++) {
            values[at + i] += chunk[i];
        }
    }

    private void subtractChunk(int[] values, int at, int length) {
        for (int i = 0; i < length; i++) {
            values[at + i] -= chunk[i];
        }
    }
}
