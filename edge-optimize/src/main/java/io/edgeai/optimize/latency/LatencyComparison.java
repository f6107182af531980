package io.edgeai.optimize.latency;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Arrays;
import java.util.Map;

/**
 * Two models measured in turns. The ratio is the median over rounds of the paired ratio of lower quartiles, so what
 * disturbs the machine for longer than a round cancels out, and what interrupts less than three runs of four does not
 * count.
 *
 * @param original the model before
 * @param derived the model after
 * @param speedup time before / time after; above 1 the derived model is faster
 * @param lowestRound smallest speedup of a round
 * @param highestRound largest speedup of a round
 * @param rounds rounds measured
 */
public record LatencyComparison(
        LatencySummary original,
        LatencySummary derived,
        double speedup,
        double lowestRound,
        double highestRound,
        int rounds) {
    private static final long ROUND_NANOS = 4_000_000;
    private static final int MOST_RUNS = 200;
    private static final int LEAST_RUNS = 4;
    private static final long LONG_RUN_NANOS = 50_000_000;

    /**
     * Measures both models on one input. Each round runs each model for about 4 ms, at least 4 times (once where a
     * run takes more than 50 ms) and at most 200 times; who goes first alternates. {@link Ticker#threadCpu()} suits
     * sessions of one thread, {@link Ticker#system()} any.
     *
     * @throws InvalidInputException for less than one round
     * @throws OperationCancelledException where the progress listener says so, between rounds
     */
    public static LatencyComparison measure(
            InferenceSession original,
            InferenceSession derived,
            Map<String, Tensor> feed,
            int rounds,
            Ticker ticker,
            Progress progress) {
        if (rounds < 1) {
            throw new InvalidInputException("rounds (" + rounds + ") must be at least 1.");
        }
        int runs = runsPerRound(original, derived, feed, ticker);
        long[] before = new long[runs * rounds];
        long[] after = new long[runs * rounds];
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Measuring latency was cancelled in round (" + round + ") of " + rounds + ".");
            }
            int at = round * runs;
            if (round % 2 == 0) {
                time(original, feed, before, at, runs, ticker);
                time(derived, feed, after, at, runs, ticker);
            } else {
                time(derived, feed, after, at, runs, ticker);
                time(original, feed, before, at, runs, ticker);
            }
            ratios[round] = (double) quartile(before, at, runs) / Math.max(1, quartile(after, at, runs));
            progress.update("latency", round + 1, rounds);
        }
        Arrays.sort(ratios);
        return new LatencyComparison(
                summary(before), summary(after), ratios[rounds / 2], ratios[0], ratios[rounds - 1], rounds);
    }

    private static int runsPerRound(InferenceSession a, InferenceSession b, Map<String, Tensor> feed, Ticker ticker) {
        long[] warm = new long[6];
        time(a, feed, warm, 0, 3, ticker);
        time(b, feed, warm, 3, 3, ticker);
        long slower = Math.max(Math.min(warm[1], warm[2]), Math.min(warm[4], warm[5]));
        long least = slower > LONG_RUN_NANOS ? 1 : LEAST_RUNS;
        return (int) Math.max(least, Math.min(MOST_RUNS, ROUND_NANOS / Math.max(1, slower)));
    }

    private static void time(
            InferenceSession session, Map<String, Tensor> feed, long[] into, int at, int runs, Ticker ticker) {
        for (int i = 0; i < runs; i++) {
            long start = ticker.nanos();
            session.run(feed);
            into[at + i] = ticker.nanos() - start;
        }
    }

    private static long quartile(long[] values, int from, int count) {
        long[] part = Arrays.copyOfRange(values, from, from + count);
        Arrays.sort(part);
        return part[count / 4];
    }

    private static LatencySummary summary(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return new LatencySummary(
                sorted[sorted.length / 2] / 1e3,
                sorted[Math.min(last, (int) Math.ceil(sorted.length * 0.99) - 1)] / 1e3,
                sorted.length);
    }
}
