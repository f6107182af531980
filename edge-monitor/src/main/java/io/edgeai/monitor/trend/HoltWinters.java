package io.edgeai.monitor.trend;

/**
 * Exponential smoothing of level, damped trend and any number of seasons, additive in error-correction form, on
 * logarithms or plain values. The rates are the best of a small grid on the one-step errors before the first origin.
 */
final class HoltWinters implements Member {
    private static final double DAMPING = 0.98;
    private static final double[] LEVEL_RATES = {0.05, 0.2, 0.5, 0.9};
    private static final double[] TREND_RATES = {0, 0.02, 0.1};
    private static final double[] SEASON_RATES = {0.05, 0.15, 0.4};

    private final double[] values;
    private final boolean logarithms;
    private final int[] periods;
    private State state;
    private boolean fitted;

    HoltWinters(double[] values, boolean logarithms, int... periods) {
        this.values = values;
        this.logarithms = logarithms;
        this.periods = periods.clone();
        this.state = new State(LEVEL_RATES[1], 0, SEASON_RATES[0]);
    }

    @Override
    public String name() {
        return "holt-winters";
    }

    @Override
    public void advanceTo(int origin) {
        if (!fitted) {
            state = best(origin);
            fitted = true;
        }
        state.advanceTo(origin);
    }

    private State best(int origin) {
        State best = state;
        double least = Double.MAX_VALUE;
        for (double level : LEVEL_RATES) {
            for (double trend : TREND_RATES) {
                for (double season : periods.length == 0 ? new double[] {0} : SEASON_RATES) {
                    State tried = new State(level, trend, season);
                    double error = tried.advanceTo(origin);
                    if (error < least) {
                        least = error;
                        best = tried;
                    }
                }
            }
        }
        return best;
    }

    @Override
    public double[] forecast(int horizon) {
        double[] out = new double[horizon];
        double damped = 0;
        double factor = 1;
        for (int h = 0; h < horizon; h++) {
            factor *= DAMPING;
            damped += factor;
            double value = state.level + damped * state.trend + state.season(state.at + h);
            out[h] = logarithms ? Math.exp(value) : value;
        }
        return out;
    }

    private final class State {
        private final double levelRate;
        private final double trendRate;
        private final double seasonRate;
        private final double[][] seasons = new double[periods.length][];
        private double level;
        private double trend;
        private int at;

        State(double levelRate, double trendRate, double seasonRate) {
            this.levelRate = levelRate;
            this.trendRate = trendRate;
            this.seasonRate = seasonRate;
            this.level = values[0];
            for (int p = 0; p < periods.length; p++) {
                seasons[p] = new double[periods[p]];
            }
            if (periods.length > 0) {
                begin();
            }
        }

        /** The first short period gives the level and the shape. */
        private void begin() {
            int period = periods[0];
            double sum = 0;
            for (int t = 0; t < period; t++) {
                sum += values[t];
            }
            level = sum / period;
            for (int t = 0; t < period; t++) {
                seasons[0][t] = values[t] - level;
            }
        }

        /** Sum of squared one-step errors on the way, without the first quarter. */
        double advanceTo(int origin) {
            double squares = 0;
            for (; at < origin; at++) {
                double season = season(at);
                double expected = level + DAMPING * trend + season;
                double error = values[at] - expected;
                level += DAMPING * trend + levelRate * error;
                trend = DAMPING * trend + levelRate * trendRate * error;
                for (double[] each : seasons) {
                    each[at % each.length] += seasonRate / seasons.length * (1 - levelRate) * error;
                }
                squares += 4 * at > origin ? error * error : 0;
            }
            return squares;
        }

        double season(int t) {
            double sum = 0;
            for (double[] each : seasons) {
                sum += each[t % each.length];
            }
            return sum;
        }
    }
}
