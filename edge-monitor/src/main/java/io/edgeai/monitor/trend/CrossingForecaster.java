package io.edgeai.monitor.trend;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.Random;

/**
 * Tells when a slowly moving series, such as memory that leaks, reaches a threshold. The slope since the trend began
 * (Theil–Sen, as uncertain as autocorrelation makes it), the season and blocks of what is left over make 500 seeded
 * futures; of their first crossings the deciles are told. A trend that is not significant counts as none, so noise
 * alone never predicts a crossing far ahead. Immutable and thread-safe.
 */
public final class CrossingForecaster {
    private static final int FUTURES = 500;
    private static final int LONGEST = 1_000_000;
    private static final double NORMAL_95 = 1.959964;

    private final int period;
    private final int limit;
    private final long seed;

    private CrossingForecaster(int period, int limit, long seed) {
        this.period = period;
        this.limit = limit;
        this.seed = seed;
    }

    /** No season, up to ten times the length of the history ahead, seed 1. */
    public static CrossingForecaster ofDefaults() {
        return new CrossingForecaster(1, 0, 1);
    }

    /**
     * @param period rows after which a season repeats, 1 for none
     * @param limit rows to look ahead, 1 to 1,000,000; 0 for ten times the history
     * @param seed of the futures
     */
    public static CrossingForecaster of(int period, int limit, long seed) {
        if (period < 1 || limit < 0 || limit > LONGEST) {
            throw new InvalidInputException("Period (" + period + ") is below 1, or limit (" + limit
                    + ") is not in 0 to " + LONGEST + ". Maybe use 1 and 0.");
        }
        return new CrossingForecaster(period, limit, seed);
    }

    /**
     * @param values evenly spaced, oldest first
     * @throws InvalidInputException for fewer than 10 finite values, more than half missing, or a threshold that is not
     *     finite
     */
    public Crossing forecast(double[] values, double threshold) {
        if (!Double.isFinite(threshold)) {
            throw new InvalidInputException("Threshold (" + threshold + ") is no number that can be reached.");
        }
        double[] whole = RegularSeries.filled(values, TrendTest.MIN_VALUES, period);
        Deseasoned plain = Deseasoned.of(whole, whole.length, period);
        TrendTest test = TrendTest.of(0.05, 1);
        Trend first = test.test(plain.values());
        int onset = Math.min(Onset.of(plain.values(), first.autocorrelation()), whole.length - TrendTest.MIN_VALUES);
        double[] recent = Arrays.copyOfRange(plain.values(), onset, whole.length);
        Trend trend = onset == 0 ? first : test.test(recent);
        Line line = Line.of(recent, trend);
        boolean upwards = line.at(recent.length - 1) < threshold;
        int ahead = limit > 0 ? limit : Math.min(LONGEST, 10 * whole.length);
        double[] crossings = new double[FUTURES];
        Random random = new Random(seed);
        for (int f = 0; f < FUTURES; f++) {
            crossings[f] = cross(line, plain, whole.length, upwards ? threshold : -threshold, upwards, ahead, random);
        }
        Arrays.sort(crossings);
        long reached = Arrays.stream(crossings).filter(Double::isFinite).count();
        return new Crossing(
                threshold,
                upwards,
                ahead,
                (double) reached / FUTURES,
                crossings[FUTURES / 10],
                crossings[FUTURES / 2],
                crossings[FUTURES - FUTURES / 10],
                trend);
    }

    /** The first row of one future beyond the threshold, infinite for none. */
    private static double cross(
            Line line, Deseasoned plain, int length, double threshold, boolean upwards, int ahead, Random random) {
        double slope = line.slope + line.slopeError * random.nextGaussian();
        double level = line.level + line.levelError * random.nextGaussian();
        double sign = upwards ? 1 : -1;
        int left = 0;
        int from = 0;
        for (int h = 1; h <= ahead; h++) {
            if (left-- == 0) {
                left = line.block - 1;
                from = random.nextInt(line.residuals.length - line.block + 1);
            }
            double residual = line.residuals[from + line.block - 1 - left];
            double value = level + slope * (line.half + h) + plain.season(length + h - 1) + residual;
            if (sign * value >= threshold) {
                return h;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** The trend as a line through the middle of the rows, with its errors and what it leaves over. */
    private static final class Line {
        private final double slope;
        private final double slopeError;
        private final double level;
        private final double levelError;
        private final double half;
        private final double[] residuals;
        private final int block;

        private Line(double[] values, Trend trend, double slope, double level, double[] residuals) {
            double correlation = trend.autocorrelation();
            double inflation = (1 + correlation) / (1 - correlation);
            this.slope = slope;
            this.slopeError = slope == 0 ? 0 : (trend.slopeHigh() - trend.slopeLow()) / (2 * NORMAL_95);
            this.level = level;
            this.half = (values.length - 1) / 2.0;
            double squares = Arrays.stream(residuals).map(r -> r * r).sum();
            this.levelError = Math.sqrt(squares / values.length * inflation / values.length);
            this.residuals = residuals;
            this.block = Math.max(1, Math.min(values.length / 4, (int) Math.ceil(2 * inflation)));
        }

        static Line of(double[] values, Trend trend) {
            double slope = trend.rising() || trend.falling() ? trend.slope() : 0;
            double half = (values.length - 1) / 2.0;
            double[] off = new double[values.length];
            for (int t = 0; t < off.length; t++) {
                off[t] = values[t] - slope * (t - half);
            }
            double[] sorted = off.clone();
            Arrays.sort(sorted);
            double level = sorted[sorted.length / 2];
            double[] residuals = Arrays.stream(off).map(v -> v - level).toArray();
            return new Line(values, trend, slope, level, residuals);
        }

        double at(int t) {
            return level + slope * (t - half);
        }
    }
}
