package io.edgeai.samples.bench;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures one or several tasks in turns: each round runs every task for an equal share of time, in an order that is
 * reversed every second round, so that a slow moment of the machine hits all alike. Immutable.
 *
 * @param duration time to measure in all, warm-up not counted
 * @param rounds turns each task gets, at least 2
 * @param threads callers at once, at least 1
 * @param warmUp time each task runs before anything counts
 */
public record PairedBench(Duration duration, int rounds, int threads, Duration warmUp) {
    public PairedBench {
        if (duration.isZero() || duration.isNegative() || warmUp.isNegative()) {
            throw new InvalidInputException(
                    "duration (" + duration + ") must be positive and warmUp (" + warmUp + ") not negative.");
        }
        if (rounds < 2 || rounds > 10_000 || threads < 1 || threads > 1024) {
            throw new InvalidInputException(
                    "rounds (" + rounds + ") must be 2 to 10000 and threads (" + threads + ") 1 to 1024.");
        }
    }

    /**
     * What one task showed.
     *
     * @param calls calls measured
     * @param p50Micros median of one call
     * @param p90Micros nine tenths of calls took no longer
     * @param p99Micros 99 of 100 calls took no longer
     * @param callsPerSecond of all threads together
     */
    public record Figures(long calls, double p50Micros, double p90Micros, double p99Micros, double callsPerSecond) {}

    /**
     * What all tasks showed.
     *
     * @param figures one for each task
     * @param ratios for each task after the first: its mean time of a call over the first's
     */
    public record Result(List<Figures> figures, List<RatioInterval> ratios) {
        public Result {
            figures = List.copyOf(figures);
            ratios = List.copyOf(ratios);
        }
    }

    /**
     * Measures. Blocks for about {@link #duration} and the warm-up.
     *
     * @param tasks each must be safe to call from {@link #threads} threads
     */
    public Result run(List<? extends Runnable> tasks, Ticker ticker, Progress progress) {
        if (tasks.isEmpty()) {
            throw new InvalidInputException("There are (0) tasks to measure. Maybe name a model.");
        }
        List<List<Latencies>> all = new ArrayList<>();
        List<double[]> means = new ArrayList<>();
        long[] calls = new long[tasks.size()];
        long[] busy = new long[tasks.size()];
        for (int t = 0; t < tasks.size(); t++) {
            all.add(new ArrayList<>());
            for (int i = 0; i < threads; i++) {
                all.get(t).add(new Latencies());
            }
            means.add(new double[rounds]);
        }
        ExecutorService callers = Executors.newFixedThreadPool(threads, EdgeThreads.named("bench"));
        try {
            for (Runnable task : tasks) {
                turn(callers, task, warmUp.toNanos(), fresh(), ticker);
            }
            long slice = Math.max(1, duration.toNanos() / rounds / tasks.size());
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < tasks.size(); i++) {
                    int t = round % 2 == 0 ? i : tasks.size() - 1 - i;
                    if (progress.cancelled()) {
                        throw new OperationCancelledException("The measurement was cancelled in round " + round + ".");
                    }
                    long[] turn = turn(callers, tasks.get(t), slice, all.get(t), ticker);
                    calls[t] += turn[0];
                    busy[t] += turn[1];
                    means.get(t)[round] = (double) turn[1] / turn[0];
                }
                progress.update("measure", round + 1L, rounds);
            }
        } finally {
            callers.shutdownNow();
        }
        List<Figures> figures = new ArrayList<>();
        List<RatioInterval> ratios = new ArrayList<>();
        for (int t = 0; t < tasks.size(); t++) {
            figures.add(figures(all.get(t), calls[t], busy[t]));
            if (t > 0) {
                ratios.add(RatioInterval.of(means.get(0), means.get(t), t));
            }
        }
        return new Result(figures, ratios);
    }

    private List<Latencies> fresh() {
        return java.util.stream.Stream.generate(Latencies::new).limit(threads).toList();
    }

    /** One turn: calls made by all threads, and the sum of the time they took. At least one call for each thread. */
    private long[] turn(ExecutorService callers, Runnable task, long nanos, List<Latencies> into, Ticker ticker) {
        List<Future<long[]>> futures = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Latencies mine = into.get(i);
            futures.add(callers.submit(() -> {
                long start = ticker.nanos();
                long before = start;
                long count = 0;
                do {
                    task.run();
                    long now = ticker.nanos();
                    mine.add(now - before);
                    before = now;
                    count++;
                } while (before - start < nanos);
                return new long[] {count, before - start};
            }));
        }
        long[] sum = new long[2];
        for (Future<long[]> future : futures) {
            long[] one = result(future);
            sum[0] += one[0];
            sum[1] += one[1];
        }
        return sum;
    }

    private static long[] result(Future<long[]> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("The measurement was interrupted.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new InferenceException("A measured call failed: " + e.getCause(), e.getCause());
        }
    }

    private Figures figures(List<Latencies> latencies, long calls, long busyNanos) {
        Latencies all = new Latencies();
        latencies.forEach(all::addAll);
        double[] percentiles = all.percentiles(0.5, 0.9, 0.99);
        return new Figures(
                calls,
                percentiles[0] / 1e3,
                percentiles[1] / 1e3,
                percentiles[2] / 1e3,
                calls * 1e9 * threads / busyNanos);
    }
}
