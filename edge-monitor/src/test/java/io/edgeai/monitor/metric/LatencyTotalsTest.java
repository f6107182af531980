package io.edgeai.monitor.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyTotalsTest {
    @Test
    void countsBelowEveryPowerOfTwoAreExact() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        LatencyRecorder recorder = new LatencyRecorder();
        LatencyTotals totals = new LatencyTotals(recorder);
        long[] latencies = new long[5000];
        for (int i = 0; i < latencies.length; i++) {
            int power = random.nextInt(1, 41);
            latencies[i] =
                    (1L << power) + (random.nextInt(3) == 0 ? random.nextInt(-1, 2) : random.nextLong(1L << power));
            recorder.success(latencies[i]);
            if (i % 1000 == 0) {
                totals.read();
            }
        }

        LatencyTotals.Reading reading = totals.read();

        for (int power = 0; power < 42; power++) {
            long edge = 1L << power;
            assertThat(reading.below(power))
                    .as("seed %d, below 2^%d", seed, power)
                    .isEqualTo(
                            Arrays.stream(latencies).filter(each -> each < edge).count());
        }
    }

    @Test
    void failuresAreCountedApartAndNothingTwice() {
        LatencyRecorder recorder = new LatencyRecorder();
        recorder.success(1);
        LatencyTotals totals = new LatencyTotals(recorder);
        recorder.success(5);
        recorder.failure(7, new IllegalStateException());
        totals.read();
        recorder.success(9);

        LatencyTotals.Reading reading = totals.read();

        assertThat(reading.successes()).isEqualTo(2);
        assertThat(reading.failures()).isEqualTo(1);
        assertThat(reading.below(3)).isEqualTo(1);
    }
}
