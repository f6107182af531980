package io.edgeai.monitor.anomaly.series;

/** The running range of a series, which shrinks by 1/16,000 of itself per row, and the all-time one. */
final class ValueRange {
    private static final double SHRINK = 0.25 / 4000;

    private boolean begun;
    private double low;
    private double high;
    private double lowest;
    private double highest;

    /** How far outside the running range a value lies, in tenths of the range; 0 inside. */
    double beyond(double value) {
        double span = high - low;
        if (!begun || span <= 0) {
            return 0;
        }
        return 10 * Math.max(0, Math.max(value - high, low - value)) / span;
    }

    /** 0 below the running range, 1 to 8 inside, 9 above. */
    int symbol(double value) {
        if (!begun || value < low) {
            return 0;
        }
        if (value > high) {
            return 9;
        }
        double span = high - low;
        return span <= 0 ? 1 : 1 + (int) Math.min(7, 8 * (value - low) / span);
    }

    double allTimeSpan() {
        return highest - lowest;
    }

    void learn(double value) {
        if (!begun) {
            begun = true;
            low = value;
            high = value;
            lowest = value;
            highest = value;
        }
        double shrink = SHRINK * (high - low);
        low = Math.min(value, low + shrink);
        high = Math.max(value, high - shrink);
        lowest = Math.min(lowest, value);
        highest = Math.max(highest, value);
    }

    void state(StateFlow flow) {
        begun = flow.yes(begun);
        low = flow.real(low);
        high = flow.real(high);
        lowest = flow.real(lowest);
        highest = flow.real(highest);
    }
}
