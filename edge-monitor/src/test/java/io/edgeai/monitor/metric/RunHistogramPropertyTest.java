package io.edgeai.monitor.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Runs against lists of what was recorded. */
class RunHistogramPropertyTest {
    private final List<Long> waits = new ArrayList<>();
    private final List<Long> computes = new ArrayList<>();
    private final long[] sizes = new long[BatchSizes.CLASSES];
    private long requests;

    @RepeatedTest(20)
    void saysWhatWasRecordedSinceTheSnapshot(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        LatencyRecorder recorder = new LatencyRecorder();
        record(recorder, random, random.nextInt(300));
        LatencyRecorder.Snapshot before = recorder.snapshot();
        waits.clear();
        computes.clear();
        java.util.Arrays.fill(sizes, 0);
        requests = 0;
        record(recorder, random, 1 + random.nextInt(500));

        RunHistogram seen = recorder.snapshot().runsSince(before);

        assertThat(seen.runs()).as("seed %d", seed).isEqualTo(computes.size());
        assertThat(seen.meanSize()).isEqualTo((double) requests / computes.size());
        for (int i = 0; i < sizes.length; i++) {
            assertThat(seen.sizes().runs(i)).as("class %d, seed %d", i, seed).isEqualTo(sizes[i]);
        }
        close(seen.computes(), computes, seed);
        close(seen.waits(), waits, seed);
    }

    private void record(LatencyRecorder recorder, Random random, int runs) {
        for (int run = 0; run < runs; run++) {
            long nanos = 1 + random.nextLong(1L << (1 + random.nextInt(35)));
            computes.add(nanos);
            if (random.nextBoolean()) {
                recorder.success(nanos);
                waits.add(0L);
                requests++;
                sizes[0]++;
                continue;
            }
            int size = 1 + random.nextInt(40);
            recorder.ran(size, nanos);
            requests += size;
            int ofSize = 0;
            while ((1 << ofSize) < size) {
                ofSize++;
            }
            sizes[ofSize]++;
            for (int i = 0; i < size; i++) {
                long waited = random.nextLong(1L << 30);
                waits.add(waited);
                recorder.success(nanos + random.nextInt(2), waited);
            }
        }
    }

    private static void close(LatencyHistogram seen, List<Long> all, long seed) {
        List<Long> sorted = all.stream().sorted().toList();
        double mean = all.stream().mapToLong(Long::longValue).average().orElseThrow();
        double p99 = sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
        assertThat(seen.mean()).as("mean, seed %d", seed).isCloseTo(mean, within(mean / 128 + 1));
        assertThat(seen.quantile(0.99)).as("p99, seed %d", seed).isCloseTo(p99, within(p99 / 128 + 1));
    }

    @Test
    void classesOfSizeAreBoundedByPowersOfTwo() {
        for (int size = 1; size <= 20_000; size++) {
            int ofSize = BatchSizes.classOf(size);
            assertThat(size).isLessThanOrEqualTo(BatchSizes.largest(ofSize));
            if (ofSize > 0) {
                assertThat(size).isGreaterThan(BatchSizes.largest(ofSize - 1));
            }
        }
    }

    @Test
    void snapshotsOfTwoRecordersAddUp() {
        LatencyRecorder one = new LatencyRecorder();
        LatencyRecorder two = new LatencyRecorder();
        one.success(10);
        two.ran(2, 30);
        two.success(40, 10);
        two.success(50, 20);
        RunHistogram sum = one.snapshot().plus(two.snapshot()).runsSince(LatencyRecorder.Snapshot.EMPTY);
        assertThat(sum.runs()).isEqualTo(2);
        assertThat(sum.meanSize()).isEqualTo(1.5);
        assertThat(sum.waits().mean()).isEqualTo(10);
        assertThat(sum.computes().mean()).isEqualTo(20);
    }
}
