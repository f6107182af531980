package io.edgeai.monitor.trend;

/**
 * The mean of the last short period and of the last long one, the latter brought to today's level: for positive series
 * by the ratio, for others by the difference of the means of the last short period and of the one a long period before.
 */
final class LevelledSeason implements Member {
    private final double[] values;
    private final int shortPeriod;
    private final int longPeriod;
    private final boolean ratio;
    private int origin;

    LevelledSeason(double[] values, int shortPeriod, int longPeriod, boolean ratio) {
        this.values = values;
        this.shortPeriod = shortPeriod;
        this.longPeriod = longPeriod;
        this.ratio = ratio;
    }

    @Override
    public String name() {
        return "levelled-" + shortPeriod + "-" + longPeriod;
    }

    @Override
    public void advanceTo(int newOrigin) {
        origin = newOrigin;
    }

    @Override
    public double[] forecast(int horizon) {
        double now = mean(origin - shortPeriod);
        double then = mean(origin - longPeriod - shortPeriod);
        double[] out = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            double lastShort = values[origin - shortPeriod + h % shortPeriod];
            double lastLong = values[origin - longPeriod + h % longPeriod];
            out[h] = 0.5 * lastShort + 0.5 * (ratio ? lastLong * now / then : lastLong + now - then);
        }
        return out;
    }

    private double mean(int from) {
        double sum = 0;
        for (int i = from; i < from + shortPeriod; i++) {
            sum += values[i];
        }
        return sum / shortPeriod;
    }
}
