package io.edgeai.federated.secagg;

import io.edgeai.core.error.InvalidInputException;

/**
 * How a federation adds up updates without seeing one.
 *
 * @param minimumSurvivors fewer updates than that are never added up, at least 2
 * @param range largest change of one parameter that can be told where no clip norm says so; larger ones are cut off
 */
public record SecureAggregation(int minimumSurvivors, double range) {
    public SecureAggregation {
        if (minimumSurvivors < 2) {
            throw new InvalidInputException("minimumSurvivors (" + minimumSurvivors + ") must be at least 2.");
        }
        if (!(range > 0 && range <= 1e6)) {
            throw new InvalidInputException("range (" + range + ") must be above 0 to 1e6.");
        }
    }

    /** 3 survivors, changes of at most 8. */
    public static SecureAggregation defaults() {
        return new SecureAggregation(3, 8);
    }

    /** {@link #defaults()} with another number of survivors. */
    public static SecureAggregation of(int minimumSurvivors) {
        return new SecureAggregation(minimumSurvivors, 8);
    }
}
