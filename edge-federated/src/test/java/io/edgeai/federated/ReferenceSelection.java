package io.edgeai.federated;

import io.edgeai.federated.selection.Selection;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The participants that the published FedProx code selects: in round r, from 1, {@code numpy.random.seed(r − 1)} and ten by
 * {@code choice(30, 10, replace=False)}; of these, with nine stragglers, one by {@code choice(ten, 1, replace=False)} is not
 * slow. The generator is MT19937 (Matsumoto and Nishimura 1998) with NumPy's legacy shuffle.
 */
record ReferenceSelection(boolean onlyTheQuick) implements Selection {
    private static final int PARTICIPANTS = 30;
    private static final int SELECTED = 10;

    @Override
    public int[] select(int round, int population, SplittableRandom random) {
        Twister twister = new Twister(round - 1);
        int[] selected = Arrays.copyOf(twister.permutation(PARTICIPANTS), SELECTED);
        return onlyTheQuick ? new int[] {selected[twister.permutation(SELECTED)[0]]} : selected;
    }

    private static final class Twister {
        private static final int N = 624;
        private static final int M = 397;

        private final int[] state = new int[N];
        private int at = N;

        Twister(int seed) {
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

        /** Uniform from 0 to {@code most}, by rejection. */
        private int upTo(int most) {
            int mask = Integer.highestOneBit(most) * 2 - 1;
            int value = next() & mask;
            while (value > most) {
                value = next() & mask;
            }
            return value;
        }

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
    }
}
