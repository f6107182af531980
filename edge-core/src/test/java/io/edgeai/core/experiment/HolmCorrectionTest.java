package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HolmCorrectionTest {
    /** R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm"). */
    @Test
    void agreesWithR() {
        assertThat(HolmCorrection.adjusted(0.01, 0.04, 0.03, 0.005)).containsExactly(0.03, 0.06, 0.06, 0.02);
    }

    /** The closed testing procedure with Bonferroni tests of all subsets, of which Holm's is the shortcut. */
    @Test
    void isTheClosureOfBonferronisTest() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 200; round++) {
            double[] p = random.doubles(5).map(u -> u * u).toArray();
            double[] adjusted = HolmCorrection.adjusted(p);
            for (int i = 0; i < p.length; i++) {
                double closed = 0;
                for (int subset = 1; subset < 1 << p.length; subset++) {
                    if ((subset >> i & 1) == 1) {
                        closed = Math.max(closed, bonferroni(p, subset));
                    }
                }
                assertThat(adjusted[i]).as("round " + round).isEqualTo(closed);
            }
        }
    }

    private static double bonferroni(double[] p, int subset) {
        double least = 1;
        for (int i = 0; i < p.length; i++) {
            least = (subset >> i & 1) == 1 ? Math.min(least, p[i]) : least;
        }
        return Math.min(1, Integer.bitCount(subset) * least);
    }

    @Test
    void nothingGivesNothing() {
        assertThat(HolmCorrection.adjusted()).isEmpty();
    }
}
