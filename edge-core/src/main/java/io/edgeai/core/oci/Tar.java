package io.edgeai.core.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** The header of a tar entry by POSIX.1-1988 (ustar), with GNU's binary numbers for what octal digits cannot hold. */
final class Tar {
    static final int BLOCK = 512;
    static final char FILE = '0';
    static final char FOLDER = '5';
    private static final int NAME = 0;
    private static final int NAME_BYTES = 100;
    private static final int SIZE = 124;
    private static final int SIZE_BYTES = 12;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int PREFIX_BYTES = 155;
    private static final long MOST_OCTAL = (1L << 33) - 1;

    private Tar() {}

    /** Names are at most 100 characters of ASCII; owner, time and rights are always the same. */
    static byte[] header(String name, char type, long size) {
        byte[] block = new byte[BLOCK];
        put(block, NAME, name);
        put(block, 100, type == FOLDER ? "0000755" : "0000644");
        put(block, 108, "0000000");
        put(block, 116, "0000000");
        put(block, SIZE, size <= MOST_OCTAL ? octal(size, SIZE_BYTES - 1) : "");
        if (size > MOST_OCTAL) {
            block[SIZE] = (byte) 0x80;
            for (int i = 0; i < Long.BYTES; i++) {
                block[SIZE + SIZE_BYTES - 1 - i] = (byte) (size >>> (8 * i));
            }
        }
        put(block, 136, octal(0, SIZE_BYTES - 1));
        block[TYPE] = (byte) type;
        put(block, MAGIC, "ustar\00000");
        put(block, CHECKSUM, octal(checksum(block), CHECKSUM_BYTES - 2) + "\0 ");
        return block;
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    private static String octal(long value, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "o", value);
    }

    /** The sum over the block as if the field of the sum held blanks. */
    private static int checksum(byte[] block) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES ? ' ' : block[i] & 0xff;
        }
        return sum;
    }

    static boolean isEnd(byte[] block) {
        return Arrays.equals(block, new byte[BLOCK]);
    }

    /** Whether a block may begin a tar. */
    static boolean isHeader(byte[] block) {
        return block.length == BLOCK && text(block, MAGIC, 5).equals("ustar");
    }

    /**
     * What a header states.
     *
     * @param type {@link #FILE}, {@link #FOLDER} or any other letter
     */
    record Entry(String name, char type, long size) {}

    /** @throws IOException where it is damaged */
    static Entry read(byte[] block) throws IOException {
        if (!isHeader(block) || number(block, CHECKSUM, CHECKSUM_BYTES) != checksum(block)) {
            throw new IOException("a tar header is damaged");
        }
        String prefix = text(block, PREFIX, PREFIX_BYTES);
        String name = text(block, NAME, NAME_BYTES);
        char type = block[TYPE] == 0 ? FILE : (char) (block[TYPE] & 0xff);
        // GNU's own format keeps times where POSIX keeps the prefix; it marks itself by a blank after the magic.
        boolean posix = block[MAGIC + 5] == 0;
        return new Entry(
                posix && !prefix.isEmpty() ? prefix + "/" + name : name, type, number(block, SIZE, SIZE_BYTES));
    }

    private static String text(byte[] block, int at, int most) {
        int end = at;
        while (end < at + most && block[end] != 0) {
            end++;
        }
        return new String(block, at, end - at, StandardCharsets.UTF_8);
    }

    private static long number(byte[] block, int at, int bytes) throws IOException {
        long value = 0;
        if ((block[at] & 0x80) != 0) {
            for (int i = at + 1; i < at + bytes; i++) {
                if (value >= 1L << 55) {
                    throw new IOException("a tar entry claims more bytes than can be");
                }
                value = value << 8 | (block[i] & 0xff);
            }
            return value;
        }
        String digits = text(block, at, bytes).trim();
        if (!digits.matches("[0-7]{1,12}")) {
            throw new IOException("a tar header has the number (" + digits + ")");
        }
        return Long.parseLong(digits, 8);
    }
}
