package io.edgeai.monitor.trend;

/**
 * The Theta method (Assimakopoulos and Nikolopoulos 2000) as simple exponential smoothing with half the slope of the
 * regression line as drift (Hyndman and Billah 2003), on the series without its season.
 */
final class Theta implements Member {
    private static final int RATES = 19;

    private final double[] values;
    private final boolean logarithms;
    private final int period;
    private Deseasoned plain;
    private double level;
    private double slope;
    private int origin;

    Theta(double[] values, boolean logarithms, int period) {
        this.values = values;
        this.logarithms = logarithms;
        this.period = period;
        this.plain = Deseasoned.of(values, 0, 1);
    }

    @Override
    public String name() {
        return "theta";
    }

    @Override
    public void advanceTo(int newOrigin) {
        origin = newOrigin;
        plain = Deseasoned.of(values, origin, period);
        slope = slope(plain.values());
        double least = Double.MAX_VALUE;
        for (int i = 1; i <= RATES; i++) {
            least = Math.min(least, smooth(plain.values(), i / (RATES + 1.0), least));
        }
    }

    /** The squared one-step errors; keeps the level where they are less than before. */
    private double smooth(double[] series, double rate, double least) {
        double smoothed = series[0];
        double squares = 0;
        for (double value : series) {
            double error = value - smoothed;
            squares += error * error;
            smoothed += rate * error;
        }
        if (squares < least) {
            level = smoothed;
        }
        return squares;
    }

    private static double slope(double[] series) {
        double middle = (series.length - 1) / 2.0;
        double products = 0;
        double squares = 0;
        for (int t = 0; t < series.length; t++) {
            products += (t - middle) * series[t];
            squares += (t - middle) * (t - middle);
        }
        return squares == 0 ? 0 : products / squares;
    }

    @Override
    public double[] forecast(int horizon) {
        double[] out = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            double value = level + 0.5 * slope * (h + 1) + plain.season(origin + h);
            out[h] = logarithms ? Math.exp(value) : value;
        }
        return out;
    }
}
