package io.edgeai.monitor.trend;

/** Repeats the last period; period 1 repeats the last value. */
final class SeasonalNaive implements Member {
    private final double[] values;
    private final int period;
    private int origin;

    SeasonalNaive(double[] values, int period) {
        this.values = values;
        this.period = period;
    }

    @Override
    public String name() {
        return "naive-" + period;
    }

    @Override
    public void advanceTo(int newOrigin) {
        origin = newOrigin;
    }

    @Override
    public double[] forecast(int horizon) {
        double[] out = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            out[h] = values[origin - period + h % period];
        }
        return out;
    }
}
