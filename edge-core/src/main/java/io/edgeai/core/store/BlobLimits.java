package io.edgeai.core.store;

import io.edgeai.core.error.InvalidInputException;

/**
 * How much one blob may hold; checked while copying, so a file that grows meanwhile is caught too.
 *
 * @param maxBytes most bytes of a file, and of all files of a tree together
 * @param maxFiles most files of a tree
 * @param maxDepth deepest nesting of folders in a tree
 */
public record BlobLimits(long maxBytes, int maxFiles, int maxDepth) {
    /** 64 GiB, 10,000 files, 16 levels. */
    public static final BlobLimits DEFAULT = new BlobLimits(64L << 30, 10_000, 16);

    public BlobLimits {
        if (maxBytes < 1 || maxFiles < 1 || maxDepth < 1) {
            throw new InvalidInputException("Limits must be positive: maxBytes (" + maxBytes + "), maxFiles ("
                    + maxFiles + "), maxDepth (" + maxDepth + ").");
        }
    }
}
