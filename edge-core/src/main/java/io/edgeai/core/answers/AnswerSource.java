package io.edgeai.core.answers;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.VersionRef;

/**
 * Who answers: a version as it stands in a split.
 *
 * @param version which version
 * @param digest of the bytes that it was opened from, as the registry states it
 * @param environment where it serves, at most 200 characters
 * @param role as what
 * @param share of the requests that it gets, 0 to 1
 */
public record AnswerSource(VersionRef version, Digest digest, String environment, AnswerRole role, double share) {
    private static final int LONGEST_NAME = 200;

    public AnswerSource {
        if (!(share >= 0 && share <= 1)) {
            throw new InvalidInputException(
                    "Share (" + share + ") of (" + version + ") must be 0 to 1. Maybe divide its weight by their sum.");
        }
        if (environment.length() > LONGEST_NAME) {
            throw new InvalidInputException("An environment's name has (" + environment.length()
                    + ") characters, more than 200. Maybe a shorter one.");
        }
    }
}
