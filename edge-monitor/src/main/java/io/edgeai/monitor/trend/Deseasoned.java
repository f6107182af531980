package io.edgeai.monitor.trend;

/**
 * A series without its season: the mean distance of each place in the period from the moving average over one period,
 * subtracted. Needs two whole periods; else the series stays as it is.
 */
final class Deseasoned {
    private final double[] values;
    private final double[] season;

    private Deseasoned(double[] values, double[] season) {
        this.values = values;
        this.season = season;
    }

    /** @param period 1 for none */
    static Deseasoned of(double[] series, int length, int period) {
        double[] season = new double[Math.max(1, period)];
        if (period > 1 && length >= 2 * period) {
            profile(series, length, period, season);
        }
        double[] values = new double[length];
        for (int t = 0; t < length; t++) {
            values[t] = series[t] - season[t % season.length];
        }
        return new Deseasoned(values, season);
    }

    private static void profile(double[] series, int length, int period, double[] season) {
        int[] counts = new int[period];
        int half = period / 2;
        double window = 0;
        for (int t = 0; t < 2 * half; t++) {
            window += series[t];
        }
        for (int t = half; t + half < length; t++) {
            window += series[t + half];
            double ends = period % 2 == 0 ? 0.5 * (series[t - half] + series[t + half]) : 0;
            season[t % period] += series[t] - (window - ends) / period;
            counts[t % period]++;
            window -= series[t - half];
        }
        double mean = 0;
        for (int i = 0; i < period; i++) {
            season[i] /= Math.max(1, counts[i]);
            mean += season[i] / period;
        }
        for (int i = 0; i < period; i++) {
            season[i] -= mean;
        }
    }

    double[] values() {
        return values;
    }

    double season(int t) {
        return season[t % season.length];
    }
}
