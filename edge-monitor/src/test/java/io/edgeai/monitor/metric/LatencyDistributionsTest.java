package io.edgeai.monitor.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bound of one in 128 on distributions of very different shape, and the ends of the range. */
class LatencyDistributionsTest {
    private static final long LAST_LOWER = LatencyBins.lower(LatencyBins.COUNT - 1);

    private final LatencyRecorder recorder = new LatencyRecorder();
    private final LatencyRecorder.Snapshot opened = recorder.snapshot();

    private LatencyHistogram seen() {
        return recorder.snapshot().since(opened);
    }

    /** Shapes of latency. */
    enum Shape {
        UNIFORM(random -> 1e6 * random.nextDouble()),
        EXPONENTIAL(random -> -1e6 * Math.log(1 - random.nextDouble())),
        PARETO(random -> 1e3 * Math.pow(1 - random.nextDouble(), -1 / 0.7)),
        TWO_PEAKS(random ->
                random.nextInt(10) < 8 ? 5e4 + 1e3 * random.nextGaussian() : 3e8 + 1e6 * random.nextGaussian()),
        CONSTANT(random -> 123_456),
        SMALL_COUNTS(random -> random.nextInt(5)),
        POWERS_OF_TWO(random -> Math.pow(2, random.nextInt(40)));

        private final ToDoubleFunction<Random> draw;

        Shape(ToDoubleFunction<Random> draw) {
            this.draw = draw;
        }
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void everyPercentileIsWithinOneInAHundredTwentyEight(Shape shape) {
        for (long seed = 0; seed < 3; seed++) {
            LatencyRecorder.Snapshot before = recorder.snapshot();
            Random random = new Random(seed);
            long[] all = new long[20_000];
            for (int i = 0; i < all.length; i++) {
                all[i] = (long) Math.min(4e12, Math.max(0, shape.draw.applyAsDouble(random)));
                recorder.success(all[i]);
            }
            Arrays.sort(all);
            LatencyHistogram histogram = recorder.snapshot().since(before);
            double last = 0;
            for (int percent = 0; percent <= 100; percent++) {
                double seen = histogram.quantile(percent / 100.0);
                long exact = all[Math.max(0, (int) Math.ceil(percent / 100.0 * all.length) - 1)];
                assertThat(seen)
                        .as("%s seed %s at %s %%", shape, seed, percent)
                        .isCloseTo((double) exact, within(exact / 128.0 + 1e-9))
                        .isGreaterThanOrEqualTo(last);
                last = seen;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 255})
    void shortLatenciesAreExact(long latency) {
        for (int i = 0; i < 3; i++) {
            recorder.success(latency);
        }
        assertThat(seen().quantile(0.5)).isEqualTo((double) latency);
        assertThat(seen().max()).isEqualTo((double) latency);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE})
    void negativeLatenciesAreCountedAsZero(long latency) {
        recorder.success(latency);
        assertThat(seen().successes()).isEqualTo(1);
        assertThat(seen().quantile(1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 42, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void endlessLatenciesAreCountedInTheLastBin(long latency) {
        recorder.success(1000);
        recorder.success(latency);
        assertThat(seen().successes()).isEqualTo(2);
        assertThat(seen().quantile(1)).isBetween((double) LAST_LOWER, (double) (1L << 42));
        assertThat(seen().max()).isEqualTo((1L << 42) - 1.0);
        assertThat(seen().quantile(0.5)).isCloseTo(1000, within(8.0));
    }

    /** The parts of a split span add up to the span, whatever the cuts. */
    @Test
    void spansAddUp() {
        Random random = new Random(3);
        long successes = 0;
        long errors = 0;
        LatencyRecorder.Snapshot cut = opened;
        for (int part = 0; part < 50; part++) {
            for (int i = random.nextInt(500); i > 0; i--) {
                if (random.nextInt(10) == 0) {
                    recorder.failure(i, new IllegalStateException());
                } else {
                    recorder.success(random.nextInt(1 << 20));
                }
            }
            LatencyRecorder.Snapshot next = recorder.snapshot();
            successes += next.since(cut).successes();
            errors += next.since(cut).errors();
            cut = next;
            assertThat(seen().successes()).isEqualTo(successes);
            assertThat(seen().errors()).isEqualTo(errors);
        }
    }

    /** Which thread records does not matter for the distribution. */
    @Test
    void manyThreadsGiveTheSameHistogramAsOne() throws InterruptedException {
        LatencyRecorder alone = new LatencyRecorder();
        LatencyRecorder.Snapshot before = alone.snapshot();
        CountDownLatch done = new CountDownLatch(20);
        for (int t = 0; t < 20; t++) {
            long[] part = new Random(t).longs(2000, 0, 1L << 35).toArray();
            Arrays.stream(part).forEach(alone::success);
            new Thread(() -> {
                        Arrays.stream(part).forEach(recorder::success);
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        LatencyHistogram expected = alone.snapshot().since(before);
        for (double q = 0; q <= 1; q += 0.01) {
            assertThat(seen().quantile(q)).isEqualTo(expected.quantile(q));
        }
        assertThat(seen().successes()).isEqualTo(40_000);
    }
}
