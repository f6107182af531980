package io.edgeai.federated.secagg;

/** Arithmetic modulo the prime 2⁶¹ − 1. All arguments and results are 0 to 2⁶¹ − 2. */
final class Field {
    static final long PRIME = (1L << 61) - 1;

    private Field() {}

    static long add(long a, long b) {
        long sum = a + b;
        return sum >= PRIME ? sum - PRIME : sum;
    }

    static long subtract(long a, long b) {
        return a >= b ? a - b : a - b + PRIME;
    }

    static long multiply(long a, long b) {
        long low = a * b;
        long high = Math.multiplyHigh(a, b);
        return add(low & PRIME, high << 3 | low >>> 61);
    }

    /** By Fermat: the power of PRIME − 2. */
    static long inverse(long a) {
        long result = 1;
        long square = a;
        for (long power = PRIME - 2; power > 0; power >>= 1) {
            if ((power & 1) == 1) {
                result = multiply(result, square);
            }
            square = multiply(square, square);
        }
        return result;
    }
}
