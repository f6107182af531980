package io.edgeai.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

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

    @Test
    void aUnitStaysWithItsVersionWhenOnlyLaterArmsChange() {
        TrafficSplit half = TrafficSplit.all(V1).and(V2, 1);
        for (int i = 0; i < 1000; i++) {
            String unit = "device-" + i;
            assertThat(half.armOf(unit)).isEqualTo(half.armOf(unit));
            assertThat(TrafficSplit.all(V1).and(V2, 1).armOf(unit)).isEqualTo(half.armOf(unit));
        }
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
        assertThatThrownBy(() -> TrafficSplit.of(java.util.List.of())).isInstanceOf(InvalidInputException.class);
    }
}
