package io.edgeai.monitor.drift.stream;

import java.util.Optional;

/**
 * Watches a stream of values for a change of its distribution. Causal: an answer depends on earlier values only. Values
 * that are NaN are passed over, as are infinite ones by detectors that take any number. Not thread-safe.
 */
public interface ChangeDetector {
    /**
     * Takes the next value.
     *
     * @return whether a change is found at this row; the detector then begins anew
     * @throws io.edgeai.core.error.InvalidInputException where this detector cannot take such a value
     */
    boolean update(double value);

    /** The last change found. */
    Optional<Change> lastChange();

    /** Rows taken, those passed over included. */
    long rows();
}
