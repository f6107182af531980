package io.edgeai.monitor.anomaly;

/**
 * Where a signal usually is, how far it strays and how much each value resembles the one before. Exponentially weighted
 * with a memory of 120 values; a value moves the baseline by at most three of its scales, and the scale by at most
 * four. Gives whitened residuals: about standard and uncorrelated while the signal is as usual.
 */
final class RobustLevel {
    private static final double RATE = 1.0 / 120;
    private static final double SLOW_RATE = 1.0 / 480;
    private static final double MAX_CORRELATION = 0.95;

    private long seen;
    private double level;
    private double deviation;
    private double spread = 1;
    private double product;
    private double square = 1;
    private double previous;

    double level() {
        return level;
    }

    double scale() {
        return 1.2533 * deviation + 1e-6 * Math.abs(level) + 1e-12;
    }

    double standard(double value) {
        return (value - level) / scale();
    }

    double whitened(double standard) {
        double correlation = Math.min(MAX_CORRELATION, Math.max(0, product / square));
        double fresh = standard - correlation * previous;
        return fresh / (Math.sqrt(1 - correlation * correlation) * spread);
    }

    void learn(double value) {
        if (seen == 0) {
            level = value;
        }
        double rate = Math.max(1.0 / (seen + 1), RATE);
        double slow = Math.max(1.0 / (seen + 2), SLOW_RATE);
        double scale = scale();
        double off = value - level;
        double limit = seen < 30 ? Double.MAX_VALUE : 1;
        level += rate * clip(off, 3 * scale * limit);
        deviation += slow * (Math.min(Math.abs(off), 4 * scale * limit) - deviation);
        double standard = clip(off / scale(), 4);
        double fresh = clip(whitened(standard) * spread, 4);
        spread = Math.max(0.2, spread + slow * (1.2533 * Math.abs(fresh) - spread));
        product += slow * (standard * previous - product);
        square += slow * (standard * standard - square);
        previous = standard;
        seen++;
    }

    /** Carries the newest value over without learning from it. */
    void skip(double value) {
        previous = clip(standard(value), 8);
    }

    /** Moves to a new level, keeping the scale. */
    void adopt(double newLevel) {
        move(newLevel);
        seen = Math.min(seen, 20);
    }

    /** The same usual in another place. */
    void move(double newLevel) {
        level = newLevel;
        previous = 0;
    }

    void forgetPrevious() {
        previous = 0;
    }

    private static double clip(double value, double limit) {
        return Math.max(-limit, Math.min(limit, value));
    }
}
