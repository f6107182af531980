package io.edgeai.core.answers;

import io.edgeai.core.error.InvalidInputException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * Where and how long it is kept who answered what.
 *
 * @param folder of the files; several processes may write to one
 * @param maxBytes of all files, 1 MiB or more; default 256 MiB. Beyond it the oldest go. Each further process that writes may
 *     exceed it by a file: an eighth of it, at most 16 MiB
 * @param maxAge of what is kept, a minute or more; default 30 days. What is older goes within another eighth of it
 * @param node where these answers are given, 1 to 200 characters; default {@code node}
 * @param clock dates them; default the system's
 */
public record JournalSettings(Path folder, long maxBytes, Duration maxAge, String node, Clock clock) {
    private static final long LEAST_BYTES = 1 << 20;
    private static final int LONGEST_NAME = 200;

    public JournalSettings {
        if (maxBytes < LEAST_BYTES) {
            throw new InvalidInputException("maxBytes (" + maxBytes + ") is below 1 MiB. Maybe 256 << 20.");
        }
        if (maxAge.compareTo(Duration.ofMinutes(1)) < 0 || maxAge.compareTo(Duration.ofDays(36_500)) > 0) {
            throw new InvalidInputException(
                    "maxAge (" + maxAge + ") is not in a minute to 36500 days. Maybe Duration.ofDays(30).");
        }
        if (node.isEmpty() || node.length() > LONGEST_NAME) {
            throw new InvalidInputException(
                    "A node's name has (" + node.length() + ") characters, not 1 to 200. Maybe the host's name.");
        }
    }

    /** All defaults. */
    public static JournalSettings in(Path folder) {
        return new JournalSettings(folder, 256L << 20, Duration.ofDays(30), "node", Clock.systemUTC());
    }

    public JournalSettings maxBytes(long most) {
        return new JournalSettings(folder, most, maxAge, node, clock);
    }

    public JournalSettings maxAge(Duration longest) {
        return new JournalSettings(folder, maxBytes, longest, node, clock);
    }

    public JournalSettings node(String name) {
        return new JournalSettings(folder, maxBytes, maxAge, name, clock);
    }

    public JournalSettings clock(Clock wall) {
        return new JournalSettings(folder, maxBytes, maxAge, node, wall);
    }

    /** How large one file may become: an eighth of all, at most 16 MiB, so that one is read at once. */
    long segmentBytes() {
        return Math.min(maxBytes / 8, 16L << 20);
    }

    /** How long one file is written to. */
    long segmentMillis() {
        return maxAge.toMillis() / 8;
    }
}
