package io.edgeai.monitor.trend;

import java.util.List;

/**
 * The next values of a series, step 1 being the one after the last value. Immutable.
 */
public final class Forecast {
    private final double coverage;
    private final double[] mean;
    private final double[] lower;
    private final double[] upper;
    private final List<Share> members;
    private final int[] periods;

    /**
     * How much one model counts.
     *
     * @param model its name
     * @param weight 0 to 1; all sum to 1
     */
    public record Share(String model, double weight) {}

    Forecast(double coverage, double[] mean, double[] lower, double[] upper, List<Share> members, int[] periods) {
        this.coverage = coverage;
        this.mean = mean.clone();
        this.lower = lower.clone();
        this.upper = upper.clone();
        this.members = List.copyOf(members);
        this.periods = periods.clone();
    }

    /** How many steps are forecast. */
    public int horizon() {
        return mean.length;
    }

    /** The share of values that intervals are made to hold. */
    public double coverage() {
        return coverage;
    }

    /** The expected values, steps 1 to the horizon; a copy. */
    public double[] mean() {
        return mean.clone();
    }

    /** Where the intervals begin; a copy. */
    public double[] lower() {
        return lower.clone();
    }

    /** Where the intervals end; a copy. */
    public double[] upper() {
        return upper.clone();
    }

    /** The models by weight, largest first. */
    public List<Share> members() {
        return members;
    }

    /** Rows after which the series was taken to repeat, ascending, given or found; a copy. */
    public int[] periods() {
        return periods.clone();
    }
}
