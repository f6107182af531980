package io.edgeai.federated.codec;

import java.nio.ByteBuffer;

/** Codes of at most 8 bits, lowest first, packed into bytes. */
final class BitWriter {
    private final ByteBuffer out;
    private int held;
    private int count;

    BitWriter(ByteBuffer out) {
        this.out = out;
    }

    void put(int code, int bits) {
        held |= code << count;
        count += bits;
        while (count >= 8) {
            out.put((byte) held);
            held >>>= 8;
            count -= 8;
        }
    }

    /** Fills up the last byte. */
    void align() {
        if (count > 0) {
            out.put((byte) held);
            held = 0;
            count = 0;
        }
    }
}
