package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.spi.Tail;

/**
 * Turns the sizes of one kind of deviation into surprise, −log10 of the chance of one at least as large, from a decayed
 * histogram of past sizes (4 bins per octave, 2^-8 to 2^12) whose last 2 % are continued by a generalised Pareto tail of
 * shape 0.25 (Siffer et al., Anomaly Detection in Streams with Extreme Value Theory, 2017). Large sizes come in clusters, since
 * an event lasts: those soon after another count less, so that a long event does not make the next one usual.
 */
final class SurpriseScale implements Tail, Flowing {
    private static final int BINS = 81;
    private static final int PER_OCTAVE = 4;
    private static final int LOWEST_OCTAVE = -8;
    private static final double DECAY = 1 - 1.0 / 40_000;
    private static final int MIN_ROWS = 20;
    private static final double SHAPE = 0.25;
    private static final double FOLLOWER = 0.3; // of a row, for a large size soon after another
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
    private int sinceLarge = Integer.MAX_VALUE / 2;

    /**
     * Surprise of a size before it is learnt, at most 300; 0 for the first 20.
     *
     * @param together large sizes at most so many rows apart are one event
     */
    @Override
    public double surprise(double size, int together) {
        double place = place(size);
        double n = total / unit;
        double above = above(place);
        boolean large = rows >= MIN_ROWS && above <= enough(n);
        double chance = large ? tailChance(size, n, enough(n)) : Math.min(1, above / (n + 1));
        double surprise = rows < MIN_ROWS ? 0 : -Math.log10(Math.max(LEAST, chance));
        sinceLarge++;
        unit /= DECAY;
        double weight = large && sinceLarge <= together ? FOLLOWER * unit : unit;
        weights[(int) place] += (float) weight;
        total += weight;
        rows++;
        if (large) {
            sinceLarge = 0;
        }
        if (unit > 1e6) {
            rescale();
        }
        return surprise;
    }

    private static double enough(double n) {
        return Math.max(3, 0.02 * n);
    }

    private double above(double place) {
        int own = (int) place;
        double above = weights[own] * (own + 1 - place);
        for (int i = own + 1; i < BINS; i++) {
            above += weights[i];
        }
        return above / unit;
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

    @Override
    public void state(StateFlow flow) {
        flow.all(weights);
        total = flow.real(total);
        unit = flow.real(unit);
        rows = flow.whole(rows);
        sinceLarge = flow.whole(sinceLarge);
    }
}
