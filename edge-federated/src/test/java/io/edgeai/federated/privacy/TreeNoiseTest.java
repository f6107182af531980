package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Noise of prefix sums against its closed form, and what one participant can change of a tree against all ways to do so. */
class TreeNoiseTest {
    private static final int SIZE = 20_000;

    private static TreeNoise tree(int key) {
        byte[] bytes = new byte[16];
        bytes[15] = (byte) key;
        return new TreeNoise(bytes);
    }

    private static double[] increment(TreeNoise tree, int round) {
        double[] sum = new double[SIZE];
        tree.addTo(sum, round, 3, 0.5);
        return sum;
    }

    private static double meanProduct(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++) {
            sum += a[i] * b[i];
        }
        return sum / SIZE;
    }

    /**
     * The sum of t rounds has the noise of the nodes that t is made of, deviation 3 · 0.5 each: as many as it has bits set. Two
     * sums have in common the nodes that both are made of.
     */
    @Test
    void prefixSumsHaveTheNoiseOfTheirNodes() {
        TreeNoise tree = tree(1);
        double[][] prefixes = new double[17][SIZE];
        for (int t = 1; t <= 16; t++) {
            double[] more = increment(tree, t);
            for (int i = 0; i < SIZE; i++) {
                prefixes[t][i] = prefixes[t - 1][i] + more[i];
            }
        }
        double variance = 2.25;
        for (int t = 1; t <= 16; t++) {
            for (int s = 1; s <= t; s++) {
                int common = 0;
                for (int level = 0; level < 5; level++) {
                    boolean both = (t >> level & 1) == 1 && (s >> level & 1) == 1;
                    common += both && t >> level == s >> level ? 1 : 0;
                }
                int nodes = Integer.bitCount(t) * Integer.bitCount(s);
                assertThat(meanProduct(prefixes[t], prefixes[s]))
                        .as("rounds %s and %s, six deviations", t, s)
                        .isCloseTo(common * variance, within(6 * variance * Math.sqrt(2.0 * nodes / SIZE)));
            }
        }
    }

    @Test
    void aRoundThatIsRepeatedHasTheSameNoiseAndAnotherKeyAnother() {
        double[] once = increment(tree(1), 12);
        assertThat(increment(tree(1), 12)).isEqualTo(once);
        assertThat(meanProduct(once, increment(tree(2), 12))).isCloseTo(0, within(6 * 2.25 * 4 / Math.sqrt(SIZE)));
    }

    @Test
    void theSumIsKeptButForItsGrid() {
        double[] sum = new double[SIZE];
        Arrays.setAll(sum, i -> Math.sin(i));
        double[] noise = increment(tree(1), 8);
        tree(1).addTo(sum, 8, 3, 0.5);
        for (int i = 0; i < SIZE; i++) {
            assertThat(sum[i] - noise[i]).isCloseTo(Math.sin(i), within(1.5 * 0x1p-24));
        }
    }

    /** Every set of steps that one may take part in. */
    private static double worst(int steps, int times, int separation) {
        double worst = 0;
        for (int set = 0; set < 1 << steps; set++) {
            if (Integer.bitCount(set) <= times && apart(set, separation)) {
                double squares = 0;
                for (int length = 1; length <= steps; length *= 2) {
                    for (int from = 0; from < steps; from += length) {
                        int held = Integer.bitCount(set >> from & (1 << length) - 1);
                        squares += held * held;
                    }
                }
                worst = Math.max(worst, squares);
            }
        }
        return worst;
    }

    private static boolean apart(int set, int separation) {
        for (int gap = 1; gap < separation; gap++) {
            if ((set & set >> gap) != 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void noParticipantChangesMoreThanIsCounted() {
        for (int steps = 1; steps <= 12; steps++) {
            for (int times = 1; times <= steps; times++) {
                for (int separation = 1; separation <= steps; separation++) {
                    double counted = TreeSensitivity.squared(steps, times, separation);
                    assertThat(counted)
                            .as("%s steps, %s times, %s apart", steps, times, separation)
                            .isBetween(worst(steps, times, separation), 2 * worst(steps, times, separation));
                }
            }
        }
    }

    /** Once: one node of each level. In all steps of a power of two: all nodes are full. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1", "7, 1, 1, 3", "8, 1, 1, 4", "100, 1, 9, 7", "8, 8, 1, 120", "16, 4, 4, 36"})
    void knownSensitivities(int steps, int times, int separation, double squared) {
        assertThat(TreeSensitivity.squared(steps, times, separation)).isEqualTo(squared);
    }
}
