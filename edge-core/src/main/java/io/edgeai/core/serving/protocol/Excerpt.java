package io.edgeai.core.serving.protocol;

/** A piece of a caller's text, short enough to be sent back in a message. */
final class Excerpt {
    private static final int LONGEST = 60;

    private Excerpt() {}

    static String of(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
