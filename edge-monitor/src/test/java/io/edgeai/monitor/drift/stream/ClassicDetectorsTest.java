package io.edgeai.monitor.drift.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The known detectors against their definitions, computed over all rows anew, and against published figures. */
class ClassicDetectorsTest {
    private static double[] stream(long seed, int rows, int change, double before, double after) {
        Random random = new Random(seed);
        double[] out = new double[rows];
        for (int i = 0; i < rows; i++) {
            out[i] = random.nextDouble() < (i < change ? before : after) ? 1 : 0;
        }
        return out;
    }

    private static int firstAlarm(ChangeDetector detector, double[] values) {
        for (int i = 0; i < values.length; i++) {
            if (detector.update(values[i])) {
                return i;
            }
        }
        return -1;
    }

    private static double mean(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }

    /** Whatever its buckets, the mean of ADWIN is that of its last rows, also after cuts. */
    @Test
    void adwinKeepsTheMeanOfItsWindow() {
        double[] values = stream(3, 6000, 3000, 0.1, 0.4);
        Adwin adwin = Adwin.ofDefaults();
        int cuts = 0;
        for (int i = 0; i < values.length; i++) {
            cuts += adwin.update(values[i]) ? 1 : 0;
            if (i % 97 == 0 || i == values.length - 1) {
                assertThat(adwin.mean())
                        .as("row %s", i)
                        .isCloseTo(mean(values, i + 1 - (int) adwin.width(), i + 1), within(1e-9));
            }
        }
        assertThat(cuts).isPositive();
        assertThat(adwin.width()).isBetween(2500L, 3200L);
    }

    /** Median delays of ADWIN in MOA, within a sixth. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.10, 696", "0.05, 0.20, 120", "0.20, 0.30, 440", "0.20, 0.50, 88"})
    void adwinIsAsQuickAsMoas(double before, double after, double median) {
        List<Integer> delays = new ArrayList<>();
        for (int seed = 0; seed < 100; seed++) {
            delays.add(Errors.delay(Adwin.ofDefaults(), before, after, 5000, seed));
        }
        Collections.sort(delays);
        assertThat((double) delays.get(50)).isCloseTo(median, within(median / 6));
    }

    @Test
    void pageAndHinkleyAreTheirSums() {
        double[] values = stream(5, 3000, 1500, 0.1, 0.4);
        int expected = -1;
        double sum = 0;
        double lowest = 0;
        for (int n = 1; n <= values.length && expected < 0; n++) {
            sum = 0.9999 * sum + values[n - 1] - mean(values, 0, n) - 0.005;
            lowest = Math.min(lowest, sum);
            expected = n >= 30 && sum - lowest > 50 ? n - 1 : -1;
        }
        assertThat(firstAlarm(PageHinkley.ofDefaults(), values))
                .isEqualTo(expected)
                .isGreaterThan(1500);
    }

    @Test
    void driftDetectionIsThreeDeviationsAboveTheLowest() {
        double[] values = stream(6, 3000, 2000, 0.2, 0.5);
        int expected = -1;
        double lowest = Double.MAX_VALUE;
        double limit = 0;
        for (int n = 30; n <= values.length && expected < 0; n++) {
            double p = mean(values, 0, n);
            double s = Math.sqrt(p * (1 - p) / n);
            if (p + s <= lowest) {
                lowest = p + s;
                limit = p + 3 * s;
            }
            expected = p + s > limit ? n - 1 : -1;
        }
        assertThat(firstAlarm(new DriftDetectionMethod(), values))
                .isEqualTo(expected)
                .isGreaterThan(2000);
    }

    @Test
    void hoeffdingComparesTheBestCutWithAllRows() {
        double[] values = stream(7, 4000, 2000, 0.2, 0.5);
        double log = Math.log(1000);
        int expected = -1;
        for (int n = 1; n <= values.length && expected < 0; n++) {
            int cut = 1;
            double best = Double.MAX_VALUE;
            for (int k = 1; k <= n; k++) {
                double upper = mean(values, 0, k) + Math.sqrt(log / (2.0 * k));
                cut = upper <= best ? k : cut;
                best = Math.min(best, upper);
            }
            double allowed = Math.sqrt((n - cut) / (2.0 * cut * n) * log);
            expected = cut < n && mean(values, 0, n) - mean(values, 0, cut) >= allowed ? n - 1 : -1;
        }
        assertThat(firstAlarm(HoeffdingDrift.ofDefaults(), values))
                .isEqualTo(expected)
                .isGreaterThan(2000);
    }

    /** Run lengths of the two-sided CUSUM with allowance ½ (Montgomery, Statistical Quality Control): 168 and 465. */
    @ParameterizedTest
    @CsvSource({"4, 168", "5, 465"})
    void cusumsThresholdFollowsFromTheRunLength(double threshold, double twoSided) {
        assertThat(Cusum.runLength(threshold) / 2).isCloseTo(twoSided, within(0.01 * twoSided));
    }

    @Test
    void cusumKeepsItsFalseAlarms() {
        Random random = new Random(9);
        int alarms = 0;
        Cusum cusum = Cusum.of(20_000, 1e-3);
        for (int i = 0; i < 20_000; i++) {
            cusum.update(50 + 3 * random.nextGaussian());
        }
        int rows = 0;
        while (rows < 400_000 && alarms < 1) {
            rows++;
            alarms += cusum.update(50 + 3 * random.nextGaussian()) ? 1 : 0;
        }
        assertThat(rows).as("rows until the first of one in 1000").isBetween(30, 8000);
        assertThat(cusum.lastChange().orElseThrow().before()).isCloseTo(50, within(0.1));
    }

    @Test
    void theLikelihoodRatioIsTheLargestOverAllSums() {
        Random random = new Random(10);
        double[] values = random.doubles(400).map(v -> 10 + v).toArray();
        for (int i = 300; i < 400; i++) {
            values[i] += 0.4;
        }
        double mean = mean(values, 0, 100);
        double squares = 0;
        for (int i = 0; i < 100; i++) {
            squares += (values[i] - mean) * (values[i] - mean);
        }
        double deviation = Math.sqrt(squares / 99);
        int expected = -1;
        for (int n = 100; n < values.length && expected < 0; n++) {
            double sum = 0;
            for (int start = n; start >= 100 && n - start < 50; start--) {
                sum += (values[start] - mean) / deviation;
                expected = sum * sum / (2 * (n - start + 1)) >= 12 ? n : expected;
            }
        }
        assertThat(firstAlarm(LikelihoodRatio.of(100, 50, 12), values))
                .isEqualTo(expected)
                .isGreaterThan(299);
    }

    /** KSWIN sees what moves no mean. */
    @Test
    void kswinFindsAChangeOfSpread() {
        Random random = new Random(11);
        double[] values = new double[1500];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian() * (i < 1000 ? 1 : 5);
        }
        assertThat(firstAlarm(Kswin.ofDefaults(), values)).isBetween(1010, 1070);
    }
}
