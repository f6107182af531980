package io.edgeai.monitor.anomaly;

import java.time.Duration;

/**
 * Finds lasting shifts and bursts in a signal with one value per window: latency, throughput, CPU, memory. A robust
 * baseline whitens the signal, a bounded CUSUM adds up what is unusual (so one wild value is never an alert), and the
 * threshold is learnt from the CUSUM's own excursions so that a false-alarm budget holds also for heavy-tailed and
 * correlated signals.
 *
 * <p>Silent for the first 60 values. Learns nothing during an alert; a shift that lasts 180 values becomes the new
 * usual, once. Changes slower than about half a scale in 120 values are followed, not reported. Constant time and
 * memory (under 1 KB). Not thread-safe.
 */
public final class LevelShiftDetector implements AnomalyDetector {
    private static final int WARM_UP = 60;
    private static final int ADOPT_AFTER = 180;
    private static final int GAP_STEPS = 10;
    private static final double EDGE_SCALES = 1.5;
    private static final double MARGIN = 2.5; // measured: without it up to twice the budget on counts and slow seasons

    private final RobustLevel baseline = new RobustLevel();
    private final Excursions up;
    private final Excursions down;
    private final boolean watchUp;
    private final boolean watchDown;
    private final long gapMillis;
    private long seen;
    private int alertSteps;
    private double alertLevel;
    private long lastMillis;

    /**
     * @param budget false alarms a day
     * @param step time between values
     * @param direction which way is an anomaly
     */
    public LevelShiftDetector(FalseAlarmBudget budget, Duration step, Direction direction) {
        double chance = budget.split(direction == Direction.BOTH ? 2 : 1).perStep(step) / MARGIN;
        this.up = new Excursions(chance);
        this.down = new Excursions(chance);
        this.watchUp = direction != Direction.DOWN;
        this.watchDown = direction != Direction.UP;
        this.gapMillis = GAP_STEPS * step.toMillis();
    }

    @Override
    public double update(long epochMillis, double value) {
        return update(epochMillis, value, SeasonShare.NONE);
    }

    /**
     * Takes the next value of a signal with a known season, which is moved to where it would be without: by a share of
     * the level, so that a season grows with its signal and the spread stays as it is. Where the season is steep, it may
     * be anywhere between its least and its most of these hours: a value is compared with the side that makes it less
     * unusual downwards, and nothing is learnt.
     *
     * @return as {@link #update(long, double)}
     */
    public double update(long epochMillis, double value, SeasonShare share) {
        if (!Double.isFinite(value) || Math.abs(value) > 1e150) {
            return 0;
        }
        double level = seen == 0 ? share.levelOf(value) : baseline.level();
        boolean edge = share.steep() && (share.most() - share.least()) * level > EDGE_SCALES * baseline.scale();
        double moved = value - level * ((edge ? share.least() : share.now()) - 1);
        return follow(epochMillis, moved, share.levelOf(value), !edge);
    }

    /**
     * Takes the next value of a signal whose season the caller took out.
     *
     * @param learns false where the season is too steep to tell what is usual
     * @return as {@link #update(long, double)}
     */
    public double update(long epochMillis, double value, boolean learns) {
        if (!Double.isFinite(value) || Math.abs(value) > 1e150) {
            return 0;
        }
        return follow(epochMillis, value, value, learns);
    }

    /** From now on values are this much higher. */
    public void move(double by) {
        baseline.move(baseline.level() + by);
        up.restart();
        down.restart();
    }

    /** From now on values come with a season: the level so far was that of a moment with this share. */
    public void putOnSeason(SeasonShare share) {
        baseline.move(share.levelOf(baseline.level()));
        up.restart();
        down.restart();
    }

    private double follow(long epochMillis, double value, double lasting, boolean learns) {
        if (seen > 0 && epochMillis - lastMillis > gapMillis) {
            up.restart();
            down.restart();
            baseline.forgetPrevious();
        }
        lastMillis = epochMillis;
        if (++seen <= WARM_UP) {
            baseline.learn(value);
            return 0;
        }
        double residual = baseline.whitened(baseline.standard(value));
        double ratio = watchUp ? up.add(residual) : 0;
        ratio = Math.max(ratio, watchDown ? down.add(-residual) : 0);
        if (ratio >= 1) {
            alerting(value, lasting);
        } else {
            alertSteps = 0;
            if (learns) {
                baseline.learn(value);
            } else {
                baseline.skip(value);
            }
        }
        return ratio >= 1 ? 0.5 + 0.5 * (1 - 1 / ratio) : 0.499 * ratio;
    }

    /** Where the signal usually is, without its season; during an alert, where it was before. */
    public double usual() {
        return baseline.level();
    }

    private void alerting(double value, double lasting) {
        alertLevel = alertSteps == 0 ? lasting : alertLevel + (lasting - alertLevel) / Math.min(30, alertSteps + 1);
        if (++alertSteps >= ADOPT_AFTER) {
            baseline.adopt(alertLevel);
            up.restart();
            down.restart();
            alertSteps = 0;
        } else {
            baseline.skip(value);
        }
    }
}
