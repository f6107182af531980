package io.edgeai.core.registry;

import java.nio.charset.StandardCharsets;

/**
 * The last that the audit says of each version of a model: lines of a number, the digest of the version's record and an action,
 * with a blank between them. Not thread-safe.
 */
final class Heads {
    private static final String DIGITS = "0123456789abcdef";

    private final byte[] lines;
    private int next;
    private String action = "";

    Heads(byte[] lines) {
        this.lines = lines;
    }

    /** Whether the next line is about this version, says this digest and an action that is known. */
    boolean next(int number, byte[] digest) {
        long named = 0;
        while (next < lines.length && lines[next] >= '0' && lines[next] <= '9' && named <= Integer.MAX_VALUE) {
            named = named * 10 + lines[next++] - '0';
        }
        int hex = next + 1;
        int words = hex + 2 * digest.length + 1;
        if (named != number || words >= lines.length || lines[next] != ' ' || lines[words - 1] != ' ') {
            return false;
        }
        for (int i = 0; i < digest.length; i++) {
            if (lines[hex + 2 * i] != DIGITS.charAt(digest[i] >> 4 & 15)
                    || lines[hex + 2 * i + 1] != DIGITS.charAt(digest[i] & 15)) {
                return false;
            }
        }
        int end = words;
        while (end < lines.length && lines[end] != '\n') {
            end++;
        }
        next = end + 1;
        return end < lines.length && known(words, end);
    }

    private boolean known(int begin, int end) {
        boolean same = end - begin == action.length();
        for (int i = begin; same && i < end; i++) {
            same = lines[i] == action.charAt(i - begin);
        }
        if (!same) {
            action = new String(lines, begin, end - begin, StandardCharsets.UTF_8);
        }
        return same && !action.isEmpty() || AuditTable.action(action) != null;
    }

    boolean end() {
        return next >= lines.length;
    }
}
