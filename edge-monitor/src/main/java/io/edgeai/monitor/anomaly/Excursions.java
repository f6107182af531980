package io.edgeai.monitor.anomaly;

/**
 * One cumulative sum with a threshold learnt from its own excursions above zero. Under the usual behaviour the peaks of
 * a CUSUM have an exponential tail (Siegmund, Sequential Analysis, 1985) whose rate depends on tails and correlation of
 * the signal; it is estimated from the peaks above {@value #FLOOR}, beginning with a prior worth {@value #PRIOR} peaks,
 * and extrapolated with the predictive (Lomax) tail, which pays for the rate being an estimate.
 */
final class Excursions {
    private static final double FLOOR = 1;
    private static final double PRIOR = 20;
    private static final double PRIOR_EXCESS = 1.0;
    private static final double MEMORY = 600;
    private static final double ALLOWANCE = 0.75;
    private static final double MAX_STEP = 3;
    private static final double HEADROOM = 6;

    private final double chancePerStep;
    private double sum;
    private double peak;
    private double count = PRIOR;
    private double excess = PRIOR * PRIOR_EXCESS;
    private double rate = 0.08;
    private double steps = 100;
    private double threshold;

    Excursions(double chancePerStep) {
        this.chancePerStep = chancePerStep;
        recompute();
    }

    /** Adds a residual that is about standard normal while all is as usual; returns sum over threshold. */
    double add(double residual) {
        sum += Math.max(-MAX_STEP, Math.min(MAX_STEP, residual)) - ALLOWANCE;
        sum = Math.min(sum, threshold + HEADROOM);
        peak = Math.max(peak, sum);
        steps = Math.min(steps + 1, 8640);
        boolean ended = sum <= 0;
        sum = Math.max(0, sum);
        rate += ((ended && peak > FLOOR ? 1 : 0) - rate) / steps;
        if (ended) {
            learnPeak();
        }
        return sum / threshold;
    }

    void restart() {
        sum = 0;
        peak = 0;
    }

    private void learnPeak() {
        if (peak > FLOOR) {
            double keep = count > MEMORY ? 1 - 1 / MEMORY : 1;
            count = count * keep + 1;
            excess = excess * keep + Math.min(peak, threshold) - FLOOR;
            recompute();
        }
        peak = 0;
    }

    private void recompute() {
        double ratio = Math.max(1, Math.max(rate, 0.005) / chancePerStep);
        threshold = FLOOR + excess * (Math.pow(ratio, 1 / count) - 1);
        threshold = Math.max(threshold, MAX_STEP);
    }
}
