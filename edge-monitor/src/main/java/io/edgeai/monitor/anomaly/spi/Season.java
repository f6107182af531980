package io.edgeai.monitor.anomaly.spi;

/** De-seasonalises: what a series usually is at a moment. */
public interface Season extends Stage {
    /**
     * The usual value at a moment.
     *
     * @param otherwise what to say where the moment is new: the level of the last rows
     */
    double expected(long epochMillis, double otherwise);

    /**
     * Learns the row that was last asked for.
     *
     * @param intervalSeconds usual time between rows
     */
    void learn(long epochMillis, double value, double intervalSeconds);

    /** No season: what is usual is the level of the last rows. */
    static Season none() {
        return new Season() {
            @Override
            public double expected(long epochMillis, double otherwise) {
                return otherwise;
            }

            @Override
            public void learn(long epochMillis, double value, double intervalSeconds) {}
        };
    }
}
