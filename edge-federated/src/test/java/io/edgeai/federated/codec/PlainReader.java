package io.edgeai.federated.codec;

/** Reads messages slowly, bit by bit, from what the format says and nothing of the codec. */
final class PlainReader {
    private static final int[] BITS = {32, 16, 16, 8, 4, 2, 1, 0, 3};
    private static final int[] MOST = {0, 0, 0, 127, 7, 1, 0, 0, 3};

    private final byte[] message;
    private int at = 12;

    PlainReader(byte[] message) {
        this.message = message;
    }

    private int byteAt(int index) {
        return message[index] & 0xff;
    }

    private long number(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value += (long) byteAt(at++) << 8 * i;
        }
        return value;
    }

    double[] values() {
        int kind = byteAt(5);
        int size = byteAt(8) + (byteAt(9) << 8) + (byteAt(10) << 16) + (byteAt(11) << 24);
        double[] values = new double[size];
        if (kind < 3) {
            for (int i = 0; i < size; i++) {
                long bits = number(BITS[kind] / 8);
                values[i] = kind == 1 ? half((int) bits) : Float.intBitsToFloat((int) (kind == 0 ? bits : bits << 16));
            }
        } else if (kind != 7) {
            values = blocks(kind, size);
        } else {
            int[] places = places((int) number(4));
            double[] kept = blocks(3, places.length);
            for (int i = 0; i < kept.length; i++) {
                values[places[i]] = kept[i];
            }
        }
        return values;
    }

    int bytesRead() {
        return at;
    }

    private int[] places(int count) {
        int[] places = new int[count];
        int last = -1;
        for (int i = 0; i < count; i++) {
            int gap = 0;
            int factor = 1;
            boolean more = true;
            while (more) {
                int next = (int) number(1);
                gap += (next % 128) * factor;
                factor *= 128;
                more = next >= 128;
            }
            last += gap;
            places[i] = last;
        }
        return places;
    }

    private double[] blocks(int kind, int size) {
        double[] values = new double[size];
        for (int from = 0; from < size; from += 64) {
            int length = Math.min(64, size - from);
            double scale = half((int) number(2));
            for (int i = 0; i < length; i++) {
                int code = 0;
                for (int bit = 0; bit < BITS[kind]; bit++) {
                    int place = i * BITS[kind] + bit;
                    code += (byteAt(at + place / 8) >> place % 8 & 1) << bit;
                }
                values[from + i] = scale * (kind == 6 ? (code == 1 ? 1 : -1) : code - MOST[kind]);
            }
            at += (length * BITS[kind] + 7) / 8;
        }
        return values;
    }

    /** IEEE 754: the sign, 2 to the exponent − 15, and 1 + fraction / 1024, or without the 1 where the exponent is 0. */
    static double half(int bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double size = exponent == 0 ? fraction * 0x1p-24 : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
        return (bits & 0x8000) == 0 ? size : -size;
    }
}
