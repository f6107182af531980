package io.edgeai.monitor.anomaly.series;

import java.util.Arrays;

/** How far the newest rows are from the median of those just before them: of one row, and of the mean of three. */
final class Jumps {
    static final int ROWS = 15;
    private static final int[] NEW = {1, 3};
    private static final int[] BEFORE = {9, 12};
    private static final double[] WEIGHT = {1.75, 1.25};

    private final double[][] before = {new double[BEFORE[0]], new double[BEFORE[1]]};
    private final RunningSize[] usual = {new RunningSize(), new RunningSize()};
    private final SurpriseScale[] surprises = {new SurpriseScale(), new SurpriseScale()};

    /** Sum of squares of the weighted surprises of the newest rows; then learns them. */
    double update(Recent recent, int together) {
        if (!recent.holds(ROWS)) {
            return 0;
        }
        double total = 0;
        for (int i = 0; i < NEW.length; i++) {
            double off = recent.mean(NEW[i], 0) - median(recent, i);
            double surprise = WEIGHT[i] * surprises[i].score(Math.abs(off) / usual[i].scale(), together);
            usual[i].learn(off);
            total += surprise * surprise;
        }
        return total;
    }

    private double median(Recent recent, int which) {
        double[] values = before[which];
        for (int i = 0; i < values.length; i++) {
            values[i] = recent.back(NEW[which] + i);
        }
        Arrays.sort(values);
        return (values[values.length / 2] + values[(values.length - 1) / 2]) / 2;
    }

    void state(StateFlow flow) {
        for (int i = 0; i < NEW.length; i++) {
            usual[i].state(flow);
            surprises[i].state(flow);
        }
    }
}
