package io.edgeai.monitor.anomaly;

import io.edgeai.monitor.anomaly.spi.Stage;

/**
 * Scores each value of one series against the values before it. Causal: a score depends on this and earlier values
 * only. NaN and infinite values score 0 and leave the detector unchanged. Implementations are not thread-safe.
 */
@FunctionalInterface
public interface AnomalyDetector extends Stage {
    /**
     * Takes the next value.
     *
     * @param epochMillis when it was measured; may repeat or go back, which a detector survives
     * @param value what was measured
     * @return 0 (as usual) to 1; 0.5 or more is an alert
     */
    double update(long epochMillis, double value);
}
