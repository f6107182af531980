package io.edgeai.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficSplitTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);
    private static final VersionRef V2 = VersionRef.of("m", 2);
    private static final VersionRef V3 = VersionRef.of("m", 3);

    @Test
    void sharesFollowWeights() {
        TrafficSplit split = TrafficSplit.all(V1).and(V2, 2).and(V3, 7);
        int[] byUnit = new int[3];
        int[] byDraw = new int[3];
        SplittableRandom random = new SplittableRandom(5);
        int n = 200_000;
        for (int i = 0; i < n; i++) {
            byUnit[split.armOf("user-" + i)]++;
            byDraw[split.armOf(random.nextLong())]++;
        }
        double[] expected = {0.1, 0.2, 0.7};
        for (int arm = 0; arm < 3; arm++) {
            double fiveSigma = 5 * Math.sqrt(expected[arm] * (1 - expected[arm]) / n);
            assertThat(byUnit[arm] / (double) n).isEqualTo(expected[arm], within(fiveSigma));
            assertThat(byDraw[arm] / (double) n).isEqualTo(expected[arm], within(fiveSigma));
        }
    }

    /** Expected arms come from a separate implementation of the documented hash in Python. */
    @Test
    void aUnitMeetsTheSameVersionInEveryJvm() {
        TrafficSplit split = TrafficSplit.of(
                List.of(new TrafficSplit.Arm(V1, 5), new TrafficSplit.Arm(V2, 3), new TrafficSplit.Arm(V3, 2)));
        int[] plain = {2, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 2, 0, 2, 0, 0, 1, 1, 1, 0, 0, 0, 2};
        int[] salted = {0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 2, 1, 2, 0, 0, 0, 1, 2, 0, 1, 1, 1, 1, 2};
        for (int i = 0; i < plain.length; i++) {
            assertThat(split.armOf("user-" + i)).isEqualTo(plain[i]);
            assertThat(split.salt("salt").armOf("日本-" + i)).isEqualTo(salted[i]);
        }
    }

    @Test
    void raisingTheLastArmsShareMovesUnitsOnlyToIt() {
        TrafficSplit five = TrafficSplit.of(List.of(new TrafficSplit.Arm(V1, 95), new TrafficSplit.Arm(V2, 5)));
        TrafficSplit fifty = TrafficSplit.of(List.of(new TrafficSplit.Arm(V1, 50), new TrafficSplit.Arm(V2, 50)));
        for (int i = 0; i < 10_000; i++) {
            if (five.armOf("device-" + i) == 1) {
                assertThat(fifty.armOf("device-" + i)).isEqualTo(1);
            }
        }
    }

    /** Tails of the binomial distribution are summed exactly; one in 10⁹ runs of another hash would fail here. */
    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.05, 0.1, 0.5, 0.9, 0.999})
    void countsLieWithinExactBinomialBounds(double share) {
        TrafficSplit split =
                TrafficSplit.of(List.of(new TrafficSplit.Arm(V1, 1 - share), new TrafficSplit.Arm(V2, share)));
        int n = 20_000;
        int byUnit = 0;
        int byDraw = 0;
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < n; i++) {
            byUnit += split.armOf("s" + share + "-unit-" + i);
            byDraw += split.armOf(random.nextLong());
        }
        for (int count : new int[] {byUnit, byDraw}) {
            assertThat(binomialAtMost(count, n, share)).isGreaterThan(1e-9);
            assertThat(binomialAtMost(n - count, n, 1 - share)).isGreaterThan(1e-9);
        }
    }

    /** P(X ≤ k), from the logarithm of each term. */
    private static double binomialAtMost(int k, int n, double p) {
        double logTerm = n * Math.log1p(-p);
        double sum = Math.exp(logTerm);
        for (int i = 1; i <= k; i++) {
            logTerm += Math.log(n - i + 1.0) - Math.log(i) + Math.log(p) - Math.log1p(-p);
            sum += Math.exp(logTerm);
        }
        return sum;
    }

    @Test
    void anotherSaltDealsAnew() {
        TrafficSplit split = TrafficSplit.all(V1).and(V2, 1);
        TrafficSplit salted = split.salt("experiment-2");
        int moved = 0;
        for (int i = 0; i < 20_000; i++) {
            moved += split.armOf("u" + i) == salted.armOf("u" + i) ? 0 : 1;
        }
        assertThat(moved / 20_000.0).isEqualTo(0.5, within(5 * Math.sqrt(0.25 / 20_000)));
    }

    @Test
    void oneVersionTakesAllAndExtremeBitsAreSafe() {
        assertThat(TrafficSplit.all(V1).armOf("anyone")).isZero();
        TrafficSplit split = TrafficSplit.all(V1).and(V2, 1e-12);
        for (long bits : new long[] {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(split.armOf(bits)).isBetween(0, 1);
        }
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> TrafficSplit.all(V1).and(V1, 1)).isInstanceOf(InvalidInputException.class);
        for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> TrafficSplit.all(V1).and(V2, weight)).isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> TrafficSplit.of(List.of())).isInstanceOf(InvalidInputException.class);
        TrafficSplit huge = TrafficSplit.of(List.of(new TrafficSplit.Arm(V1, Double.MAX_VALUE)));
        assertThatThrownBy(() -> huge.and(V2, Double.MAX_VALUE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Infinity");
    }

    @Test
    void aWatchHearsOfEveryRequestAndChangesNoArm() {
        TrafficSplit plain = TrafficSplit.of(List.of(
                new TrafficSplit.Arm(VersionRef.of("m", 1), 1), new TrafficSplit.Arm(VersionRef.of("m", 2), 3)));
        List<String> heard = new ArrayList<>();
        TrafficSplit watched = plain.watched(new TrafficSplit.Watch() {
            @Override
            public void unit(long bits) {
                heard.add(Long.toHexString(bits));
            }

            @Override
            public void nobody() {
                heard.add("nobody");
            }
        });
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String unit = "u" + i;
            assertThat(watched.armOf(unit)).isEqualTo(plain.armOf(unit)).isEqualTo(plain.armOfBits(plain.bitsOf(unit)));
            assertThat(watched.armOf(plain.bitsOf(unit))).isEqualTo(plain.armOf(unit));
            expected.add(Long.toHexString(plain.bitsOf(unit)));
            expected.add("nobody");
            assertThat(watched.armOfBits(i)).as("no request").isEqualTo(plain.armOf((long) i));
        }
        assertThat(watched.salt("other").armOf("u"))
                .isEqualTo(plain.salt("other").armOf("u"));
        assertThat(heard).isEqualTo(expected);
    }
}
