package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Neighbouring runs, rounds and participants must get seeds that have nothing in common. */
class SeedsPropertyTest {
    /** One round of scrambling is Java's SplittableRandom: its first output of seed s is the finalizer of s + γ. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, -1, 42, Long.MAX_VALUE, Long.MIN_VALUE})
    void eachStepIsTheFirstOutputOfASplittableRandom(long seed) {
        long once = new java.util.SplittableRandom(seed).nextLong();
        long twice = new java.util.SplittableRandom(once + 3).nextLong();
        assertThat(Seeds.mix(seed, 3, 9)).isEqualTo(new java.util.SplittableRandom(twice + 9).nextLong());
    }

    /** 400 000 seeds of a space of 2^64: a collision by chance has probability 4e-9. */
    @Test
    void noTwoPlacesShareASeed() {
        Set<Long> seen = new HashSet<>();
        int places = 0;
        for (long seed = -2; seed <= 2; seed++) {
            for (long round = 0; round < 200; round++) {
                for (long purpose = -2; purpose < 398; purpose++) {
                    seen.add(Seeds.mix(seed, round, purpose));
                    places++;
                }
            }
        }
        assertThat(seen).hasSize(places);
    }

    /** Swapping arguments must not give the same: round 3 of participant 7 is not round 7 of participant 3. */
    @Test
    void argumentsAreNotInterchangeable() {
        Set<Long> seen = new HashSet<>();
        long[] values = {0, 1, 2, 3, 7, -1, -2};
        for (long a : values) {
            for (long b : values) {
                for (long c : values) {
                    seen.add(Seeds.mix(a, b, c));
                }
            }
        }
        assertThat(seen).hasSize(343);
    }

    /**
     * Flipping any one bit of any argument flips each output bit half of the time: of n = 4000 trials the count is within
     * 5 standard deviations, √n/2 each.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void everyInputBitReachesEveryOutputBit(int argument) {
        int n = 4000;
        int[] flips = new int[64];
        for (int i = 0; i < n; i++) {
            long[] at = {i * 31L, i % 97, i % 1013};
            long before = Seeds.mix(at[0], at[1], at[2]);
            at[argument] ^= 1L << (i % 64);
            long changed = before ^ Seeds.mix(at[0], at[1], at[2]);
            for (int bit = 0; bit < 64; bit++) {
                flips[bit] += (int) (changed >>> bit & 1);
            }
        }
        double sigma = Math.sqrt(n) / 2;
        for (int bit = 0; bit < 64; bit++) {
            assertThat(Math.abs(flips[bit] - n / 2.0)).as("bit %d", bit).isLessThan(5 * sigma);
        }
    }

    /** χ² of 256 cells has mean 255 and deviation 22.6; six deviations is far out. */
    @ParameterizedTest
    @ValueSource(ints = {0, 13, 28, 40, 56})
    void seedsOfParticipantsFillAllCellsEqually(int shift) {
        int[] cells = new int[256];
        int n = 256 * 200;
        for (int participant = 0; participant < n; participant++) {
            cells[(int) (Seeds.mix(1, 1, participant) >>> shift) & 255]++;
        }
        double chi = 0;
        for (int cell : cells) {
            chi += (cell - 200.0) * (cell - 200.0) / 200;
        }
        assertThat(chi).isBetween(255 - 6 * 22.6, 255 + 6 * 22.6);
    }

    /** The first numbers drawn by generators of neighbouring seeds are not correlated: |r| < 5/√n. */
    @Test
    void generatorsOfNeighboursAreNotCorrelated() {
        int n = 20_000;
        double sum = 0;
        for (int participant = 0; participant < n; participant++) {
            double a = new java.util.SplittableRandom(Seeds.mix(5, 1, participant)).nextDouble() - 0.5;
            double b = new java.util.SplittableRandom(Seeds.mix(5, 1, participant + 1)).nextDouble() - 0.5;
            sum += 12 * a * b;
        }
        assertThat(Math.abs(sum / n)).isLessThan(5 / Math.sqrt(n));
    }
}
