package io.edgeai.core.runtime.provider;

import io.edgeai.core.error.InvalidInputException;
import java.util.Map;
import java.util.TreeMap;

/** What the settings of providers have in common. */
final class Settings {
    private Settings() {}

    /** Those options and one more, or one changed. */
    static Map<String, String> with(Map<String, String> options, String name, String value) {
        Map<String, String> more = new TreeMap<>(options);
        more.put(name, value);
        return more;
    }

    static String device(int index) {
        if (index < 0) {
            throw new InvalidInputException("device (" + index + ") must be 0 or more. Maybe 0, the first.");
        }
        return Integer.toString(index);
    }

    static String bytes(String what, long bytes) {
        if (bytes < 1 << 20) {
            throw new InvalidInputException(what + " (" + bytes + ") must be 1 MiB (1048576) or more.");
        }
        return Long.toString(bytes);
    }
}
