package io.edgeai.federated.secagg;

/**
 * A piece of a vector, as whole numbers of one width, to which key streams of as many bytes are added or from which they are
 * taken away, four at a time. Loops over one kind of number, which the JIT turns into vector instructions. Not thread-safe.
 */
sealed interface LaneSum permits WordSum, HalfSum, ByteSum {
    /** @param bits of a number: 8, 16 or 32 */
    static LaneSum of(int bits, int bytes) {
        return switch (bits) {
            case Byte.SIZE -> new ByteSum(bytes);
            case Short.SIZE -> new HalfSum(bytes / Short.BYTES);
            default -> new WordSum(bytes / Integer.BYTES);
        };
    }

    /** Takes a piece from a vector, lowest bits. */
    void load(int[] values, int from, int length);

    /** Gives it back, not negative where a number has fewer than 32 bits. */
    void store(int[] values, int from, int length);

    void add(byte[] a, byte[] b, byte[] c, byte[] d);

    void take(byte[] a, byte[] b, byte[] c, byte[] d);
}
