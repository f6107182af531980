package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * DDM (Gama et al. 2004) for errors, 0 and 1: a change where the error rate plus its standard deviation exceeds the
 * lowest such sum so far by three deviations. Old, simple and restless; kept for comparison. Not thread-safe.
 */
public final class DriftDetectionMethod implements ChangeDetector {
    private static final int WARM_UP = 30;
    private static final double DEVIATIONS = 3;

    private long rows;
    private long seen;
    private double rate;
    private double lowestRate;
    private double lowestDeviation;
    private long lowestRow;
    private @Nullable Change last;

    public DriftDetectionMethod() {
        restart();
    }

    private void restart() {
        seen = 0;
        rate = 1;
        lowestRate = Double.MAX_VALUE / 4;
        lowestDeviation = Double.MAX_VALUE / 4;
        lowestRow = rows;
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
        seen++;
        rate += (value - rate) / seen;
        double deviation = Math.sqrt(rate * (1 - rate) / seen);
        if (seen < WARM_UP) {
            return false;
        }
        if (rate + deviation <= lowestRate + lowestDeviation) {
            lowestRate = rate;
            lowestDeviation = deviation;
            lowestRow = rows;
        }
        if (rate + deviation <= lowestRate + DEVIATIONS * lowestDeviation) {
            return false;
        }
        last = new Change(rows - 1, Math.min(rows - 1, lowestRow), lowestRate, rate);
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
