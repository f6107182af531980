package io.edgeai.experiment;

import io.edgeai.core.error.InvalidInputException;

/**
 * What an answer earned.
 *
 * @param version the number of the version that gave it, as the answer says
 * @param reward 0 to 1, e.g. 1 for a click
 */
public record VersionReward(int version, double reward) {
    public VersionReward {
        if (!(reward >= 0 && reward <= 1)) {
            throw new InvalidInputException("A reward (" + reward + ") of version (" + version
                    + ") must be 0 to 1. Maybe divide it by the largest there can be.");
        }
    }
}
