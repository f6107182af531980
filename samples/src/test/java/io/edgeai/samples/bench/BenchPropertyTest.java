package io.edgeai.samples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BenchPropertyTest {
    /** On a clock that only the tasks move, a simulation of the documented turns gives the same figures. */
    @Test
    void figuresEqualASimulationOfTheTurns() {
        long seed = 400;
        Random random = new Random(seed);
        for (int round = 0; round < 25; round++) {
            int tasks = 1 + random.nextInt(3);
            int rounds = 2 + random.nextInt(6);
            long duration = (long) rounds * tasks * (1_000 + random.nextInt(50_000));
            long[] cost = random.longs(tasks, 50, 900).toArray();
            AtomicLong clock = new AtomicLong();
            List<Runnable> work = new ArrayList<>();
            for (long one : cost) {
                work.add(() -> clock.addAndGet(one));
            }
            PairedBench.Result result = new PairedBench(Duration.ofNanos(duration), rounds, 1, Duration.ofNanos(5_000))
                    .run(work, clock::get, Progress.NONE);

            long slice = duration / rounds / tasks;
            for (int t = 0; t < tasks; t++) {
                long callsInATurn = (slice + cost[t] - 1) / cost[t];
                PairedBench.Figures figures = result.figures().get(t);
                String where = "seed " + seed + ", round " + round;
                assertThat(figures.calls()).as(where).isEqualTo(callsInATurn * rounds);
                assertThat(figures.p50Micros()).as(where).isEqualTo(cost[t] / 1e3);
                assertThat(figures.p99Micros()).as(where).isEqualTo(cost[t] / 1e3);
                assertThat(figures.callsPerSecond()).as(where).isCloseTo(1e9 / cost[t], within(1e-3));
                if (t > 0) {
                    double ratio = (double) cost[t] / cost[0];
                    assertThat(result.ratios().get(t - 1).ratio()).as(where).isCloseTo(ratio, within(1e-9));
                    assertThat(result.ratios().get(t - 1).rounds()).isEqualTo(rounds);
                }
            }
        }
    }

    /** A machine that is slow in some rounds slows both tasks alike: the ratio does not see it. */
    @Test
    void slowMomentsOfTheMachineCancelOut() {
        Random random = new Random(401);
        AtomicLong clock = new AtomicLong();
        long[] load = {1};
        int[] turns = {0};
        Runnable first = () -> clock.addAndGet(1_000L * load[0]);
        Runnable second = () -> clock.addAndGet(1_500L * load[0]);
        PairedBench.Result result = new PairedBench(Duration.ofMillis(40), 20, 1, Duration.ZERO)
                .run(List.of(first, second), clock::get, (phase, done, total) -> {
                    load[0] = 1L + random.nextInt(10);
                    turns[0]++;
                });

        RatioInterval ratio = result.ratios().get(0);
        assertThat(turns[0]).isEqualTo(20);
        assertThat(ratio.ratio()).isCloseTo(1.5, within(1e-9));
        assertThat(ratio.high() - ratio.low()).isLessThan(1e-9);
        assertThat(ratio.clear()).isTrue();
    }

    @Test
    void percentilesOfAMixOfCallsAreNearestRanks() {
        AtomicLong clock = new AtomicLong();
        int[] call = {0};
        // of 100 calls 89 take 1 µs, 10 take 2 µs and one takes 5 µs
        Runnable task = () -> {
            int at = call[0]++ % 100;
            clock.addAndGet(at < 89 ? 1_000L : at < 99 ? 2_000L : 5_000L);
        };
        PairedBench.Figures figures = new PairedBench(Duration.ofNanos(2 * 114_000), 2, 1, Duration.ZERO)
                .run(List.of(task), clock::get, Progress.NONE)
                .figures()
                .get(0);

        // one warm-up call is made even where no time is given to it, so that the cycle begins at its second call
        assertThat(figures.p50Micros()).isEqualTo(1);
        assertThat(figures.p90Micros()).isEqualTo(2);
        assertThat(figures.p99Micros()).isEqualTo(2);
        assertThat(figures.calls()).isEqualTo(200);
    }

    @Test
    void everyCallerHasItsShare() {
        for (int threads = 1; threads <= 4; threads++) {
            AtomicLong calls = new AtomicLong();
            ThreadLocal<long[]> own = ThreadLocal.withInitial(() -> new long[1]);
            Runnable task = () -> {
                own.get()[0] += 1_000;
                calls.incrementAndGet();
            };
            PairedBench.Figures figures = new PairedBench(Duration.ofNanos(40_000), 4, threads, Duration.ZERO)
                    .run(List.of(task), () -> own.get()[0], Progress.NONE)
                    .figures()
                    .get(0);

            // 10 calls of 1 µs for each caller in each of 4 rounds
            assertThat(figures.calls()).isEqualTo(40L * threads);
            assertThat(calls.get()).isEqualTo(41L * threads);
            assertThat(figures.callsPerSecond()).isCloseTo(1e6 * threads, within(1e-3));
        }
    }

    @Test
    void nothingToMeasureIsRefused() {
        PairedBench bench = new PairedBench(Duration.ofMillis(1), 2, 1, Duration.ZERO);

        assertThatThrownBy(() -> bench.run(List.of(), System::nanoTime, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0) tasks");
    }

    /**
     * Of 400 simulated measurements of a known ratio the 95 % interval holds it about as often as it says; the
     * percentile bootstrap is known to be a little short for few rounds.
     */
    @Test
    void intervalsHoldTheTruthForAnyNoiseAndNumberOfRounds() {
        for (int rounds : new int[] {20, 60}) {
            for (double noise : new double[] {rounds == 20 ? 0.4 : 0.02}) {
                long seed = 1000L + rounds;
                Random random = new Random(seed);
                int covered = 0;
                int low = 0;
                for (int trial = 0; trial < 400; trial++) {
                    double[] first = new double[rounds];
                    double[] second = new double[rounds];
                    for (int i = 0; i < rounds; i++) {
                        double machine = Math.exp(random.nextGaussian());
                        first[i] = machine * Math.exp(noise * random.nextGaussian());
                        second[i] = 0.8 * machine * Math.exp(noise * random.nextGaussian());
                    }
                    RatioInterval interval = RatioInterval.of(first, second, trial);
                    assertThat(interval.ratio()).isBetween(interval.low(), interval.high());
                    covered += interval.low() <= 0.8 && 0.8 <= interval.high() ? 1 : 0;
                    low += interval.high() < 0.8 ? 1 : 0;
                }
                String where = "seed " + seed + ", noise " + noise;
                // binomial(400, 0.93) lies outside 346 to 396 with a probability below 1e-5
                assertThat(covered).as(where).isBetween(346, 396);
                // and errs to both sides
                assertThat(low).as(where).isBetween(1, 400 - covered);
            }
        }
    }

    /** Without a difference "clear" is said about one time in twenty. */
    @Test
    void equalTasksAreSeldomCalledClearlyDifferent() {
        long seed = 77;
        Random random = new Random(seed);
        int clear = 0;
        for (int trial = 0; trial < 400; trial++) {
            double[] first = random.doubles(40, 0.9, 1.1).toArray();
            double[] second = random.doubles(40, 0.9, 1.1).toArray();
            clear += RatioInterval.of(first, second, trial).clear() ? 1 : 0;
        }
        assertThat(clear).as("seed %d", seed).isBetween(4, 50);
    }

    @Test
    void intervalsTurnWithTheirPairAndScaleWithTheirUnit() {
        Random random = new Random(78);
        for (int trial = 0; trial < 50; trial++) {
            double[] first = random.doubles(15, 1, 3).toArray();
            double[] second = random.doubles(15, 1, 3).toArray();
            RatioInterval there = RatioInterval.of(first, second, trial);
            RatioInterval back = RatioInterval.of(second, first, trial);
            RatioInterval scaled = RatioInterval.of(
                    Arrays.stream(first).map(v -> v * 1024).toArray(),
                    Arrays.stream(second).map(v -> v * 1024).toArray(),
                    trial);

            assertThat(there).isEqualTo(RatioInterval.of(first, second, trial));
            assertThat(back.ratio()).isCloseTo(1 / there.ratio(), within(1e-12));
            assertThat(back.low()).isCloseTo(1 / there.high(), within(1e-9));
            assertThat(back.high()).isCloseTo(1 / there.low(), within(1e-9));
            assertThat(scaled.ratio()).isCloseTo(there.ratio(), within(1e-12));
            double product = 1;
            for (int i = 0; i < 15; i++) {
                product *= second[i] / first[i];
            }
            assertThat(there.ratio()).isCloseTo(Math.pow(product, 1 / 15.0), within(1e-12));
        }
    }

    @Test
    void syntheticNumbersAreStandardNormalAndSeeded() {
        for (ElementType type : List.of(ElementType.FLOAT, ElementType.DOUBLE)) {
            Signature signature = new Signature(List.of(TensorSpec.of("x", type, -1, 100)), List.of());
            Tensor made = SyntheticInputs.of(signature, 200, 5).get("x");
            double sum = 0;
            double squares = 0;
            double[] values = type == ElementType.DOUBLE ? made.doubles() : widened(made.floats());
            for (double value : values) {
                sum += value;
                squares += value * value;
            }
            // standard errors of 20,000 numbers: 0.007 and 0.01
            assertThat(sum / values.length).isCloseTo(0, within(0.035));
            assertThat(squares / values.length).isCloseTo(1, within(0.05));
            assertThat(SyntheticInputs.of(signature, 200, 6).get("x").bytes()).isNotEqualTo(made.bytes());
            assertThat(SyntheticInputs.of(signature, 200, 5).get("x").bytes()).isEqualTo(made.bytes());
        }
    }

    private static double[] widened(float[] floats) {
        double[] doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i]);
        return doubles;
    }
}
