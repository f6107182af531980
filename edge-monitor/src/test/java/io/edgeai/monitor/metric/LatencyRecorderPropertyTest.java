package io.edgeai.monitor.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LatencyRecorderPropertyTest {
    private static final double[] QUANTILES = {0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1};

    @RepeatedTest(30)
    void quantilesAreWithinOneBinOfTheExactOrderStatistic(RepetitionInfo info) {
        long seed = info.getCurrentRepetition();
        Random random = new Random(seed);
        long[] latencies = latencies(random);
        LatencyRecorder recorder = new LatencyRecorder();
        LatencyRecorder.Snapshot before = recorder.snapshot();
        for (long latency : latencies) {
            recorder.success(latency);
        }
        LatencyHistogram seen = recorder.snapshot().since(before);
        Arrays.sort(latencies);
        assertThat(seen.successes()).isEqualTo(latencies.length);
        for (double q : QUANTILES) {
            long exact = latencies[(int) Math.max(0, Math.ceil(q * latencies.length) - 1)];
            assertThat(seen.quantile(q))
                    .as("seed %s, quantile %s", seed, q)
                    .isCloseTo((double) exact, within(exact / 128.0 + 1));
        }
        long largest = latencies[latencies.length - 1];
        assertThat(seen.max()).as("seed %s", seed).isBetween((double) largest, largest * (1 + 1 / 128.0) + 1);
    }

    private static long[] latencies(Random random) {
        double median = Math.exp(random.nextDouble() * Math.log(1e9));
        double spread = random.nextDouble() * 3;
        int count = 1 + random.nextInt(5000);
        return random.longs(count)
                .map(ignored -> (long) Math.min(4e12, median * Math.exp(spread * random.nextGaussian())))
                .toArray();
    }

    @Test
    void anEmptySpanHasNoQuantiles() {
        LatencyRecorder recorder = new LatencyRecorder();
        recorder.failure(5, new IllegalStateException());
        LatencyRecorder.Snapshot now = recorder.snapshot();
        LatencyHistogram nothing = now.since(now);
        assertThat(nothing.quantile(0.5)).isNaN();
        assertThat(nothing.max()).isNaN();
        assertThat(nothing.errors()).isZero();
    }

    @Test
    void failuresCountAsErrorsAndNotInTheLatencies() {
        LatencyRecorder recorder = new LatencyRecorder();
        LatencyRecorder.Snapshot before = recorder.snapshot();
        recorder.success(100);
        recorder.failure(1_000_000, new IllegalStateException());
        LatencyHistogram seen = recorder.snapshot().since(before);
        assertThat(seen.successes()).isEqualTo(1);
        assertThat(seen.errors()).isEqualTo(1);
        assertThat(seen.max()).isEqualTo(100);
    }

    @Test
    void aQuantileOutsideZeroToOneIsRefused() {
        LatencyRecorder.Snapshot now = new LatencyRecorder().snapshot();
        assertThatThrownBy(() -> now.since(now).quantile(99))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(99.0)");
        assertThatThrownBy(() -> now.since(now).quantile(Double.NaN)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void recordingDoesNotAllocate() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        LatencyRecorder recorder = new LatencyRecorder();
        IllegalStateException error = new IllegalStateException();
        long id = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getThreadAllocatedBytes(id);
            for (int i = 0; i < 100_000; i++) {
                recorder.success(i);
                recorder.failure(i, error);
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
        }
        assertThat(least).isLessThan(10_000);
    }
}
