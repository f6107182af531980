package io.edgeai.optimize.calibration;

import io.edgeai.core.error.InvalidInputException;
import java.nio.FloatBuffer;

/** Extremes of one activation over the samples. Not thread-safe. */
final class RangeObserver {
    private static final double NEW_SAMPLE_WEIGHT = 0.1;

    private final String value;
    private final boolean average;
    private double low = Double.POSITIVE_INFINITY;
    private double high = Double.NEGATIVE_INFINITY;
    private boolean empty = true;

    RangeObserver(String value, boolean average) {
        this.value = value;
        this.average = average;
    }

    void add(FloatBuffer values, int sample) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < values.limit(); i++) {
            float v = values.get(i);
            if (!Float.isFinite(v)) {
                throw new InvalidInputException("Value (" + value + ") is (" + v + ") for calibration sample " + sample
                        + ". Maybe the sample lies far outside what the model was trained on.");
            }
            min = Math.min(min, v);
            max = Math.max(max, v);
        }
        if (min > max) {
            return;
        }
        if (empty || !average) {
            low = Math.min(low, min);
            high = Math.max(high, max);
        } else {
            low += NEW_SAMPLE_WEIGHT * (min - low);
            high += NEW_SAMPLE_WEIGHT * (max - high);
        }
        empty = false;
    }

    /** The range seen; zero where the value had no elements. */
    ValueRange range() {
        return empty ? new ValueRange(0, 0) : new ValueRange((float) low, (float) high);
    }
}
