package io.edgeai.monitor.anomaly.spi;

/** Decides which combined surprises are alerts. */
@FunctionalInterface
public interface ChangeTest extends Stage {
    /**
     * The score of the next row.
     *
     * @param surprise combined
     * @param intervalSeconds usual time between rows
     * @return 0 to 1; 0.5 or more is an alert
     */
    double score(double surprise, double intervalSeconds);
}
