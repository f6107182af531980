package io.edgeai.monitor.anomaly.series;

import io.edgeai.monitor.anomaly.spi.Tail;

/**
 * Surprise of sizes of any kind, light-tailed or heavy: a decayed histogram (16 bins an octave, 2^-20 to 2^20) whose largest
 * 2 % (20 at least) are continued by a generalised Pareto tail. Its shape is the moment estimate from the logarithms (Dekkers,
 * Einmahl, de Haan, Annals of Statistics 17, 1989), drawn towards {@value #PRIOR_SHAPE} by {@value #PRIOR} sizes, so that
 * little data extrapolates with care. Slower than {@link SurpriseScale}, whose shape is fixed.
 */
final class FittedTail implements Tail, Flowing {
    private static final int PER_OCTAVE = 16;
    private static final int LOWEST_OCTAVE = -20;
    private static final int BINS = 40 * PER_OCTAVE;
    private static final double DECAY = 1 - 1.0 / 40_000;
    private static final double SHARE = 0.02;
    private static final double LEAST = 20;
    private static final double PRIOR = 40;
    private static final double PRIOR_SHAPE = 0.3;
    private static final double LOG_2 = Math.log(2);

    private final float[] weights = new float[BINS];
    private double total;
    private double unit = 1;

    @Override
    public double surprise(double size, int together) {
        double place = place(size);
        double chance = total == 0 ? 1 : chance(place, total / unit);
        unit /= DECAY;
        weights[(int) place] += (float) unit;
        total += unit;
        if (unit > 1e6) {
            rescale();
        }
        return -Math.log10(Math.max(1e-300, chance));
    }

    /** Of a size at least as large, where {@code n} are known. */
    private double chance(double place, double n) {
        double enough = Math.max(LEAST, SHARE * n);
        double above = 0;
        int own = (int) place;
        int i = BINS - 1;
        while (i > own && above <= enough) {
            above += weights[i--] / unit;
        }
        if (above > enough) {
            return Math.min(1, (above + n * 1e-9) / (n + 1));
        }
        double inOwn = weights[own] / unit * (own + 1 - place);
        return above + inOwn > enough ? Math.min(1, (above + inOwn) / (n + 1)) : beyond(place, n, enough);
    }

    private double beyond(double place, double n, double enough) {
        double above = 0;
        int i = BINS - 1;
        while (i > 0 && above + weights[i] / unit < enough) {
            above += weights[i--] / unit;
        }
        double floor = i + 1 - (enough - above) / Math.max(1e-12, weights[i] / unit);
        floor = Math.max(i, Math.min(i + 1, floor));
        double first = 0;
        double second = 0;
        for (int j = i; j < BINS; j++) {
            double weight = j == i ? enough - above : weights[j] / unit;
            double log = Math.max(0, (j == i ? (floor + i + 1) / 2 : j + 0.5) - floor) * LOG_2 / PER_OCTAVE;
            first += weight * log;
            second += weight * log * log;
        }
        first = Math.max(1e-3, first / enough);
        second = Math.max(1.0001 * first * first, second / enough);
        double light = 1 - 0.5 / (1 - first * first / second);
        double shape = (enough * (first + Math.max(-1, light)) + PRIOR * PRIOR_SHAPE) / (enough + PRIOR);
        double scale = first * (1 - Math.min(0, Math.max(-1, light)));
        double excess = Math.expm1((place - floor) * LOG_2 / PER_OCTAVE) / scale;
        double base = 1 + shape * Math.max(0, excess);
        double log = Math.abs(shape) < 1e-6 ? excess : base <= 0 ? 700 : Math.log(base) / shape;
        return enough / (n + 1) * Math.exp(-log);
    }

    private void rescale() {
        for (int i = 0; i < BINS; i++) {
            weights[i] = (float) (weights[i] / unit);
        }
        total /= unit;
        unit = 1;
    }

    private static double place(double size) {
        double octave = Math.log(Math.max(size, 1e-12)) / LOG_2 - LOWEST_OCTAVE;
        return Math.min(BINS - 1e-6, Math.max(0, octave * PER_OCTAVE));
    }

    @Override
    public void state(StateFlow flow) {
        flow.all(weights);
        total = flow.real(total);
        unit = flow.real(unit);
    }
}
