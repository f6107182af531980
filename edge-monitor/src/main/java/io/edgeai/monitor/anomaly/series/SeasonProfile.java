package io.edgeai.monitor.anomaly.series;

/** The usual value by half-hour of a fixed period (a UTC day or week), averaged over the last few periods. */
final class SeasonProfile {
    static final long SLOT_MILLIS = 1_800_000;
    private static final int MAX_ROWS_PER_SLOT = 6;

    private final float[] values;
    private final byte[] periods;
    private final int[] lastPeriod;
    private final int memory;

    SeasonProfile(int slots, int memory) {
        this.values = new float[slots];
        this.periods = new byte[slots];
        this.lastPeriod = new int[slots];
        this.memory = memory;
    }

    /** Whether the slot of a moment was seen in an earlier period. */
    boolean knows(long millis) {
        int slot = slot(millis);
        return periods[slot] > 0 && lastPeriod[slot] != period(millis) || periods[slot] > 1;
    }

    /** The usual value, interpolated between slot centres; {@code otherwise} where the slot is new. */
    double expected(long millis, double otherwise) {
        double place = Math.floorMod(millis, values.length * SLOT_MILLIS) / (double) SLOT_MILLIS - 0.5;
        int left = Math.floorMod((int) Math.floor(place), values.length);
        int right = (left + 1) % values.length;
        double share = place - Math.floor(place);
        if (periods[left] == 0 || periods[right] == 0) {
            int own = slot(millis);
            return periods[own] == 0 ? otherwise : values[own];
        }
        return values[left] * (1 - share) + values[right] * share;
    }

    void learn(long millis, double value, double expected, double rowsPerSlot) {
        int slot = slot(millis);
        int period = period(millis);
        if (periods[slot] == 0) {
            values[slot] = (float) value;
            periods[slot] = 1;
            lastPeriod[slot] = period;
            return;
        }
        if (lastPeriod[slot] != period) {
            lastPeriod[slot] = period;
            periods[slot] = (byte) Math.min(100, periods[slot] + 1);
        }
        double rows = Math.max(1, Math.min(MAX_ROWS_PER_SLOT, rowsPerSlot));
        double rate = 1 / (Math.min(periods[slot], memory) * rows);
        values[slot] += (float) (rate * (value - expected));
    }

    int slot(long millis) {
        return (int) (Math.floorMod(millis, values.length * SLOT_MILLIS) / SLOT_MILLIS);
    }

    private int period(long millis) {
        return (int) Math.floorDiv(millis, values.length * SLOT_MILLIS);
    }

    void state(StateFlow flow) {
        flow.all(values);
        flow.all(periods);
        flow.all(lastPeriod);
    }
}
