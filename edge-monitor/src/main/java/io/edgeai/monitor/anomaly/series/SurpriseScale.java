package io.edgeai.monitor.anomaly.series;

/**
 * Turns the sizes of one kind of deviation into surprise, −log10 of the chance of one at least as large, from a decayed
 * histogram of past sizes (4 bins per octave, 2^-8 to 2^12) whose last 2 % are continued by a generalised Pareto tail of
 * shape 0.25 (Siffer et al., Anomaly Detection in Streams with Extreme Value Theory, 2017).
 */
final class SurpriseScale {
    private static final int BINS = 81;
    private static final int PER_OCTAVE = 4;
    private static final int LOWEST_OCTAVE = -8;
    private static final double DECAY = 1 - 1.0 / 40_000;
    private static final int MIN_ROWS = 20;
    private static final double SHAPE = 0.25;
    private static final double LEAST = 1e-300;
    private static final double LOG_2 = Math.log(2);
    private static final double[] CENTRES = new double[BINS];

    static {
        for (int i = 0; i < BINS; i++) {
            CENTRES[i] = edge(i + 0.5);
        }
    }

    private final float[] weights = new float[BINS];
    private double total;
    private double unit = 1;
    private int rows;

    /** Surprise of a size before it is learnt, at most 300; 0 for the first 20. */
    double score(double size) {
        double place = place(size);
        double surprise = rows < MIN_ROWS ? 0 : -Math.log10(Math.max(LEAST, chance(size, place)));
        unit /= DECAY;
        weights[(int) place] += (float) unit;
        total += unit;
        rows++;
        if (unit > 1e6) {
            rescale();
        }
        return surprise;
    }

    private double chance(double size, double place) {
        double n = total / unit;
        double enough = Math.max(3, 0.02 * n);
        int own = (int) place;
        double above = weights[own] * (own + 1 - place);
        for (int i = own + 1; i < BINS; i++) {
            above += weights[i];
        }
        above /= unit;
        if (above > enough) {
            return Math.min(1, above / (n + 1));
        }
        return tailChance(size, n, enough);
    }

    private double tailChance(double size, double n, double enough) {
        double above = 0;
        double sizes = 0;
        int i = BINS - 1;
        while (i > 0 && above + weights[i] / unit < enough) {
            above += weights[i] / unit;
            sizes += weights[i] / unit * CENTRES[i];
            i--;
        }
        double own = Math.max(1e-12, weights[i] / unit);
        double share = Math.min(1, (enough - above) / own);
        double floor = edge(i + 1 - share);
        double taken = enough - above;
        double excess = (sizes + taken * edge(i + 1 - share / 2)) / enough - floor;
        double scale = Math.max(excess, 0.08 * floor + 0.001);
        double beyond = Math.max(0, size - floor) / scale;
        double base = 1 + SHAPE * beyond;
        return enough / (n + 1) / (base * base * base * base); // base^(-1/SHAPE)
    }

    private void rescale() {
        for (int i = 0; i < BINS; i++) {
            weights[i] = (float) (weights[i] / unit);
        }
        total /= unit;
        unit = 1;
    }

    private static double place(double size) {
        double log = Math.log(Math.max(size, 1e-9)) / LOG_2;
        return Math.min(BINS - 1e-6, Math.max(0, (log - LOWEST_OCTAVE) * PER_OCTAVE));
    }

    private static double edge(double place) {
        return Math.pow(2, place / PER_OCTAVE + LOWEST_OCTAVE);
    }

    void state(StateFlow flow) {
        flow.all(weights);
        total = flow.real(total);
        unit = flow.real(unit);
        rows = flow.whole(rows);
    }
}
