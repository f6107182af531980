package io.edgeai.formats.pickle;

import io.edgeai.core.error.ModelFormatException;
import java.math.BigInteger;

/** Arguments that protocol 0 writes as lines of text. Stateless. */
final class PickleText {
    private static final int MOST_DIGITS = 4300;

    private PickleText() {}

    static Object integer(String line) {
        String digits = line.strip();
        if (digits.endsWith("L")) {
            digits = digits.substring(0, digits.length() - 1);
        }
        if (digits.length() > MOST_DIGITS) {
            throw new ModelFormatException("Pickle holds a whole number of (" + digits.length() + ") digits, more than "
                    + MOST_DIGITS + ". Maybe the file is hostile.");
        }
        try {
            return shortest(new BigInteger(digits));
        } catch (NumberFormatException e) {
            throw new ModelFormatException("Pickle holds (" + line + ") where a whole number belongs.", e);
        }
    }

    /** Long where it fits. */
    static Object shortest(BigInteger value) {
        return value.bitLength() < 64 ? (Object) value.longValue() : value;
    }

    static double real(String line) {
        String text = line.strip();
        switch (text) {
            case "inf" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-inf" -> {
                return Double.NEGATIVE_INFINITY;
            }
            case "nan", "-nan" -> {
                return Double.NaN;
            }
            default -> {
                try {
                    return Double.parseDouble(text);
                } catch (NumberFormatException e) {
                    throw new ModelFormatException("Pickle holds (" + line + ") where a number belongs.", e);
                }
            }
        }
    }

    static int index(String line) {
        Object value = integer(line);
        if (value instanceof Long index && index >= 0 && index <= Integer.MAX_VALUE) {
            return (int) (long) index;
        }
        throw new ModelFormatException("Pickle holds memo index (" + line + "), outside 0 to 2^31-1.");
    }

    /** A quoted Python string with backslash escapes. */
    static String quoted(String line) {
        String text = line.strip();
        boolean whole = text.length() >= 2
                && (text.charAt(0) == '\'' || text.charAt(0) == '"')
                && text.charAt(text.length() - 1) == text.charAt(0);
        if (!whole) {
            throw new ModelFormatException("Pickle holds the text (" + line + ") without its quotes.");
        }
        return unescape(text.substring(1, text.length() - 1), false);
    }

    /** Raw unicode escapes: only backslash u and U. */
    static String unicode(String line) {
        return unescape(line, true);
    }

    private static String unescape(String text, boolean unicodeOnly) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            char kind = text.charAt(i + 1);
            int digits = kind == 'u' ? 4 : kind == 'U' ? 8 : kind == 'x' && !unicodeOnly ? 2 : 0;
            if (digits > 0) {
                out.appendCodePoint(hex(text, i + 2, digits));
                i += 1 + digits;
            } else if (unicodeOnly) {
                out.append(c);
            } else {
                int plain = "\\'\"abfnrtv".indexOf(kind);
                if (plain >= 0) {
                    out.append("\\'\"\u0007\b\f\n\r\t\u000b".charAt(plain));
                } else {
                    out.append(c).append(kind);
                }
                i++;
            }
        }
        return out.toString();
    }

    private static int hex(String text, int from, int digits) {
        try {
            int code = Integer.parseInt(text.substring(from, from + digits), 16);
            if (Character.isValidCodePoint(code)) {
                return code;
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new ModelFormatException("Pickle holds a broken escape in (" + text + ").", e);
        }
        throw new ModelFormatException("Pickle holds an impossible character in (" + text + ").");
    }
}
