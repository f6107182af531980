package io.edgeai.monitor.anomaly;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Finds a rise of an error rate from counts per window: a mixture of Shiryaev–Roberts statistics over five odds ratios
 * (1.6, 2.1, 3, 4.5, 8) against a held-back baseline. With a known baseline the mean time to a false alarm is at least
 * the threshold, in windows (Pollak 1985; Shin, Ramdas, Rinaldo, E-detectors, 2023); the threshold is 1.3 over the
 * budget, to pay for the baseline being an estimate.
 *
 * <p>Counts that come at other times than windows are reckoned in time: they add to the statistic as many windows as passed, so
 * that the mean time to a false alarm does not depend on how they come. Such counts may be many beside the
 * baseline, and weigh less for its own error: by the variance of a difference of two shares.
 *
 * <p>Windows enter the baseline only while nothing is suspicious, so a change does not hide itself. Errors that come in
 * bursts are allowed for by their overdispersion and by the tail of the statistic's own peaks; an alert of at most 8
 * windows that comes again is such a burst. Bursts of several windows of 1000 calls and more take up to twice the
 * budget. A rise that lasts 180 windows, and 20 counts, becomes the new usual, once. Silent for
 * the first 30 windows or counts and 200 calls, and until 3 errors or 1000 calls. Constant time and memory. Not thread-safe.
 */
public final class ErrorRateDetector {
    private static final double[] ODDS = {1.6, 2.1, 3, 4.5, 8};
    private static final int MIN_CALLS = 200;
    private static final int MIN_ERRORS = 3;
    private static final int SURE_CALLS = 1000;
    private static final int MIN_WINDOWS = 30;
    private static final double CAUTION = 1.3;
    private static final double DOUBT = 2.5;
    private static final int ADOPT_AFTER = 180;
    private static final int ADOPT_COUNTS = 20;
    private static final double LEAST_STEPS = 1e-4;
    private static final double LEAST_MARGIN = Math.log(2.6);
    private static final double STEPS_MEMORY = 100;
    private static final double FORGET_ABOVE = 5e6;
    private static final double HEADROOM = 3;
    private static final int BURST = 8;
    private static final double MAX_SQUARE = 1000;
    private static final double DISPERSION_MEMORY = 500;

    private final double logThreshold;
    private final double[] logStatistic = new double[ODDS.length];
    private double calls;
    private double errors;
    private double pendingCalls;
    private double pendingErrors;
    private long windows;
    private int alertWindows;
    private double dispersion = 1;
    private double alertSquares;
    private double lastBurst;
    private double elapsed;
    private double meanSteps = 1;
    private double pendingSteps;
    private double alertSteps;
    private long counts;
    private boolean regular;
    private final PeakTail tail = new PeakTail();

    /** @param step time between windows */
    public ErrorRateDetector(FalseAlarmBudget budget, Duration step) {
        this.logThreshold = Math.log(Math.max(2, CAUTION / budget.perStep(step)));
        Arrays.fill(logStatistic, Double.NEGATIVE_INFINITY);
    }

    /**
     * Takes the counts of the next window; a window without calls changes nothing.
     *
     * @return 0 to 1; 0.5 or more is an alert
     */
    public double update(long windowCalls, long windowErrors) {
        return take(windowCalls, windowErrors, 1, true);
    }

    /**
     * Takes counts that came since the ones before.
     *
     * @param steps windows that passed meanwhile, also a part of one; below 0.0001 counts as that
     * @return as {@link #update(long, long)}
     */
    public double update(long windowCalls, long windowErrors, double steps) {
        return take(windowCalls, windowErrors, steps, false);
    }

    private double take(long windowCalls, long windowErrors, double steps, boolean window) {
        regular = window;
        if (windowErrors < 0 || windowErrors > windowCalls) {
            throw new InvalidInputException(
                    "Errors (" + windowErrors + ") are not in 0 to calls (" + windowCalls + ").");
        }
        if (windowCalls == 0) {
            pendingSteps += steps;
            return 0;
        }
        double passed = Math.max(LEAST_STEPS, steps + pendingSteps);
        pendingSteps = 0;
        elapsed += passed;
        counts++;
        meanSteps += (passed - meanSteps) / Math.min(STEPS_MEMORY, (double) counts);
        if ((windows < MIN_WINDOWS && elapsed < MIN_WINDOWS)
                || calls < MIN_CALLS
                || (errors < MIN_ERRORS && calls < SURE_CALLS)) {
            learnDispersion(square(windowCalls, windowErrors));
            calls += windowCalls;
            errors += windowErrors;
            windows++;
            return 0;
        }
        lastBurst *= 1 - 1 / DISPERSION_MEMORY;
        double unit = Math.log(meanSteps);
        double threshold = unit + Math.max(LEAST_MARGIN, logThreshold - unit) * tail.stretch();
        double log = advance(windowCalls, windowErrors, Math.log(passed), threshold);
        boolean alert = log >= threshold;
        tail.add(log - unit, alert);
        if (alert) {
            alerting(windowCalls, windowErrors, passed);
        } else {
            learnBurst();
            pendingCalls = alertWindows == 0 ? pendingCalls + windowCalls : windowCalls;
            pendingErrors = alertWindows == 0 ? pendingErrors + windowErrors : windowErrors;
            alertWindows = 0;
            if (log < Math.max(threshold - Math.log(100), unit + 1) || pendingCalls > calls) {
                commit();
                learnDispersion(square(windowCalls, windowErrors));
            }
        }
        double ratio = Math.max(0, log - unit) / (threshold - unit);
        return alert ? 0.5 + 0.5 * (1 - 1 / ratio) : 0.499 * ratio;
    }

