package io.edgeai.monitor.trend;

import java.util.Random;

/** Seeded series with known properties. */
final class Noise {
    private Noise() {}

    /** First-order autoregression of standard deviation 1. */
    static double[] autoregressive(Random random, int rows, double correlation) {
        double[] out = new double[rows];
        double value = random.nextGaussian();
        for (int t = 0; t < rows; t++) {
            value = correlation * value + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
            out[t] = value;
        }
        return out;
    }

    /** A day of 24 rows and a week of 168, around {@code level}, without noise. */
    static double[] hourly(int rows, double level) {
        double[] out = new double[rows];
        for (int t = 0; t < rows; t++) {
            out[t] = level
                    * (1
                            + 0.3 * Math.sin(2 * Math.PI * t / 24)
                            + 0.1 * Math.cos(4 * Math.PI * t / 24)
                            + (t / 24 % 7 >= 5 ? -0.2 : 0));
        }
        return out;
    }
}
