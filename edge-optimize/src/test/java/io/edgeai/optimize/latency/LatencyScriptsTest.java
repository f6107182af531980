package io.edgeai.optimize.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** Scripted times on a fake clock: what is reported follows from the script by hand. */
class LatencyScriptsTest {
    private static final long MILLI = 1_000_000;

    private long now;

    /** Runs of more than 50 ms are one a round, so round r compares one time of each: a closed form of medians. */
    @Test
    void speedupIsTheMedianOfThePairedRatios() {
        for (long seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            int rounds = 1 + random.nextInt(20);
            Script before = new Script(i -> 60 * MILLI, random, rounds);
            Script after = new Script(i -> 60 * MILLI, random, rounds);
            LatencyComparison result = measure(before, after, rounds);
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                ratios.add((double) before.times.get(3 + round) / after.times.get(3 + round));
            }
            Collections.sort(ratios);
            assertThat(result.speedup()).as("seed %d", seed).isEqualTo(ratios.get(rounds / 2));
            assertThat(result.lowestRound()).as("seed %d", seed).isEqualTo(ratios.get(0));
            assertThat(result.highestRound()).as("seed %d", seed).isEqualTo(ratios.get(rounds - 1));
            assertThat(result.original().runs()).isEqualTo(rounds);
            percentiles(before, rounds, result.original(), seed);
            percentiles(after, rounds, result.derived(), seed);
        }
    }

    private static void percentiles(Script script, int rounds, LatencySummary summary, long seed) {
        List<Long> sorted = new ArrayList<>(script.times.subList(3, 3 + rounds));
        Collections.sort(sorted);
        int rank = (int) Math.ceil(0.99 * rounds);
        assertThat(summary.p50Micros()).as("seed %d", seed).isEqualTo(sorted.get(rounds / 2) / 1e3);
        assertThat(summary.p99Micros()).as("seed %d", seed).isEqualTo(sorted.get(rank - 1) / 1e3);
        assertThat(summary.p50Micros()).isLessThanOrEqualTo(summary.p99Micros());
    }

    /** A machine that slows down steadily slows both: the ratio stays that of the models. */
    @Test
    void aSteadyDriftCancelsOut() {
        IntToLongFunction drift = i -> (long) (60 * MILLI * (1 + 0.02 * i));
        Script before = new Script(i -> 2 * drift.applyAsLong(i), new Random(1), 0);
        Script after = new Script(drift, new Random(1), 0);
        LatencyComparison result = measure(before, after, 40);
        assertThat(result.speedup()).isCloseTo(2, within(1e-6));
        assertThat(result.highestRound() - result.lowestRound()).isCloseTo(0, within(1e-6));
    }

    /** Runs a round follow from the slower model's warm-up: 4 ms are filled, with 4 to 200 runs, or one. */
    @Test
    void roundsAreFilledByTheSlowerModel() {
        long[][] expected = {
            {1_000, 200},
            {20_000, 200},
            {40_000, 100},
            {MILLI, 4},
            {3 * MILLI, 4},
            {50 * MILLI, 4},
            {51 * MILLI, 1},
            {90 * MILLI, 1}
        };
        for (long[] each : expected) {
            for (boolean slowerFirst : new boolean[] {true, false}) {
                Script slow = new Script(i -> each[0], new Random(1), 0);
                Script quick = new Script(i -> Math.max(1, each[0] / 7), new Random(1), 0);
                LatencyComparison result = slowerFirst ? measure(slow, quick, 3) : measure(quick, slow, 3);
                assertThat(result.original().runs()).as("%d ns", each[0]).isEqualTo((int) (3 * each[1]));
                assertThat(result.derived().runs()).isEqualTo(result.original().runs());
            }
        }
    }

    /** Half of the runs are interrupted: the undisturbed ones decide. */
    @Test
    void interruptionsOfHalfTheRunsDoNotCount() {
        Script calm = new Script(i -> i % 4 < 2 ? 4 * MILLI : 40 * MILLI, new Random(1), 0);
        Script busy = new Script(i -> i % 4 < 2 ? 2 * MILLI : 90 * MILLI, new Random(1), 0);
        assertThat(measure(calm, busy, 9).speedup()).isEqualTo(2);
    }

    @Test
    void aFirstRunThatLoadsTheModelDoesNotCount() {
        Script slowStart = new Script(i -> i == 0 ? 900 * MILLI : MILLI, new Random(1), 0);
        LatencyComparison result = measure(slowStart, new Script(i -> MILLI, new Random(1), 0), 5);
        assertThat(result.speedup()).isEqualTo(1);
        assertThat(result.original().runs()).isEqualTo(20);
        assertThat(result.original().p99Micros()).isEqualTo(1000);
    }

    @Test
    void aClockTooCoarseToSeeARunDividesByNothing() {
        LatencyComparison result =
                measure(new Script(i -> 0, new Random(1), 0), new Script(i -> 0, new Random(1), 0), 3);
        assertThat(result.speedup()).isFinite();
        assertThat(result.original().p50Micros()).isZero();
    }

    private LatencyComparison measure(Script before, Script after, int rounds) {
        return LatencyComparison.measure(before, after, Map.of(), rounds, () -> now, Progress.NONE);
    }

    /** A session whose i-th run takes the scripted time, up to doubled at random in the first runs asked for. */
    private final class Script implements InferenceSession {
        private final List<Long> times = new ArrayList<>();
        private final IntToLongFunction base;
        private final Random random;
        private final int noisy;

        private Script(IntToLongFunction base, Random random, int noisy) {
            this.base = base;
            this.random = random;
            this.noisy = noisy;
        }

        @Override
        public Signature signature() {
            return Signature.UNKNOWN;
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs, Duration deadline) {
            long time = base.applyAsLong(times.size());
            time += times.size() < 3 + noisy && noisy > 0 ? random.nextInt((int) time) : 0;
            times.add(time);
            now += time;
            return Map.of();
        }

        @Override
        public float[] predict(float[] input, long deadlineNanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
