package io.edgeai.federated;

import java.util.Arrays;

/** NumPy's legacy generator, {@code numpy.random.RandomState}: MT19937 (Matsumoto and Nishimura 1998), bounded by rejection. */
final class NumpyRandom {
    private static final int N = 624;
    private static final int M = 397;

    private final int[] state = new int[N];
    private int at = N;

    NumpyRandom(int seed) {
        state[0] = seed;
        for (int i = 1; i < N; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
        }
    }

    private int next() {
        if (at == N) {
            for (int i = 0; i < N; i++) {
                int y = state[i] & 0x80000000 | state[(i + 1) % N] & 0x7fffffff;
                state[i] = state[(i + M) % N] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
            }
            at = 0;
        }
        int y = state[at++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        return y ^ y >>> 18;
    }

    /** Uniform from 0 to {@code most}. */
    private int upTo(int most) {
        int mask = Integer.highestOneBit(most) * 2 - 1;
        int value = next() & mask;
        while (value > most) {
            value = next() & mask;
        }
        return value;
    }

    /** As {@code randint(low, high)}. */
    int between(int low, int high) {
        return low + upTo(high - 1 - low);
    }

    /** As {@code permutation(size)}. */
    int[] permutation(int size) {
        int[] all = new int[size];
        Arrays.setAll(all, i -> i);
        for (int i = size - 1; i > 0; i--) {
            int other = upTo(i);
            int held = all[i];
            all[i] = all[other];
            all[other] = held;
        }
        return all;
    }

    /** As {@code choice(among, count, replace=False)}. */
    int[] choice(int[] among, int count) {
        int[] order = permutation(among.length);
        int[] chosen = new int[count];
        Arrays.setAll(chosen, i -> among[order[i]]);
        return chosen;
    }
}