    /** The error rate that counts as usual, 0 to 1. */
    public double usual() {
        return (errors + 0.5) / (calls + 1);
    }

    private double advance(long windowCalls, long windowErrors, double logSteps, double threshold) {
        double rate = usual();
        double base = Math.min(0.95, rate + Math.sqrt(rate * (1 - rate) / (calls + 1)));
        double unsure = unsure(windowCalls);
        double spread = Math.max(1, dispersion - DOUBT * Math.sqrt(2.0 / Math.min(DISPERSION_MEMORY, windows + 20.0)));
        double best = Double.NEGATIVE_INFINITY;
        double sum = 0;
        for (int j = 0; j < ODDS.length; j++) {
            double odds = base / (1 - base) * ODDS[j];
            double raised = odds / (1 + odds);
            double gain = (windowErrors * Math.log(raised / base)
                            + (windowCalls - windowErrors) * Math.log((1 - raised) / (1 - base)))
                    / (spread * unsure);
            double before = Math.max(logSteps, logStatistic[j]);
            double log = before + Math.log1p(Math.exp(-Math.abs(logStatistic[j] - logSteps))) + gain;
            logStatistic[j] = Math.min(log, threshold + HEADROOM + Math.log(ODDS.length));
            best = Math.max(best, logStatistic[j]);
        }
        for (double log : logStatistic) {
            sum += Math.exp(log - best);
        }
        return best + Math.log(sum / ODDS.length);
    }

    private void alerting(long windowCalls, long windowErrors, double passed) {
        alertSteps = alertWindows == 0 ? 1 : alertSteps + passed;
        alertSquares = (alertWindows == 0 ? 0 : alertSquares) + square(windowCalls, windowErrors);
        pendingCalls = alertWindows == 0 ? windowCalls : pendingCalls + windowCalls;
        pendingErrors = alertWindows == 0 ? windowErrors : pendingErrors + windowErrors;
        if (++alertWindows >= ADOPT_COUNTS && alertSteps >= ADOPT_AFTER) {
            calls = 0;
            errors = 0;
            commit();
            Arrays.fill(logStatistic, Double.NEGATIVE_INFINITY);
            alertWindows = 0;
        }
    }

    private void learnDispersion(double square) {
        double seen = Math.min(square, MAX_SQUARE);
        dispersion += (seen - dispersion) / Math.min(DISPERSION_MEMORY, windows + 20.0);
    }

    /** A short alert is an incident; one like it before makes it a habit, which widens what is usual. */
    private void learnBurst() {
        if (alertWindows > 0 && alertWindows <= BURST) {
            double burst = alertSquares / alertWindows;
            double habit = Math.min(burst, lastBurst);
            for (int i = 0; i < alertWindows && habit > 0; i++) {
                learnDispersion(habit);
            }
            lastBurst = burst;
        }
    }

    /** The squared standard score of a window: 1 on average while errors are independent. */
    private double square(long windowCalls, long windowErrors) {
        double rate = usual();
        double expected = windowCalls * rate;
        return (windowErrors - expected)
                * (windowErrors - expected)
                / Math.max(1e-9, expected * (1 - rate) * unsure(windowCalls));
    }

    /** What the baseline's own error adds to the variance of counts; windows are small beside it. */
    private double unsure(long windowCalls) {
        return regular ? 1 : 1 + windowCalls / Math.max(1e-9, calls);
    }

    private void commit() {
        calls += pendingCalls;
        errors += pendingErrors;
        windows++;
        pendingCalls = 0;
        pendingErrors = 0;
        if (calls > FORGET_ABOVE) {
            calls /= 2;
            errors /= 2;
        }
    }
}
