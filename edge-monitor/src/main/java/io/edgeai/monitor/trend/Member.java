package io.edgeai.monitor.trend;

/** One model of an ensemble. It is moved forward from origin to origin and never sees values at or after its origin. */
interface Member {
    String name();

    /** Learns the values before {@code origin}; origins only grow. */
    void advanceTo(int origin);

    /** The {@code horizon} values from the origin on, in the unit of the series. */
    double[] forecast(int horizon);
}
