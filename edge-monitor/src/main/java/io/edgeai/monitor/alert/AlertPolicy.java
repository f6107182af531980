package io.edgeai.monitor.alert;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;

/**
 * When an alert begins and ends.
 *
 * @param confirmAfter scores of 0.5 or more in a row before it fires, 1 or more
 * @param resolveAfter scores below {@code resolveBelow} in a row before it is over, 1 or more
 * @param resolveBelow above 0, at most 0.5; between this and 0.5 an alert neither begins nor ends
 * @param reopenWithin a signal unusual again within this time of the end continues the old alert, unannounced
 */
public record AlertPolicy(int confirmAfter, int resolveAfter, double resolveBelow, Duration reopenWithin) {
    public AlertPolicy {
        if (confirmAfter < 1 || resolveAfter < 1) {
            throw new InvalidInputException("Alert policy (confirm after " + confirmAfter + ", resolve after "
                    + resolveAfter + ") has a count below 1. Maybe use 1 to act at once.");
        }
        if (!(resolveBelow > 0 && resolveBelow <= 0.5)) {
            throw new InvalidInputException(
                    "Resolve threshold (" + resolveBelow + ") is not above 0 and at most 0.5. Maybe use 0.4.");
        }
    }

    /** For a score per window: fires at the second, ends after six quiet ones, reopens within 30 minutes. */
    public static AlertPolicy ofDefaults() {
        return new AlertPolicy(2, 6, 0.4, Duration.ofMinutes(30));
    }

    /** For rare scores that are tests in themselves: fires and ends with one. */
    public static AlertPolicy immediate() {
        return new AlertPolicy(1, 1, 0.4, Duration.ofMinutes(30));
    }
}
