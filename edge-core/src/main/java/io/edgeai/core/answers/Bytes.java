package io.edgeai.core.answers;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow. A number is written seven bits a byte, lowest first; a text as its length in UTF-8 and its bytes. Not thread-safe. */
final class Bytes {
    private byte[] all = new byte[4096];
    private int used;

    void clear() {
        used = 0;
    }

    int size() {
        return used;
    }

    byte[] array() {
        return all;
    }

    void one(int value) {
        reserve(1);
        all[used++] = (byte) value;
    }

    void number(long value) {
        reserve(10);
        long left = value;
        while ((left & ~0x7fL) != 0) {
            all[used++] = (byte) (left & 0x7f | 0x80);
            left >>>= 7;
        }
        all[used++] = (byte) left;
    }

    /** A number near 0, be it above or below. */
    void signed(long value) {
        number(value << 1 ^ value >> 63);
    }

    void eight(long value) {
        reserve(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            all[used++] = (byte) (value >>> shift);
        }
    }

    void raw(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, all, used, bytes.length);
        used += bytes.length;
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        raw(utf8);
    }

    private void reserve(int more) {
        if (all.length - used < more) {
            all = Arrays.copyOf(all, Math.max(2 * all.length, used + more));
        }
    }
}
