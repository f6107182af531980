package io.edgeai.core.format;

import org.jspecify.annotations.Nullable;

/**
 * Unpacks Snappy's raw form (https://github.com/google/snappy, format_description.txt), in which TensorFlow packs the
 * index of variables: the length as a varint, then literals and copies of what was already written.
 */
final class Snappy {
    private static final int MOST = 16 << 20;
    /** A copy of three bytes makes at most 64. */
    private static final int MOST_RATIO = 22;

    private final byte[] in;
    private byte[] out = {};
    private int at;
    private int made;

    private Snappy(byte[] in) {
        this.in = in;
    }

    /** The unpacked bytes, or null where {@code packed} is damaged or would grow beyond what the form can hold. */
    static byte @Nullable [] unpack(byte[] packed) {
        Snappy snappy = new Snappy(packed);
        return snappy.run() ? snappy.out : null;
    }

    private boolean run() {
        long length = 0;
        int shift = 0;
        int b;
        do {
            if (at >= in.length || shift > 28) {
                return false;
            }
            b = in[at++];
            length |= (long) (b & 0x7f) << shift;
            shift += 7;
        } while (b < 0);
        if (length > MOST || length > (long) MOST_RATIO * in.length) {
            return false;
        }
        out = new byte[(int) length];
        while (at < in.length) {
            int tag = in[at++] & 0xff;
            if (!((tag & 3) == 0 ? literal(tag >>> 2) : copy(tag))) {
                return false;
            }
        }
        return made == out.length;
    }

    private boolean literal(int stated) {
        long length = stated + 1L;
        if (stated >= 60) {
            length = number(stated - 59) + 1;
        }
        if (length <= 0 || length > in.length - at || length > out.length - made) {
            return false;
        }
        System.arraycopy(in, at, out, made, (int) length);
        at += (int) length;
        made += (int) length;
        return true;
    }

    private boolean copy(int tag) {
        int length = (tag >>> 2) + 1;
        long back;
        if ((tag & 3) == 1) {
            length = (tag >>> 2 & 7) + 4;
            back = (long) (tag >>> 5) << 8 | number(1);
        } else {
            back = number((tag & 3) == 2 ? 2 : 4);
        }
        if (back <= 0 || back > made || length > out.length - made) {
            return false;
        }
        for (int i = 0; i < length; i++, made++) { // byte by byte: a copy may overlap itself
            out[made] = out[made - (int) back];
        }
        return true;
    }

    /** A little-endian number, or -1 at the end. */
    private long number(int bytes) {
        if (bytes > in.length - at) {
            return -1;
        }
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | (in[at + i] & 0xff);
        }
        at += bytes;
        return value;
    }
}
