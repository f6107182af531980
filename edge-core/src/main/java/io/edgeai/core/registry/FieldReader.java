package io.edgeai.core.registry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a list of texts as {@link io.edgeai.core.audit.Fields} puts them together: the length in bytes in decimal, a colon, the
 * bytes and a line feed. Not thread-safe.
 */
final class FieldReader {
    private static final int MOST_DIGITS = 10;

    private final byte[] bytes;
    private int end;
    private int next;
    private int begin;
    private int stop;

    FieldReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    /** Goes on at another place. */
    FieldReader at(int from, int to) {
        next = from;
        end = to;
        return this;
    }

    boolean more() {
        return next < end;
    }

    /** Where the next text begins with its length. */
    int position() {
        return next;
    }

    /** @throws IllegalArgumentException where no text follows */
    FieldReader next() {
        long length = 0;
        int at = next;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - next < MOST_DIGITS) {
            length = length * 10 + bytes[at++] - '0';
        }
        boolean whole = at > next && at < end && bytes[at] == ':' && length < end - at - 1;
        if (!whole || bytes[at + 1 + (int) length] != '\n') {
            throw new IllegalArgumentException("no text follows at " + next + " of " + end + " bytes");
        }
        begin = at + 1;
        stop = begin + (int) length;
        next = stop + 1;
        return this;
    }

    FieldReader skip(int texts) {
        for (int i = 0; i < texts; i++) {
            next();
        }
        return this;
    }

    String text() {
        return new String(bytes, begin, stop - begin, StandardCharsets.UTF_8);
    }

    /** The next text. */
    String nextText() {
        return next().text();
    }

    /** The next text, and the same object where it equals one that was there before. */
    String nextText(Known before) {
        next();
        return before.same(bytes, begin, stop) ? before.text : before.become(text(), bytes, begin, stop);
    }

    /** What follows the last '@' of the text, or all of it, as a number. */
    int number() {
        int from = stop;
        while (from > begin && bytes[from - 1] != '@') {
            from--;
        }
        return (int) digits(from);
    }

    long nextLong() {
        return next().digits(begin);
    }

    private long digits(int from) {
        boolean negative = from < stop && bytes[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < stop; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new NumberFormatException("(" + text() + ") is no number");
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    /** A text that was there before, and its bytes. */
    static final class Known {
        private byte[] bytes = new byte[0];
        private String text = "";

        private boolean same(byte[] others, int from, int to) {
            return Arrays.equals(bytes, 0, bytes.length, others, from, to);
        }

        private String become(String next, byte[] others, int from, int to) {
            bytes = Arrays.copyOfRange(others, from, to);
            text = next;
            return next;
        }
    }
}
