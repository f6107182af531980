package io.edgeai.formats.pickle;

import io.edgeai.core.error.InvalidInputException;

/**
 * Bounds checked before memory is allocated.
 *
 * @param bytes most bytes of a file, and of its content once unpacked
 * @param expansion how many times larger than the file its content may be, above the first 64 MiB
 * @param objects most objects, numbers and texts
 * @param depth most marks open and pickles inside pickles at once
 */
public record PickleLimits(long bytes, int expansion, int objects, int depth) {
    /** 1 GiB, 200 times, 20 million objects, depth 1000. */
    public static final PickleLimits DEFAULT = new PickleLimits(1L << 30, 200, 20_000_000, 1000);

    static final long FREE_EXPANSION = 64L << 20;

    public PickleLimits {
        if (bytes < 1 || bytes > Integer.MAX_VALUE - 64 || expansion < 1 || objects < 1 || depth < 1) {
            throw new InvalidInputException("Pickle limits (" + bytes + ", " + expansion + ", " + objects + ", " + depth
                    + ") must be above 0 and below 2 GiB. Maybe use PickleLimits.DEFAULT.");
        }
    }

    /** Most bytes that a packed file of this size may unpack to. */
    long unpacked(long packed) {
        return Math.min(bytes, Math.max(FREE_EXPANSION, packed * expansion));
    }
}
