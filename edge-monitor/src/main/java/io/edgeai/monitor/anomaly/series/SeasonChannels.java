package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.spi.Tail;
import java.util.Arrays;
import java.util.function.Supplier;

/** Deviations from what is usual at this time of day or week. */
final class SeasonChannels {
    private static final int DAY_SLOTS = 48;
    private static final double FAST = 0.15;

    private final RunningSize residual = new RunningSize();
    private final RunningSize quickResidual = new RunningSize();
    private final float[] slotSize = new float[DAY_SLOTS];
    private final short[] slotRows = new short[DAY_SLOTS];
    private final Recent recent = new Recent(12);
    private final Prototypes prototypes = new Prototypes();
    private final float[] shape = new float[Prototypes.SIZE];
    private final Tail[] tails = new Tail[5];
    private double quick;

    SeasonChannels(Supplier<Tail> kind) {
        Arrays.setAll(tails, i -> kind.get());
    }

    /** Puts the surprises of the next residual where they belong; then learns it. */
    void update(long millis, double off, double rangeUnit, double fineness, int together, double[] surprises) {
        recent.add(off);
        surprises[Groups.POINT] = point(millis, off, rangeUnit, together);
        double mean =
                recent.holds(12) ? tails[4].surprise(Math.abs(recent.mean(12, 0)) / residual.scale(), together) : 0;
        surprises[Groups.MEAN] = (1 - 0.2 * fineness) * mean;
        learn(millis, off);
    }

    private double point(long millis, double off, double rangeUnit, int together) {
        double size = Math.abs(off);
        double most = tails[0].surprise(size / residual.scale(), together);
        most = Math.max(most, tails[1].surprise(Math.abs(off - quick) / (quickResidual.mean() + 1e-12), together));
        int slot = CalendarSeason.slotOfDay(millis);
        double weight = Math.min(slotRows[slot], 18);
        double slotScale = 1.25 * (weight * slotSize[slot] + 6 * residual.mean()) / (weight + 6) + 1e-12;
        most = Math.max(most, tails[2].surprise(size / slotScale, together));
        if (recent.holds(Prototypes.SIZE)) {
            recent.blocks(1, shape, 0, Math.max(residual.scale(), rangeUnit));
            most = Math.max(most, tails[3].surprise(prototypes.novelty(shape), together));
        }
        return most;
    }

    private void learn(long millis, double off) {
        int slot = CalendarSeason.slotOfDay(millis);
        double size = Math.min(Math.abs(off), residual.mean() * 8 + (slotRows[slot] < 6 ? Math.abs(off) : 0));
        slotRows[slot] = (short) Math.min(1000, slotRows[slot] + 1);
        slotSize[slot] += (float) (Math.max(1.0 / slotRows[slot], 1.0 / 60) * (size - slotSize[slot]));
        quickResidual.learn(off - quick);
        residual.learn(off);
        quick += FAST * (off - quick);
    }

    void state(StateFlow flow) {
        residual.state(flow);
        quickResidual.state(flow);
        flow.all(slotSize);
        flow.all(slotRows);
        recent.state(flow);
        prototypes.state(flow);
        flow.stages(tails);
        quick = flow.real(quick);
    }
}
