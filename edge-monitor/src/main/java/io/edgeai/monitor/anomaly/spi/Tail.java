package io.edgeai.monitor.anomaly.spi;

/** Turns sizes of one kind of deviation into surprise by what sizes there were before. */
public interface Tail extends Stage {
    /**
     * The surprise of the next size, −log10 of the chance of one at least as large; then learns it.
     *
     * @param size 0 or more
     * @param together large sizes at most so many rows apart are one event
     */
    double surprise(double size, int together);
}
