package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The generalised likelihood ratio for a change of the mean of unknown size, in either direction (Lai 1995): the largest
 * S² / 2n over all sums S of the last n standardised values, n up to a window. Unlike {@link Cusum} it needs no size to
 * look for. O(window) a row. Not thread-safe.
 */
public final class LikelihoodRatio implements ChangeDetector {
    private final WarmUp baseline;
    private final double[] sums;
    private final double threshold;
    private double running;
    private long judged;
    private long rows;
    private @Nullable Change last;

    private LikelihoodRatio(int warmUp, int window, double threshold) {
        this.baseline = new WarmUp(warmUp);
        this.sums = new double[window + 1];
        this.threshold = threshold;
    }

    /** Learns from 500 rows, looks back 200, threshold 14: about one false alarm in 100,000 rows of Gaussian values. */
    public static LikelihoodRatio ofDefaults() {
        return of(500, 200, 14);
    }

    /**
     * @param warmUp rows that give mean and deviation, 30 or more
     * @param window rows to look back, 1 or more
     * @param threshold of the ratio's logarithm, above 0
     */
    public static LikelihoodRatio of(int warmUp, int window, double threshold) {
        if (warmUp < 30 || window < 1 || !(threshold > 0)) {
            throw new InvalidInputException("Warm-up (" + warmUp + ") is below 30, window (" + window
                    + ") below 1 or threshold (" + threshold + ") not above 0. Maybe use 500, 200 and 14.");
        }
        return new LikelihoodRatio(warmUp, window, threshold);
    }

    @Override
    public boolean update(double value) {
        rows++;
        if (!Double.isFinite(value) || baseline.learn(value)) {
            return false;
        }
        running += baseline.standard(value);
        sums[(int) (++judged % sums.length)] = running;
        long back = Math.min(judged, sums.length - 1L);
        double best = 0;
        long length = 1;
        for (long n = 1; n <= back; n++) {
            double sum = running - sums[(int) ((judged - n) % sums.length)];
            double ratio = sum * sum / (2 * n);
            if (ratio > best) {
                best = ratio;
                length = n;
            }
        }
        if (best < threshold) {
            return false;
        }
        last = new Change(rows - 1, rows - length, baseline.mean(), Double.NaN);
        baseline.restart();
        running = 0;
        judged = 0;
        sums[0] = 0;
        return true;
    }

    @Override
    public Optional<Change> lastChange() {
        return Optional.ofNullable(last);
    }

    @Override
    public long rows() {
        return rows;
    }
}
