package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;

/**
 * The same mechanism, several times.
 *
 * @param count at least 1, at most 10⁹
 */
public record Releases(Mechanism mechanism, long count) {
    public Releases {
        if (count < 1 || count > 1_000_000_000) {
            throw new InvalidInputException("count (" + count + ") of releases must be 1 to 1000000000.");
        }
    }
}
