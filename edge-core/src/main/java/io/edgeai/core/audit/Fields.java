package io.edgeai.core.audit;

import io.edgeai.core.model.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 over a list of texts: each as its length in UTF-8 bytes in decimal, a colon, the bytes and a line feed, so
 * that no two lists give the same bytes. Not thread-safe.
 */
public final class Fields {
    private static final int LONGEST_NUMBER = 20;

    private final MessageDigest sha = Digest.sha256();
    private byte[] all = new byte[1024];
    private int used;

    public Fields add(String text) {
        int length = text.length();
        reserve(length);
        int begin = used;
        decimal(length);
        all[used++] = ':';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                used = begin;
                return addBytes(text.getBytes(StandardCharsets.UTF_8));
            }
            all[used++] = (byte) c;
        }
        all[used++] = '\n';
        return this;
    }

    private Fields addBytes(byte[] bytes) {
        reserve(bytes.length);
        decimal(bytes.length);
        all[used++] = ':';
        System.arraycopy(bytes, 0, all, used, bytes.length);
        used += bytes.length;
        all[used++] = '\n';
        return this;
    }

    private void reserve(int length) {
        int needed = Math.addExact(used, Math.addExact(length, LONGEST_NUMBER));
        if (needed > all.length) {
            all = Arrays.copyOf(all, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * all.length)));
        }
    }

    private void decimal(int number) {
        if (number >= 10) {
            decimal(number / 10);
        }
        all[used++] = (byte) ('0' + number % 10);
    }

    public Fields add(long number) {
        return add(Long.toString(number));
    }

    /** 64 lower-case hexadecimal digits; this list is empty again afterwards. */
    public String hex() {
        sha.update(all, 0, used);
        used = 0;
        return HexFormat.of().formatHex(sha.digest());
    }
}
