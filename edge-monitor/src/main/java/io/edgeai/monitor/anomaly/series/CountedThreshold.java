package io.edgeai.monitor.anomaly.series;

/**
 * The threshold of calibrated surprises: where their chance is what a row may take of the budget, and higher where more
 * alerts than twice the budget came, counting one that is accepted from the start.
 */
final class CountedThreshold {
    private static final int PAUSE = 30;
    private static final double MOST = ThresholdLadder.highest();
    private static final double TOLERANCE = 2;
    private static final double MEMORY = 10; // times in which one false alarm is accepted
    private static final int EVERY = 50;

    private final double chance;
    private final double natural;
    private final ThresholdLadder ladder = new ThresholdLadder();
    private double threshold;
    private long sinceAlert = PAUSE;
    private int until;

    /** @param chance of a false alarm that a row may take */
    CountedThreshold(double chance) {
        this.chance = chance;
        this.natural = -Math.log10(chance);
        this.threshold = natural;
        ladder.begin(1 / chance, natural, chance, 1.0 / PAUSE);
    }

    double score(double surprise) {
        double bounded = Math.min(MOST, surprise);
        ladder.add(bounded, PAUSE, MEMORY / chance);
        sinceAlert++;
        boolean alert = bounded >= threshold && sinceAlert >= PAUSE;
        double score = alert ? 0.5 + 0.5 * (1 - 0.999 * threshold / bounded) : 0.499 * Math.min(1, bounded / threshold);
        sinceAlert = alert ? 0 : sinceAlert;
        if (alert || --until <= 0) {
            until = EVERY;
            threshold = Math.max(natural, ladder.level(TOLERANCE * chance));
        }
        return score;
    }

    void state(StateFlow flow) {
        ladder.state(flow);
        threshold = flow.real(threshold);
        sinceAlert = flow.whole(sinceAlert);
        until = flow.whole(until);
    }
}
