package io.edgeai.monitor.anomaly.spi;

/**
 * A detector of a host's own: says how unusual each row is, in any unit, the larger the more. Only the order of its scores
 * matters: they become chances by what they usually are on the series, and a threshold on these keeps the false-alarm
 * budget. A score depends on this and earlier rows only. Called by one thread at a time; one scorer for each series.
 */
@FunctionalInterface
public interface Scorer extends Stage {
    /** The score of the next row; NaN or infinite where there is nothing to say yet. */
    double score(Row row);
}
