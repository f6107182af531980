package io.edgeai.monitor.anomaly.series;

/**
 * Hours in which a series is usually more surprising than in others: a backup at three, a batch on the hour. For each half
 * hour of the UTC day the largest surprise of a day is averaged over about {@value #DAYS} days; where that, or what the half
 * hour before or after has, is above the mean of all, a surprise counts less by {@value #WEIGHT} of the ratio. One large
 * surprise moves an average little, so an anomaly is no habit.
 */
final class DailyHabits {
    private static final int SLOTS = 48;
    private static final double DAYS = 6;
    private static final double WEIGHT = 0.3;
    private static final double MOST = 1.8; // of the mean of all, that one day's largest counts as
    private static final double TRUST_DAYS = 3; // at which half of the ratio counts

    private final float[] usual = new float[SLOTS];
    private final int[] days = new int[SLOTS];
    private long finished;
    private double mean;
    private int slot = -1;
    private double largest;

    /** What a surprise counts at this time of day; then learns it. */
    double eased(long epochMillis, double surprise) {
        int now = (int) Math.floorMod(epochMillis / SeasonProfile.SLOT_MILLIS, (long) SLOTS);
        if (now != slot) {
            finish();
            slot = now;
            largest = 0;
        }
        largest = Math.max(largest, surprise);
        if (mean <= 0) {
            return surprise;
        }
        double around = Math.max(usual[(now + SLOTS - 1) % SLOTS], usual[(now + 1) % SLOTS]);
        double excess = Math.max(0, Math.max(usual[now], around) / mean - 1);
        return surprise / (1 + WEIGHT * days[now] / (days[now] + TRUST_DAYS) * excess);
    }

    private void finish() {
        if (slot < 0) {
            return;
        }
        double counted = finished < SLOTS ? largest : Math.min(MOST * mean, largest);
        finished++;
        days[slot] = Math.min(1000, days[slot] + 1);
        usual[slot] += (float) (Math.max(1.0 / days[slot], 1 / DAYS) * (counted - usual[slot]));
        mean += Math.max(1.0 / finished, 1 / DAYS / SLOTS) * (counted - mean);
    }

    void state(StateFlow flow) {
        flow.all(usual);
        for (int i = 0; i < SLOTS; i++) {
            days[i] = flow.whole(days[i]);
        }
        finished = flow.whole(finished);
        mean = flow.real(mean);
        slot = flow.whole(slot);
        largest = flow.real(largest);
    }
}
