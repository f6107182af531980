package io.edgeai.monitor.health;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;

/**
 * What one signal contributes.
 *
 * @param signal which signal
 * @param weight its share relative to the other parts, above 0
 * @param value 1 (as it should be) to 0; NaN without data
 * @param pointsLost how many of the 100 points it costs; 0 without data
 * @param reason one sentence for people
 */
public record HealthPart(SignalKind signal, double weight, double value, double pointsLost, String reason) {
    public HealthPart {
        if (!(weight > 0) || value < 0 || value > 1) {
            throw new InvalidInputException(
                    "Health part (" + signal + ") has weight (" + weight + ") and value (" + value + ").");
        }
    }

    /** A part with data; {@link Health} works out the points. */
    public static HealthPart of(SignalKind signal, double weight, double value, String reason) {
        return new HealthPart(signal, weight, Math.max(0, Math.min(1, value)), 0, reason);
    }

    /** A part that cannot be judged and does not count. */
    public static HealthPart unknown(SignalKind signal, double weight, String reason) {
        return new HealthPart(signal, weight, Double.NaN, 0, reason);
    }

    /** Whether there is data to judge by. */
    public boolean known() {
        return !Double.isNaN(value);
    }

    HealthPart costing(double points) {
        return new HealthPart(signal, weight, value, points, reason);
    }
}
