package io.edgeai.core.text.huggingface;

import org.jspecify.annotations.Nullable;

/**
 * A text as the native library sees it: counted in code points, without halves of surrogate pairs, which have no UTF-8
 * and are replaced by U+FFFD. Turns its places into places of the Java text. Immutable.
 */
final class NativeText {
    private static final char REPLACEMENT = '\uFFFD';

    private final String text;
    /** The char at which each code point begins, and the length; null where code points are chars. */
    private final int @Nullable [] chars;

    private NativeText(String text, boolean wide) {
        this.text = text;
        this.chars = wide ? chars(text) : null;
    }

    static NativeText of(String java) {
        StringBuilder whole = null;
        boolean wide = false;
        for (int i = 0; i < java.length(); i++) {
            char c = java.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < java.length() && Character.isLowSurrogate(java.charAt(i + 1))) {
                wide = true;
                i++;
            } else {
                whole = whole == null ? new StringBuilder(java) : whole;
                whole.setCharAt(i, REPLACEMENT);
            }
        }
        return new NativeText(whole == null ? java : whole.toString(), wide);
    }

    String text() {
        return text;
    }

    private static int[] chars(String text) {
        int[] chars = new int[text.codePointCount(0, text.length()) + 1];
        int at = 0;
        for (int i = 0; i < chars.length; i++) {
            chars[i] = at;
            at += i < chars.length - 1 ? Character.charCount(text.codePointAt(at)) : 0;
        }
        return chars;
    }

    /** The Java char at a place the library names. */
    int place(int codePoint) {
        return chars == null ? codePoint : chars[codePoint];
    }
}
