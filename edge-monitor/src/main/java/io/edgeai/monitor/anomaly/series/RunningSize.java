package io.edgeai.monitor.anomaly.series;

/** Exponentially weighted mean size of deviations around zero, clipped like {@link RunningScale}. */
final class RunningSize {
    private static final double MEMORY = 4000;
    private static final int FREE_ROWS = 100;

    private long rows;
    private double mean;
    private double clip = 1;

    double mean() {
        return mean;
    }

    /** About one standard deviation, never 0. */
    double scale() {
        return 1.25 * mean + 1e-12;
    }

    void learn(double off) {
        double size = Math.abs(off);
        double limit = 4 * scale() * clip;
        if (rows >= FREE_ROWS && size > limit) {
            size = limit;
            clip *= 1.3;
        } else {
            clip = 1 + (clip - 1) * 0.98;
        }
        mean += Math.max(1.0 / (rows + 1), 1 / MEMORY) * (size - mean);
        rows++;
    }

    void state(StateFlow flow) {
        rows = flow.whole(rows);
        mean = flow.real(mean);
        clip = flow.real(clip);
    }
}
