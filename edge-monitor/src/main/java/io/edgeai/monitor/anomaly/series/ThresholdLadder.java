package io.edgeai.monitor.anomaly.series;

/**
 * How many alerts each of 64 thresholds, 1.2 to 19, would have given on the surprises seen so far, none of them before a
 * pause after its last. Begins with what a usual series is thought to give; old rows are forgotten exponentially.
 */
final class ThresholdLadder {
    static final double LOWEST = 1.2;
    private static final int LEVELS = 64;
    private static final double STEP = 1.045;
    private static final double PRIOR_SLOPE = 0.5; // of surprise for each factor e of rarity
    private static final int FORGET_EVERY = 64;

    private final double[] levels = new double[LEVELS];
    private final double[] alerts = new double[LEVELS];
    private final long[] lastAlert = new long[LEVELS];
    private double rows;
    private long row;

    ThresholdLadder() {
        for (int j = 0; j < LEVELS; j++) {
            levels[j] = LOWEST * Math.pow(STEP, j);
            lastAlert[j] = Long.MIN_VALUE / 2;
        }
    }

    /** The highest rung but one: a surprise cut to it is stopped by a threshold that it reached too often. */
    static double highest() {
        return LOWEST * Math.pow(STEP, LEVELS - 2);
    }

    boolean begun() {
        return rows > 0;
    }

    /**
     * Takes over an earlier opinion.
     *
     * @param weight in rows
     * @param usual the threshold that gives one alert in {@code 1 / chance} rows
     * @param most alerts a row that any threshold can give
     */
    void begin(double weight, double usual, double chance, double most) {
        rows = weight;
        for (int j = 0; j < LEVELS; j++) {
            alerts[j] = weight * Math.min(most, chance * Math.exp((usual - levels[j]) / PRIOR_SLOPE));
        }
    }

    /** Counts the next row; at most {@code memory} rows are remembered. */
    void add(double surprise, double pause, double memory) {
        row++;
        rows++;
        if (rows > memory) {
            rows *= 1 - 1 / memory;
            if (row % FORGET_EVERY == 0) {
                forget(Math.pow(1 - 1 / memory, FORGET_EVERY));
            }
        }
        for (int j = 0; j < LEVELS && levels[j] <= surprise; j++) {
            if (row - lastAlert[j] >= pause) {
                lastAlert[j] = row;
                alerts[j]++;
            }
        }
    }

    private void forget(double keep) {
        for (int j = 0; j < LEVELS; j++) {
            alerts[j] *= keep;
        }
    }

    /** The threshold that gives {@code rate} alerts a row, log-linear between the rungs. */
    double level(double rate) {
        double wanted = rate * rows;
        int j = LEVELS - 1;
        while (j >= 0 && alerts[j] < wanted) {
            j--;
        }
        if (j < 0 || j == LEVELS - 1) {
            return levels[Math.max(0, j)];
        }
        double here = Math.log(alerts[j]);
        double above = Math.max(Math.log(alerts[j + 1] + 1e-9), here - 3);
        double share = Math.min(1, (here - Math.log(wanted)) / (here - above));
        return levels[j] + share * (levels[j + 1] - levels[j]);
    }

    void state(StateFlow flow) {
        flow.all(alerts);
        flow.all(lastAlert);
        rows = flow.real(rows);
        row = flow.whole(row);
    }
}
