package io.edgeai.monitor.anomaly.series;

/**
 * Exponentially weighted level and spread (memory 4000), each value clipped to four scales before it is learnt. The
 * clip grows by 1.3 for each value clipped in a row, else a flat start would freeze the scale near zero for ever.
 */
final class RunningScale {
    private static final double MEMORY = 4000;
    private static final int FREE_ROWS = 100;

    private long rows;
    private double level;
    private double deviation;
    private double upward;
    private double downward;
    private double clip = 1;

    double level() {
        return level;
    }

    /** About one standard deviation, never 0. */
    double scale() {
        return 1.25 * deviation + 1e-9 * (1 + Math.abs(level));
    }

    /** Mean deviation to the side that {@code off} points to, doubled, so that it compares with {@link #scale}. */
    double sideScale(double off) {
        return 2 * (off >= 0 ? upward : downward) + 0.05 * scale();
    }

    void learn(double value) {
        if (rows == 0) {
            level = value;
        }
        double rate = Math.max(1.0 / (rows + 1), 1 / MEMORY);
        double off = value - level;
        double limit = 4 * scale() * clip;
        if (rows >= FREE_ROWS && Math.abs(off) > limit) {
            off = Math.copySign(limit, off);
            clip *= 1.3;
        } else {
            clip = 1 + (clip - 1) * 0.98;
        }
        deviation += rate * (Math.abs(off) - deviation);
        upward += rate * (Math.max(0, off) - upward);
        downward += rate * (Math.max(0, -off) - downward);
        level += rate * off;
        rows++;
    }

    void state(StateFlow flow) {
        rows = flow.whole(rows);
        level = flow.real(level);
        deviation = flow.real(deviation);
        upward = flow.real(upward);
        downward = flow.real(downward);
        clip = flow.real(clip);
    }
}
