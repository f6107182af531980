package io.edgeai.monitor.anomaly;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;

/**
 * How many alerts a day are acceptable while nothing is wrong: the one setting of every detector.
 *
 * @param perDay above 0, at most 1000
 */
public record FalseAlarmBudget(double perDay) {
    public FalseAlarmBudget {
        if (!(perDay > 0 && perDay <= 1000)) {
            throw new InvalidInputException("False alarms per day (" + perDay
                    + ") are not above 0 and at most 1000. Maybe use 0.1, one in ten days.");
        }
    }

    /** One in ten days. */
    public static FalseAlarmBudget ofDefaults() {
        return new FalseAlarmBudget(0.1);
    }

    /** An equal share for each of {@code parts} detectors. */
    public FalseAlarmBudget split(int parts) {
        return new FalseAlarmBudget(perDay / Math.max(1, parts));
    }

    /** The chance of a false alarm that each of the values a day may take, where one comes every {@code step}. */
    public double perStep(Duration step) {
        return Math.min(
                0.5, perDay * ((double) step.toNanos() / Duration.ofDays(1).toNanos()));
    }
}
