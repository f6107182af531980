package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.spi.Ensemble;

/**
 * The length of the vector of surprises: two that are moderate at once count more than the larger of them.
 * With groups of the host's all count less, as if they were as many as without, since thresholds begin with what so many give.
 */
final class RootOfSquares implements Ensemble {
    @Override
    public double combine(double[] surprises) {
        double season = square(surprises[0]) + square(surprises[1]);
        double shape = 0;
        for (int i = 2; i < Groups.JUMP; i++) {
            shape += square(surprises[i]);
        }
        double total = season + (shape + (square(surprises[Groups.JUMP]) + square(surprises[Groups.LONG_JUMP])));
        if (surprises.length == Groups.BUILT_IN) {
            return Math.sqrt(total);
        }
        for (int i = Groups.BUILT_IN; i < surprises.length; i++) {
            total += square(surprises[i]);
        }
        return Math.sqrt(total * Groups.BUILT_IN / surprises.length);
    }

    private static double square(double value) {
        return value * value;
    }
}
