package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * EDDM (Baena-García et al. 2006) for errors, 0 and 1: watches the rows between two errors instead of the error rate. A
 * change where their mean plus two standard deviations falls below 0.9 of the most it has been, after 30 errors. Made for
 * slow changes at low error rates; restless, like {@link DriftDetectionMethod}; kept for comparison. Not thread-safe.
 */
public final class EarlyDriftDetection implements ChangeDetector {
    private static final int WARM_UP_ERRORS = 30;
    private static final double DEVIATIONS = 2;
    private static final double SHARE = 0.9;

    private long rows;
    private long distance;
    private long errors;
    private double mean;
    private double squares;
    private double most;
    private double mostMean;
    private long mostRow;
    private @Nullable Change last;

    public EarlyDriftDetection() {
        restart();
    }

    private void restart() {
        distance = 0;
        errors = 0;
        mean = 0;
        squares = 0;
        most = 0;
        mostMean = 0;
        mostRow = rows;
    }

    @Override
    public boolean update(double value) {
        rows++;
        if (Double.isNaN(value)) {
            return false;
        }
        if (value != 0 && value != 1) {
            throw new InvalidInputException("Value (" + value + ") is neither 0 nor 1. Maybe use Adwin for numbers.");
        }
        distance++;
        return value == 1 && error();
    }

    private boolean error() {
        errors++;
        double off = distance - mean;
        distance = 0;
        mean += off / errors;
        squares += off * off * (errors - 1) / errors;
        if (errors < WARM_UP_ERRORS) {
            return false;
        }
        double now = mean + DEVIATIONS * Math.sqrt(squares / errors);
        if (now >= most) {
            most = now;
            mostMean = mean;
            mostRow = rows;
            return false;
        }
        if (now >= SHARE * most) {
            return false;
        }
        last = new Change(rows - 1, Math.min(rows - 1, mostRow), 1 / mostMean, 1 / mean);
        restart();
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
