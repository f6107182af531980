package io.edgeai.core.registry;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.BlobState;
import java.util.List;

/**
 * The state of the bytes of every version.
 *
 * @param results one a version, sorted by reference
 */
public record VerificationReport(List<Result> results) {
    public VerificationReport {
        results = List.copyOf(results);
    }

    /**
     * One version's bytes.
     *
     * @param ref which version
     * @param state what re-hashing found
     */
    public record Result(VersionRef ref, BlobState state) {}

    /** Whether all bytes are as stored. */
    public boolean ok() {
        return damaged().isEmpty();
    }

    /** The versions whose bytes are missing or corrupt. */
    public List<Result> damaged() {
        return results.stream().filter(result -> result.state() != BlobState.OK).toList();
    }
}
