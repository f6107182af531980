package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;

/**
 * How large a data file a reader accepts; checked before anything of that size is allocated.
 *
 * @param maxBytes most bytes of one file, and of what it unpacks to
 * @param maxEntries most arrays in an archive and most columns in a table
 * @param maxExpansion most bytes unpacked for each byte packed; deflate itself ends at 1,032
 */
public record DataLimits(long maxBytes, int maxEntries, int maxExpansion) {
    /** 2 GiB, 65,536 arrays or columns, 1,100 unpacked bytes for each packed one. */
    public static final DataLimits DEFAULT = new DataLimits(Integer.MAX_VALUE, 65_536, 1_100);

    public DataLimits {
        if (maxBytes < 1 || maxBytes > Integer.MAX_VALUE || maxEntries < 1 || maxExpansion < 1) {
            throw new InvalidInputException("Limits must be positive and maxBytes at most 2147483647: maxBytes ("
                    + maxBytes + "), maxEntries (" + maxEntries + "), maxExpansion (" + maxExpansion + ").");
        }
    }

    /** @throws InvalidInputException where {@code bytes} is above {@link #maxBytes} */
    void checkSize(String what, long bytes) {
        if (bytes > maxBytes) {
            throw new InvalidInputException("(" + what + ") holds " + bytes + " bytes, more than the limit of ("
                    + maxBytes + "). Maybe split it into several files.");
        }
    }

    /** @throws InvalidInputException where unpacked data is too large by itself or for its packed size */
    void checkExpansion(String what, long packed, long unpacked) {
        checkSize(what, unpacked);
        if (unpacked > (packed + 1024) * maxExpansion) {
            throw new InvalidInputException("(" + what + ") unpacks from " + packed + " to " + unpacked
                    + " bytes, more than (" + maxExpansion + ") for one. Maybe the file is damaged or hostile.");
        }
    }
}
