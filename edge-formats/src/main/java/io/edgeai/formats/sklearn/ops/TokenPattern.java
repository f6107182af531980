package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A Python regular expression for tokens in the syntax of RE2, which ONNX Runtime uses: {@code \w}, {@code \d} and
 * {@code \s} become the Unicode classes Python means. RE2 sees word boundaries in ASCII only, so a pattern between two of
 * them, made of word characters alone, is found as those whole words that match it.
 *
 * @param runs what finds tokens
 * @param whole what a token must match besides; empty for nothing
 */
record TokenPattern(String runs, String whole) {
    private static final String WORD = "\\p{L}\\p{N}_";
    private static final String SPACE =
            "\\t-\\r\\x{1c}-\\x20\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}"
                    + "\\x{202f}\\x{205f}\\x{3000}";
    private static final Pattern MANY_WORD_CHARACTERS = Pattern.compile("(\\\\w)*\\\\w[+]");

    /** @throws UnsupportedOperatorException where RE2 has no equivalent */
    static TokenPattern of(String python) {
        String rest = python.startsWith("(?u)") ? python.substring(4) : python;
        boolean begins = rest.startsWith("\\b");
        rest = begins ? rest.substring(2) : rest;
        boolean ends = rest.endsWith("\\b") && !rest.endsWith("\\\\b");
        rest = ends ? rest.substring(0, rest.length() - 2) : rest;
        Reading reading = new Reading(python, rest);
        String re2 = reading.all();
        if (!begins && !ends || MANY_WORD_CHARACTERS.matcher(rest).matches()) {
            return new TokenPattern(re2, "");
        }
        if (!begins || !ends || !reading.wordsOnly || rest.contains("|")) {
            throw unsupported(python);
        }
        return new TokenPattern("[" + WORD + "]+", re2);
    }

    private static UnsupportedOperatorException unsupported(String python) {
        return new UnsupportedOperatorException("token_pattern = " + python);
    }

    /** One pass over a pattern. */
    private static final class Reading {
        private final String python;
        private final String text;
        private final StringBuilder out = new StringBuilder();
        private int at;
        private boolean wordsOnly = true;

        Reading(String python, String text) {
            this.python = python;
            this.text = text;
        }

        String all() {
            while (at < text.length()) {
                char c = text.charAt(at++);
                switch (c) {
                    case '\\' -> escape(false);
                    case '[' -> set();
                    case '(' -> group();
                    case '^', '$' -> throw unsupported(python);
                    case '*', '+', '?' -> repeated(c);
                    case '{' -> counted();
                    case ')', '|' -> out.append(c);
                    default -> literal(c);
                }
            }
            try {
                if (Pattern.compile(out.toString()).matcher("").matches()) {
                    throw unsupported(python);
                }
            } catch (PatternSyntaxException e) {
                throw unsupported(python);
            }
            return out.toString();
        }

        private void literal(char c) {
            wordsOnly &= Character.isLetterOrDigit(c) || c == '_';
            out.append(c);
        }

        private char next() {
            if (at >= text.length()) {
                throw unsupported(python);
            }
            return text.charAt(at++);
        }

        private void group() {
            if (!text.startsWith("?:", at)) {
                throw unsupported(python);
            }
            at += 2;
            out.append("(?:");
        }

        private void repeated(char c) {
            out.append(c);
            lazyOnly();
        }

        private void counted() {
            int end = text.indexOf('}', at);
            String counts = end < 0 ? "" : text.substring(at, end);
            if (!counts.matches("[0-9]{1,3}(,[0-9]{0,3})?|,[0-9]{1,3}")) {
                throw unsupported(python);
            }
            out.append('{')
                    .append(counts.startsWith(",") ? "0" + counts : counts)
                    .append('}');
            at = end + 1;
            lazyOnly();
        }

        /** What follows a repetition may make it lazy, not possessive. */
        private void lazyOnly() {
            if (at < text.length() && text.charAt(at) == '?') {
                out.append('?');
                at++;
            }
            if (at < text.length() && "+*{".indexOf(text.charAt(at)) >= 0) {
                throw unsupported(python);
            }
        }

        private void escape(boolean within) {
            char c = next();
            switch (c) {
                case 'w' -> out.append(within ? WORD : "[" + WORD + "]");
                case 'd' -> out.append("\\p{Nd}");
                case 's' -> other(within ? SPACE : "[" + SPACE + "]");
                case 'n', 't', 'r', 'f' -> other("\\" + c);
                case 'x', 'u' -> code(c == 'x' ? 2 : 4);
                case 'W' -> outside(within, "[^" + WORD + "]");
                case 'D' -> outside(within, "\\P{Nd}");
                case 'S' -> outside(within, "[^" + SPACE + "]");
                default -> {
                    if (Character.isLetterOrDigit(c)) {
                        throw unsupported(python);
                    }
                    if (c == '_' || c > 0x7f) {
                        literal(c);
                    } else {
                        other("\\" + c);
                    }
                }
            }
        }

        private void other(String what) {
            wordsOnly = false;
            out.append(what);
        }

        private void outside(boolean within, String what) {
            if (within) {
                throw unsupported(python);
            }
            other(what);
        }

        private void code(int digits) {
            String hex = text.substring(at, Math.min(text.length(), at + digits));
            if (!hex.matches("[0-9a-fA-F]{" + digits + "}")) {
                throw unsupported(python);
            }
            at += digits;
            other("\\x{" + hex + "}");
        }

        private void set() {
            out.append('[');
            if (text.startsWith("^", at)) {
                other("^");
                at++;
            }
            boolean first = true;
            for (char c = next(); c != ']' || first; c = next()) {
                first = false;
                switch (c) {
                    case '\\' -> escape(true);
                    case '[', ']' -> other("\\" + c);
                    case '-' -> out.append(range() ? "-" : "\\-");
                    case '&', '~' -> other("\\" + c);
                    default -> literal(c);
                }
            }
            out.append(']');
        }

        /** Whether a hyphen stands between two letters or two digits; one at an end is itself. */
        private boolean range() {
            char before = text.charAt(at - 2);
            char after = at < text.length() ? text.charAt(at) : ']';
            boolean hyphen = before == '[' || before == '^' || after == ']';
            boolean words = Character.isLetterOrDigit(before)
                    && Character.isLetterOrDigit(after)
                    && Character.getType(before) == Character.getType(after);
            wordsOnly &= words;
            return !hyphen;
        }
    }
}
