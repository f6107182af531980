package io.edgeai.monitor.anomaly.series;

/** Deviations of the values themselves: level, means over several spans, volatility, novelty of shape, order. */
final class ShapeChannels {
    private static final int[] MEANS = {6, 24, 96};
    private static final int[] SPREADS = {12, 48};
    private static final int[] BLOCKS = {1, 6, 24};
    private static final double RANGE_SHARE = 0.06;

    private final RunningScale scale = new RunningScale();
    private final ValueRange range = new ValueRange();
    private final Recent recent = new Recent(144);
    private final SymbolContext context = new SymbolContext();
    private final Prototypes[] prototypes = {new Prototypes(), new Prototypes(), new Prototypes()};
    private final SurpriseScale[] surprises = new SurpriseScale[12];
    private final double[] usualSpread = new double[SPREADS.length];
    private final long[] spreadRows = new long[SPREADS.length];
    private final Jumps jumps = new Jumps();
    private final float[] shape = new float[Prototypes.SIZE];

    ShapeChannels() {
        for (int i = 0; i < surprises.length; i++) {
            surprises[i] = new SurpriseScale();
        }
    }

    /** Mean of the last rows, for a season that is not known yet. */
    double local() {
        return recent.holds(6) ? recent.mean(6, 0) : scale.level();
    }

    /**
     * Sum of squares of the weighted group surprises of the next value; then learns it.
     *
     * @param fineness 0 to 1; in fine rows jumps count and slow changes less
     * @param together rows that an event lasts
     */
    double update(double value, double fineness, int together) {
        recent.add(value);
        double total = square(0.6 * level(value, together));
        total += square((1 - 0.5 * fineness) * means(together));
        total += square((1.25 - 0.25 * fineness) * volatility(together));
        total += square((1.25 - 0.45 * fineness) * novelty(together));
        total += square(0.6 * surprises[11].score(context.surprise(range.symbol(value)), together));
        total += fineness * jumps.update(recent, together);
        scale.learn(value);
        range.learn(value);
        return total;
    }

    private double level(double value, int together) {
        double off = value - scale.level();
        double up = surprises[0].score(Math.max(0, off) / scale.sideScale(1), together);
        double down = surprises[1].score(Math.max(0, -off) / scale.sideScale(-1), together);
        double record = surprises[2].score(range.beyond(value), together);
        return Math.max(record, Math.max(up, down));
    }

    private double means(int together) {
        double most = 0;
        for (int i = 0; i < MEANS.length; i++) {
            if (recent.holds(MEANS[i])) {
                double size = Math.abs(recent.mean(MEANS[i], 0) - scale.level()) / scale.scale();
                most = Math.max(most, surprises[3 + i].score(size, together));
            }
        }
        return most;
    }

    private double volatility(int together) {
        double most = 0;
        for (int i = 0; i < SPREADS.length; i++) {
            if (recent.holds(SPREADS[i])) {
                double log = Math.log(recent.deviation(SPREADS[i]) + 0.02 * scale.scale());
                usualSpread[i] = spreadRows[i] == 0 ? log : usualSpread[i];
                most = Math.max(most, surprises[6 + i].score(2 * Math.abs(log - usualSpread[i]), together));
                usualSpread[i] += Math.max(1.0 / (++spreadRows[i] + 1), 1.0 / 4000) * (log - usualSpread[i]);
            }
        }
        return most;
    }

    private double novelty(int together) {
        double unit = Math.max(scale.scale(), RANGE_SHARE * range.allTimeSpan());
        double most = 0;
        for (int i = 0; i < BLOCKS.length; i++) {
            if (recent.holds(Prototypes.SIZE * BLOCKS[i])) {
                recent.blocks(BLOCKS[i], shape, scale.level(), unit);
                most = Math.max(most, surprises[8 + i].score(prototypes[i].novelty(shape), together));
            }
        }
        return most;
    }

    private static double square(double value) {
        return value * value;
    }

    void state(StateFlow flow) {
        scale.state(flow);
        range.state(flow);
        recent.state(flow);
        context.state(flow);
        jumps.state(flow);
        for (Prototypes each : prototypes) {
            each.state(flow);
        }
        for (SurpriseScale surprise : surprises) {
            surprise.state(flow);
        }
        flow.all(usualSpread);
        flow.all(spreadRows);
    }
}
