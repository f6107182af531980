package io.edgeai.monitor.anomaly.series;

/**
 * How often and how far combined surprises rise by themselves on this series, from their peaks: a peak is the largest
 * surprise between two pauses of 30 rows below {@value #FLOOR}, and what lasts longer than 300 rows is cut there. The
 * excess of peaks over the floor is taken for exponential, with a prior of {@value #PRIOR} peaks that alone gives the
 * usual threshold, and extrapolated with the predictive (Lomax) tail, which pays for the mean being an estimate. A peak
 * beyond the threshold counts as one at it: an anomaly is no evidence of how restless the series is.
 */
final class SurprisePeaks {
    private static final double FLOOR = 2;
    private static final int PAUSE = 30;
    private static final int LONGEST = 300;
    private static final double PRIOR = 60;
    private static final double PRIOR_RATE = 0.004;
    private static final double PRIOR_ROWS = 2000;
    private static final double MEMORY = 540;
    private static final double MEMORY_ROWS = 60_000;

    private double count;
    private double excess;
    private double rate = PRIOR_RATE;
    private double rows = PRIOR_ROWS;
    private double peak;
    private int length;
    private int quiet;

    /**
     * The threshold at which the false alarms are met.
     *
     * @param usual what it is while nothing is learnt
     * @param chance accepted false alarms for each row
     */
    double threshold(double usual, double chance) {
        if (usual <= FLOOR || chance >= PRIOR_RATE) {
            return usual;
        }
        double prior = (usual - FLOOR) / (Math.pow(PRIOR_RATE / chance, 1 / PRIOR) - 1);
        return FLOOR + (excess + prior) * (Math.pow(Math.max(1, rate / chance), 1 / (count + PRIOR)) - 1);
    }

    void add(double surprise, double threshold) {
        rows = Math.min(MEMORY_ROWS, rows + 1);
        rate -= rate / rows;
        length += peak > 0 ? 1 : 0;
        if (surprise > FLOOR) {
            peak = Math.max(peak, surprise);
            quiet = 0;
        } else {
            quiet++;
        }
        if (peak > 0 && (quiet >= PAUSE || length >= LONGEST)) {
            rate += 1 / rows;
            double keep = count > MEMORY ? 1 - 1 / MEMORY : 1;
            count = count * keep + 1;
            excess = excess * keep + Math.max(0, Math.min(peak, threshold) - FLOOR);
            peak = 0;
            length = 0;
        }
    }

    void state(StateFlow flow) {
        count = flow.real(count);
        excess = flow.real(excess);
        rate = flow.real(rate);
        rows = flow.real(rows);
        peak = flow.real(peak);
        length = flow.whole(length);
        quiet = flow.whole(quiet);
    }
}
