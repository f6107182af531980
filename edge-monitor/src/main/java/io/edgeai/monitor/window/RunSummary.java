package io.edgeai.monitor.window;

import io.edgeai.monitor.metric.BatchSizes;
import io.edgeai.monitor.metric.RunHistogram;

/**
 * How a version's answers came about in one window: what they waited, and the runs of the model that gave them. NaN where
 * nothing ran or nothing is known.
 *
 * @param runs of the model, 0 where nothing ran
 * @param sizes how many of them served how many requests
 * @param meanBatch requests of a run
 * @param meanWaitNanos from the call, or from when a request was put into the queue, until its run began; 0 for who did not wait
 * @param p99WaitNanos 99th percentile of the same
 * @param meanComputeNanos of a run
 * @param p99ComputeNanos 99th percentile of the same
 * @param joules energy of the processors by the share of the version's runs; NaN where it cannot be read
 */
public record RunSummary(
        long runs,
        BatchSizes sizes,
        double meanBatch,
        double meanWaitNanos,
        double p99WaitNanos,
        double meanComputeNanos,
        double p99ComputeNanos,
        double joules) {
    /** Nothing is known, as of windows that an earlier version of the library recorded. */
    public static final RunSummary UNKNOWN =
            new RunSummary(0, BatchSizes.NONE, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    /** @param joulesPerSecond energy of a second of a run, NaN where it is not known */
    static RunSummary of(RunHistogram seen, double joulesPerSecond) {
        return new RunSummary(
                seen.runs(),
                seen.sizes(),
                seen.meanSize(),
                seen.waits().mean(),
                seen.waits().quantile(0.99),
                seen.computes().mean(),
                seen.computes().quantile(0.99),
                seen.runs() == 0
                        ? Double.NaN
                        : joulesPerSecond * seen.runs() * seen.computes().mean() * 1e-9);
    }

    RunSummary joules(double known) {
        return new RunSummary(
                runs, sizes, meanBatch, meanWaitNanos, p99WaitNanos, meanComputeNanos, p99ComputeNanos, known);
    }

    /** Nanoseconds of a run for each of its requests; NaN where nothing ran. */
    public double computeNanosPerRequest() {
        return meanComputeNanos / meanBatch;
    }
}
