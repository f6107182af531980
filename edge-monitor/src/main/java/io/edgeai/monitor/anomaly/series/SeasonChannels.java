package io.edgeai.monitor.anomaly.series;

/** Deviations from what is usual at this time of day or week. */
final class SeasonChannels {
    private static final int DAY_SLOTS = 48;
    private static final int WEEK_SLOTS = 336;
    private static final double FAST = 0.15;

    private final SeasonProfile day = new SeasonProfile(DAY_SLOTS, 6);
    private final SeasonProfile week = new SeasonProfile(WEEK_SLOTS, 3);
    private final RunningSize residual = new RunningSize();
    private final RunningSize dayResidual = new RunningSize();
    private final RunningSize weekResidual = new RunningSize();
    private final RunningSize quickResidual = new RunningSize();
    private final float[] slotSize = new float[DAY_SLOTS];
    private final short[] slotRows = new short[DAY_SLOTS];
    private final Recent recent = new Recent(12);
    private final Prototypes prototypes = new Prototypes();
    private final float[] shape = new float[Prototypes.SIZE];
    private final SurpriseScale[] surprises = new SurpriseScale[5];
    private double quick;

    SeasonChannels() {
        for (int i = 0; i < surprises.length; i++) {
            surprises[i] = new SurpriseScale();
        }
    }

    /** Sum of squares of the group surprises of the next value; then learns it. */
    double update(
            long millis,
            double value,
            double local,
            double rangeUnit,
            double rowsPerSlot,
            double fineness,
            int together) {
        double expectedDay = day.expected(millis, local);
        double expectedWeek = week.expected(millis, expectedDay);
        boolean weekly = week.knows(millis) && weekResidual.mean() < dayResidual.mean();
        double off = value - (weekly ? expectedWeek : expectedDay);
        recent.add(off);
        double point = point(millis, off, rangeUnit, together);
        double mean =
                recent.holds(12) ? surprises[4].score(Math.abs(recent.mean(12, 0)) / residual.scale(), together) : 0;
        if (week.knows(millis)) {
            dayResidual.learn(value - expectedDay);
            weekResidual.learn(value - expectedWeek);
        }
        day.learn(millis, value, expectedDay, rowsPerSlot);
        week.learn(millis, value, expectedWeek, rowsPerSlot);
        learn(millis, off);
        double weighted = (1 - 0.2 * fineness) * mean;
        return point * point + weighted * weighted;
    }

    private double point(long millis, double off, double rangeUnit, int together) {
        double size = Math.abs(off);
        double most = surprises[0].score(size / residual.scale(), together);
        most = Math.max(most, surprises[1].score(Math.abs(off - quick) / (quickResidual.mean() + 1e-12), together));
        int slot = day.slot(millis);
        double weight = Math.min(slotRows[slot], 18);
        double slotScale = 1.25 * (weight * slotSize[slot] + 6 * residual.mean()) / (weight + 6) + 1e-12;
        most = Math.max(most, surprises[2].score(size / slotScale, together));
        if (recent.holds(Prototypes.SIZE)) {
            recent.blocks(1, shape, 0, Math.max(residual.scale(), rangeUnit));
            most = Math.max(most, surprises[3].score(prototypes.novelty(shape), together));
        }
        return most;
    }

    private void learn(long millis, double off) {
        int slot = day.slot(millis);
        double size = Math.min(Math.abs(off), residual.mean() * 8 + (slotRows[slot] < 6 ? Math.abs(off) : 0));
        slotRows[slot] = (short) Math.min(1000, slotRows[slot] + 1);
        slotSize[slot] += (float) (Math.max(1.0 / slotRows[slot], 1.0 / 60) * (size - slotSize[slot]));
        quickResidual.learn(off - quick);
        residual.learn(off);
        quick += FAST * (off - quick);
    }

    void state(StateFlow flow) {
        day.state(flow);
        week.state(flow);
        residual.state(flow);
        dayResidual.state(flow);
        weekResidual.state(flow);
        quickResidual.state(flow);
        flow.all(slotSize);
        flow.all(slotRows);
        recent.state(flow);
        prototypes.state(flow);
        for (SurpriseScale surprise : surprises) {
            surprise.state(flow);
        }
        quick = flow.real(quick);
    }
}
