package io.edgeai.monitor.anomaly.series;

/** The newest values of a series, newest last. */
final class Recent {
    private final double[] ring;
    private long count;

    Recent(int capacity) {
        this.ring = new double[capacity];
    }

    void add(double value) {
        ring[(int) (count++ % ring.length)] = value;
    }

    boolean holds(int values) {
        return count >= values;
    }

    /** The value {@code back} steps before the newest (0 = the newest). */
    double back(int back) {
        return ring[(int) ((count - 1 - back) % ring.length)];
    }

    /** Mean of {@code length} values ending {@code back} steps before the newest. */
    double mean(int length, int back) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += back(back + i);
        }
        return sum / length;
    }

    double deviation(int length) {
        double mean = mean(length, 0);
        double squares = 0;
        for (int i = 0; i < length; i++) {
            double off = back(i) - mean;
            squares += off * off;
        }
        return Math.sqrt(squares / length);
    }

    /** Means of as many blocks of {@code length} values as {@code into} holds, oldest first. */
    void blocks(int length, float[] into, double level, double scale) {
        for (int b = 0; b < into.length; b++) {
            int back = (into.length - 1 - b) * length;
            double value = length == 1 ? back(back) : mean(length, back);
            into[b] = (float) ((value - level) / scale);
        }
    }

    void state(StateFlow flow) {
        flow.all(ring);
        count = flow.whole(count);
    }
}
