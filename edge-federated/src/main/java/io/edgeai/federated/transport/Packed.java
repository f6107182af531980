package io.edgeai.federated.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Whole numbers modulo two to the power of some bits, lowest bits first, one behind the other. Stateless. */
final class Packed {
    private Packed() {}

    /** @param bits 1 to 32 */
    static byte[] write(int[] values, int bits) {
        byte[] bytes = new byte[length(values.length, bits)];
        if (bits == Integer.SIZE) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
            return bytes;
        }
        long mask = (1L << bits) - 1;
        long held = 0;
        int count = 0;
        int at = 0;
        for (int value : values) {
            held |= (value & mask) << count;
            count += bits;
            for (; count >= Byte.SIZE; count -= Byte.SIZE) {
                bytes[at++] = (byte) held;
                held >>>= Byte.SIZE;
            }
        }
        if (count > 0) {
            bytes[at] = (byte) held;
        }
        return bytes;
    }

    /** That many numbers, not negative where they have fewer than 32 bits. */
    static int[] read(byte[] bytes, int count, int bits) {
        int[] values = new int[count];
        if (bits == Integer.SIZE) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
            return values;
        }
        long mask = (1L << bits) - 1;
        long held = 0;
        int there = 0;
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (; there < bits; there += Byte.SIZE) {
                held |= (bytes[at++] & 0xffL) << there;
            }
            values[i] = (int) (held & mask);
            held >>>= bits;
            there -= bits;
        }
        return values;
    }

    private static int length(int count, int bits) {
        return (int) ((count * (long) bits + Byte.SIZE - 1) / Byte.SIZE);
    }
}
