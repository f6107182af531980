package io.edgeai.placement.deploy.site;

import io.edgeai.core.error.InvalidInputException;

/**
 * What a site accepts.
 *
 * @param artifactBytes longest artifact
 * @param chunkBytes longest chunk
 * @param reserveBytes disk that stays free
 */
public record SiteLimits(long artifactBytes, int chunkBytes, long reserveBytes) {
    public SiteLimits {
        if (artifactBytes < 1 || chunkBytes < 1 || reserveBytes < 0) {
            throw new InvalidInputException("Limits (" + artifactBytes + ", " + chunkBytes + ", " + reserveBytes
                    + ") must be positive bytes of an artifact and a chunk, and a reserve of at least 0.");
        }
    }

    /** Artifacts up to 64 GiB, chunks up to 16 MiB, 64 MiB of disk left free. */
    public static SiteLimits defaults() {
        return new SiteLimits(64L << 30, 16 << 20, 64L << 20);
    }
}
