package io.edgeai.placement.deploy.export;

import io.edgeai.core.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names that other systems accept, different for different originals. */
final class Names {
    private static final int LONGEST = 63;
    private static final int MARK = 8;

    private Names() {}

    /**
     * A DNS label by RFC 1123: lower-case letters, digits and hyphens, starting with a letter, at most 63 characters. What
     * had to be changed ends in eight digits of its digest.
     */
    static String dns(String text) {
        return dns(text, text, false);
    }

    /** A label of both; marked also where the first has a hyphen, so that where it ends makes a difference. */
    static String dns(String first, String second) {
        return dns(first + "-" + second, first + "\n" + second, first.contains("-"));
    }

    private static String dns(String text, String original, boolean marked) {
        String label = text.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9-]+", "-")
                .replaceAll("^[^a-z]+", "")
                .replaceAll("-+$", "");
        if (!marked && label.equals(text) && label.length() <= LONGEST) {
            return label;
        }
        String mark = Digest.of(original.getBytes(StandardCharsets.UTF_8)).hex().substring(0, MARK);
        String kept =
                label.substring(0, Math.min(label.length(), LONGEST - MARK - 1)).replaceAll("-+$", "");
        return (kept.isEmpty() ? "x" : kept) + "-" + mark;
    }
}
