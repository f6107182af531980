package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.spi.Tail;
import java.util.Arrays;
import java.util.function.Supplier;

/** How far the newest rows are from the median of those just before them: of one row, and of the mean of three. */
final class Jumps {
    static final int ROWS = 15;
    private static final int[] NEW = {1, 3};
    private static final int[] BEFORE = {9, 12};
    private static final double[] WEIGHT = {1.75, 1.25};

    private final double[][] before = {new double[BEFORE[0]], new double[BEFORE[1]]};
    private final RunningSize[] usual = {new RunningSize(), new RunningSize()};
    private final Tail[] tails = new Tail[NEW.length];

    Jumps(Supplier<Tail> kind) {
        Arrays.setAll(tails, i -> kind.get());
    }

    /** Puts the weighted surprises of the newest rows where they belong; then learns them. */
    void update(Recent recent, double fineness, int together, double[] surprises) {
        for (int i = 0; i < NEW.length; i++) {
            surprises[Groups.JUMP + i] = 0;
            if (recent.holds(ROWS)) {
                double off = recent.mean(NEW[i], 0) - median(recent, i);
                double surprise = WEIGHT[i] * tails[i].surprise(Math.abs(off) / usual[i].scale(), together);
                surprises[Groups.JUMP + i] = Math.sqrt(fineness) * surprise;
                usual[i].learn(off);
            }
        }
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
            flow.stage(tails[i]);
        }
    }
}
