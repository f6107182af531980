package io.edgeai.monitor.drift.stream;

/** Mean and standard deviation of the first rows of a stream. */
final class WarmUp {
    private final int rows;
    private int seen;
    private double mean;
    private double squares;

    WarmUp(int rows) {
        this.rows = rows;
    }

    /** Learns a value; false once there are enough. */
    boolean learn(double value) {
        if (seen == rows) {
            return false;
        }
        seen++;
        double off = value - mean;
        mean += off / seen;
        squares += off * (value - mean);
        return true;
    }

    void restart() {
        seen = 0;
        mean = 0;
        squares = 0;
    }

    double mean() {
        return mean;
    }

    /** In standard deviations; those of a constant are tiny, so any change of it is large. */
    double standard(double value) {
        return (value - mean) / (Math.sqrt(squares / Math.max(1, seen - 1)) + 1e-9 * (1 + Math.abs(mean)));
    }
}
