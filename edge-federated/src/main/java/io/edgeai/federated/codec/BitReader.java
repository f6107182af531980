package io.edgeai.federated.codec;

import java.nio.ByteBuffer;

/** Reads what {@link BitWriter} wrote. */
final class BitReader {
    private final ByteBuffer in;
    private int held;
    private int count;

    BitReader(ByteBuffer in) {
        this.in = in;
    }

    int get(int bits) {
        if (count < bits) {
            held |= (in.get() & 0xff) << count;
            count += 8;
        }
        int code = held & (1 << bits) - 1;
        held >>>= bits;
        count -= bits;
        return code;
    }

    /** Skips the rest of the last byte. */
    void align() {
        held = 0;
        count = 0;
    }
}
