package io.edgeai.monitor.trend;

import java.util.Arrays;

/** The median of the last periods, at most five: one day of them that was unlike the others is not repeated. */
final class SeasonalMedian implements Member {
    private static final int MOST = 5;

    private final double[] values;
    private final int period;
    private int origin;

    SeasonalMedian(double[] values, int period) {
        this.values = values;
        this.period = period;
    }

    @Override
    public String name() {
        return "median-" + period;
    }

    @Override
    public void advanceTo(int newOrigin) {
        origin = newOrigin;
    }

    @Override
    public double[] forecast(int horizon) {
        int cycles = Math.min(MOST, origin / period);
        double[] out = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            if (h >= period) {
                out[h] = out[h - period];
                continue;
            }
            double[] seen = new double[cycles];
            for (int back = 1; back <= cycles; back++) {
                seen[back - 1] = values[origin - back * period + h];
            }
            Arrays.sort(seen);
            out[h] = (seen[(cycles - 1) / 2] + seen[cycles / 2]) / 2;
        }
        return out;
    }
}
