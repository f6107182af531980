package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingIntervalTest {
    @Test
    void untilThereIsAGapItIsFiveMinutes() {
        SamplingInterval interval = new SamplingInterval();
        assertThat(interval.seconds()).isEqualTo(300);
        interval.learn(5_000_000);
        assertThat(interval.seconds()).isEqualTo(300);
        interval.learn(5_060_000);
        assertThat(interval.seconds()).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itIsTheMedianOfTheLastThirtyOnePositiveGaps(long seed) {
        Random random = new Random(seed);
        SamplingInterval interval = new SamplingInterval();
        List<Double> gaps = new ArrayList<>();
        long at = 1_000_000_000_000L;
        interval.learn(at);
        int[] common = {10_000, 10_000, 10_000, 60_000, 300_000};
        for (int i = 0; i < 3000; i++) {
            long gap = random.nextInt(8) == 0 ? random.nextInt(100_000) - 50_000 : common[random.nextInt(5)];
            at += gap;
            interval.learn(at);
            if (gap > 0) {
                gaps.add(gap * 1e-3);
            }
            if (!gaps.isEmpty()) {
                List<Double> last = new ArrayList<>(gaps.subList(Math.max(0, gaps.size() - 31), gaps.size()));
                Collections.sort(last);
                assertThat(interval.seconds()).as("seed %s row %s", seed, i).isEqualTo(last.get(last.size() / 2));
            }
        }
    }

    /** Usual gaps used to be left out once the ring was full, so that rare ones collected in it. */
    @Test
    void rareLongGapsDoNotBecomeTheUsualOne() {
        SamplingInterval interval = new SamplingInterval();
        long at = 0;
        for (int i = 0; i < 20_000; i++) {
            at += i % 100 == 50 ? 120_000 : 60_000;
            interval.learn(at);
            assertThat(interval.seconds()).as("row %s", i).isEqualTo(i < 1 ? 300 : 60);
        }
    }

    @Test
    void aNewPaceIsTakenOverAfterHalfTheGaps() {
        SamplingInterval interval = new SamplingInterval();
        long at = 0;
        for (int i = 0; i < 500; i++) {
            interval.learn(at += 300_000);
        }
        int rows = 0;
        while (interval.seconds() != 10) {
            interval.learn(at += 10_000);
            rows++;
        }
        assertThat(rows).isEqualTo(16);
    }

    @Test
    void repeatedAndBackwardTimesAreNoGaps() {
        SamplingInterval interval = new SamplingInterval();
        interval.learn(1_000_000);
        interval.learn(1_000_000);
        interval.learn(400_000);
        assertThat(interval.seconds()).isEqualTo(300);
        interval.learn(430_000);
        assertThat(interval.seconds()).isEqualTo(30);
    }
}
