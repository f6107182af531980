package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.spi.Tail;
import java.util.Arrays;
import java.util.function.Supplier;

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
    private final Tail[] tails = new Tail[12];
    private final double[] usualSpread = new double[SPREADS.length];
    private final long[] spreadRows = new long[SPREADS.length];
    private final Jumps jumps;
    private final float[] shape = new float[Prototypes.SIZE];

    ShapeChannels(Supplier<Tail> kind) {
        Arrays.setAll(tails, i -> kind.get());
        this.jumps = new Jumps(kind);
    }

    /** Mean of the last rows, for a season that is not known yet. */
    double local() {
        return recent.holds(6) ? recent.mean(6, 0) : scale.level();
    }

    /**
     * Puts the weighted surprises of the next value where they belong; then learns it.
     *
     * @param fineness 0 to 1; in fine rows jumps count and slow changes less
     * @param together rows that an event lasts
     */
    void update(double value, double fineness, int together, double[] surprises) {
        recent.add(value);
        surprises[Groups.LEVEL] = 0.6 * level(value, together);
        surprises[Groups.MEANS] = (1 - 0.5 * fineness) * means(together);
        surprises[Groups.VOLATILITY] = (1.25 - 0.25 * fineness) * volatility(together);
        surprises[Groups.NOVELTY] = (1.25 - 0.45 * fineness) * novelty(together);
        surprises[Groups.ORDER] = 0.6 * tails[11].surprise(context.surprise(range.symbol(value)), together);
        jumps.update(recent, fineness, together, surprises);
        scale.learn(value);
        range.learn(value);
    }

    private double level(double value, int together) {
        double off = value - scale.level();
        double up = tails[0].surprise(Math.max(0, off) / scale.sideScale(1), together);
        double down = tails[1].surprise(Math.max(0, -off) / scale.sideScale(-1), together);
        double record = tails[2].surprise(range.beyond(value), together);
        return Math.max(record, Math.max(up, down));
    }

    private double means(int together) {
        double most = 0;
        for (int i = 0; i < MEANS.length; i++) {
            if (recent.holds(MEANS[i])) {
                double size = Math.abs(recent.mean(MEANS[i], 0) - scale.level()) / scale.scale();
                most = Math.max(most, tails[3 + i].surprise(size, together));
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
                most = Math.max(most, tails[6 + i].surprise(2 * Math.abs(log - usualSpread[i]), together));
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
                most = Math.max(most, tails[8 + i].surprise(prototypes[i].novelty(shape), together));
            }
        }
        return most;
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
        flow.stages(tails);
        flow.all(usualSpread);
        flow.all(spreadRows);
    }
}
