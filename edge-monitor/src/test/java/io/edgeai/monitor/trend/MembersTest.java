package io.edgeai.monitor.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembersTest {
    private static final Offset<Double> CLOSE = within(1e-6);

    /** The regression as its definition says: standardised values, a penalty of ridge·rows, Gaussian elimination. */
    private static double[] regression(double[] y, int[] lags, double ridge, int horizon) {
        double mean = Arrays.stream(y).average().orElseThrow();
        double deviation = Math.sqrt(
                Arrays.stream(y).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
        double[] z = Arrays.stream(y).map(v -> (v - mean) / deviation).toArray();
        int most = lags[lags.length - 1];
        int k = lags.length;
        double[][] system = new double[k + 1][k + 2];
        for (int t = most; t < z.length; t++) {
            double[] row = new double[k + 2];
            for (int i = 0; i < k; i++) {
                row[i] = z[t - lags[i]];
            }
            row[k] = 1;
            row[k + 1] = z[t];
            for (int i = 0; i <= k; i++) {
                for (int j = 0; j <= k + 1; j++) {
                    system[i][j] += row[i] * row[j];
                }
            }
        }
        for (int i = 0; i < k; i++) {
            system[i][i] += ridge * (z.length - most);
        }
        double[] weights = eliminate(system);
        double[] line = Arrays.copyOf(z, z.length + horizon);
        double low = Arrays.stream(z).min().orElseThrow() - 0.5;
        double high = Arrays.stream(z).max().orElseThrow() + 0.5;
        for (int t = z.length; t < line.length; t++) {
            double next = weights[k];
            for (int i = 0; i < k; i++) {
                next += weights[i] * line[t - lags[i]];
            }
            line[t] = Math.max(low, Math.min(high, next));
        }
        return IntStream.range(z.length, line.length)
                .mapToDouble(t -> line[t] * deviation + mean)
                .toArray();
    }

    private static double[] eliminate(double[][] a) {
        int n = a.length;
        for (int i = 0; i < n; i++) {
            for (int r = 0; r < n; r++) {
                double factor = r == i ? 0 : a[r][i] / a[i][i];
                for (int c = i; c <= n; c++) {
                    a[r][c] -= factor * a[i][c];
                }
            }
        }
        return IntStream.range(0, n).mapToDouble(i -> a[i][n] / a[i][i]).toArray();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-4, 1e-2})
    void theAutoregressionIsTheRidgeRegressionOfItsDefinition(double ridge) {
        double[] values = Noise.autoregressive(new Random(4), 200, 0.8);
        for (int t = 0; t < values.length; t++) {
            values[t] = 50 + 3 * values[t] + 2 * Math.sin(t / 4.0);
        }
        int[] lags = {1, 2, 7};
        Member member = new RidgeAutoregression("r", values, false, lags, ridge, Double.POSITIVE_INFINITY);

        for (int origin : new int[] {120, 150, 200}) {
            member.advanceTo(origin);
            assertThat(member.forecast(30))
                    .as("origin %s", origin)
                    .containsExactly(regression(Arrays.copyOf(values, origin), lags, ridge, 30), CLOSE);
        }
    }

    @Test
    void logarithmsAreTakenBack() {
        double[] values = IntStream.range(0, 100)
                .mapToDouble(t -> 5 + Math.sin(t) + t % 7)
                .toArray();
        double[] logs = Arrays.stream(values).map(Math::log).toArray();
        int[] lags = {1, 3};
        Member member = new RidgeAutoregression("r", logs, true, lags, 1e-3, Double.POSITIVE_INFINITY);
        member.advanceTo(100);

        double[] expected =
                Arrays.stream(regression(logs, lags, 1e-3, 10)).map(Math::exp).toArray();
        assertThat(member.forecast(10)).containsExactly(expected, CLOSE);
    }

    /** Five cycles of [1, 2, 3] raised by 0, 10, 20, 90, 30; of the last five the middle is 20, of the last two the mean. */
    @Test
    void theMedianPassesOverADayUnlikeTheOthers() {
        double[] raised = {0, 10, 20, 90, 30};
        double[] values = IntStream.range(0, 15)
                .mapToDouble(t -> 1 + t % 3 + raised[t / 3])
                .toArray();
        Member median = new SeasonalMedian(values, 3);
        median.advanceTo(15);
        assertThat(median.forecast(4)).containsExactly(21, 22, 23, 21);
        Member young = new SeasonalMedian(values, 3);
        young.advanceTo(6);
        assertThat(young.forecast(2)).containsExactly(6, 7);
    }

    @Test
    void naiveRepeatsAndLevelledFollowsTheLevel() {
        double[] values = IntStream.range(0, 30)
                .mapToDouble(t -> (t < 24 ? 1 : 2) * (1 + t % 6 % 3))
                .toArray();
        Member naive = new SeasonalNaive(values, 3);
        Member levelled = new LevelledSeason(values, 3, 12, true);
        naive.advanceTo(30);
        levelled.advanceTo(30);

        assertThat(naive.forecast(5)).containsExactly(2, 4, 6, 2, 4);
        // the last 12 rows are 6 of each level; the mean is twice that of a long period before
        assertThat(levelled.forecast(3)).containsExactly(0.5 * 2 + 0.5 * 2, 0.5 * 4 + 0.5 * 4, 0.5 * 6 + 0.5 * 6);
        Member shifted = new LevelledSeason(values, 3, 12, false);
        shifted.advanceTo(30);
        assertThat(shifted.forecast(1)[0]).isEqualTo(0.5 * 2 + 0.5 * (1 + 4 - 2));
    }

    @Test
    void smoothingKeepsAnExactSeason() {
        double[] season = {4, 9, 2, 7};
        double[] values = IntStream.range(0, 60).mapToDouble(t -> season[t % 4]).toArray();
        Member winters = new HoltWinters(values, false, 4);
        Member theta = new Theta(values, false, 4);

        for (Member member : new Member[] {winters, theta}) {
            member.advanceTo(48);
            member.advanceTo(58);
            assertThat(member.forecast(4)).as(member.name()).containsExactly(new double[] {2, 7, 4, 9}, within(1e-2));
        }
    }

    /** Smoothing lags a line by a constant; half of the slope is Theta's drift, damped trend follows all of it. */
    @Test
    void aLineGoesOn() {
        double[] values = IntStream.range(0, 200).mapToDouble(t -> 10 + 0.5 * t).toArray();
        Member theta = new Theta(values, false, 1);
        Member holt = new HoltWinters(values, false);
        theta.advanceTo(200);
        holt.advanceTo(200);

        double[] drift = theta.forecast(9);
        assertThat(drift[8] - drift[0]).isCloseTo(8 * 0.25, within(1e-9));
        assertThat(holt.forecast(1)[0]).isCloseTo(10 + 0.5 * 200, within(0.3));
    }

    /** A period of 24 and one of 168: the lags that are known to serve hourly series. */
    @Test
    void lagsLieAroundThePeriods() {
        LagSets hourly = new LagSets(new int[] {24, 168}, 1000);

        assertThat(hourly.usual()).containsExactly(1, 2, 3, 23, 24, 25, 47, 48, 49, 72, 96, 120, 144, 167, 168, 169);
        assertThat(hourly.few()).containsExactly(1, 2, 24, 25, 48, 168, 169);
        assertThat(new LagSets(new int[] {24, 168}, 60).few()).containsExactly(1, 2, 24, 25, 48);
        assertThat(new LagSets(new int[0], 60).usual()).containsExactly(1, 2, 3);
        assertThat(hourly.dense()).hasSizeGreaterThan(50).contains(48, 72, 168, 170);
        assertThat(hourly.wide()).contains(4, 22, 191, 193).doesNotContain(5, 23 * 2);
    }
}
