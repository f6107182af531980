package io.edgeai.monitor.anomaly;

/**
 * Where the season of a signal stands, over its mean.
 *
 * @param now at this moment, 0 or more
 * @param least from an hour before to an hour after it
 * @param most in the same time
 */
public record SeasonShare(double now, double least, double most) {
    /** A signal without a season, or of which none is known. */
    public static final SeasonShare NONE = new SeasonShare(1, 1, 1);

    private static final double STEEP = 1.1;
    private static final double FLOOR = 0.25;

    /** Whether the season goes up or down by more than a tenth, so that its moment matters. */
    boolean steep() {
        return most > STEEP * least;
    }

    /** The level that a value of this moment stands for; at most four times as much. */
    double levelOf(double value) {
        return value / Math.max(FLOOR, now);
    }

    /** Whether at least a quarter of the mean is usual all this time, so that a value tells something of the level. */
    public boolean telling() {
        return least >= FLOOR;
    }
}
