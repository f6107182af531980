package io.edgeai.optimize.partition;

import io.edgeai.core.error.InvalidInputException;

/**
 * A place where part of a network can run.
 *
 * @param name such as {@code device}, {@code edge} or {@code cloud}
 * @param slowdown how many times longer it takes than the machine that plans, which measures; above 0
 */
public record Tier(String name, double slowdown) {
    public Tier {
        if (!(slowdown > 0) || Double.isInfinite(slowdown)) {
            throw new InvalidInputException("Slowdown (" + slowdown + ") of tier (" + name
                    + ") must be above 0 and finite. Maybe 1 for a machine like this one.");
        }
    }
}
