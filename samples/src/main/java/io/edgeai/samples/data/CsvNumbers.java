package io.edgeai.samples.data;

import io.edgeai.samples.data.CsvTable.Kind;
import java.util.Locale;

/** Reads cells as numbers: decimal digits, sign, point, exponent, {@code nan}, {@code inf}; nothing Java alone allows. */
final class CsvNumbers {
    private CsvNumbers() {}

    /** What one stripped cell is; an empty one is a missing number. */
    static Kind kind(String cell) {
        if (cell.isEmpty() || special(cell)) {
            return Kind.NUMBER;
        }
        boolean digits = false;
        boolean whole = cell.length() <= 20;
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c >= '0' && c <= '9') {
                digits = true;
            } else if ("+-.eE".indexOf(c) < 0) {
                return Kind.TEXT;
            } else if (i > 0 || c == '.' || c == 'e' || c == 'E') {
                whole = false;
            }
        }
        if (!digits || (!whole && !parses(cell))) {
            return Kind.TEXT;
        }
        return whole && fitsLong(cell) ? Kind.WHOLE : Kind.NUMBER;
    }

    /** The number in a cell that {@link #kind} calls one. */
    static double parse(String cell) {
        if (cell.isEmpty()) {
            return Double.NaN;
        }
        if (special(cell)) {
            String name = cell.toLowerCase(Locale.ROOT);
            return name.contains("n/a") || name.contains("nan") || name.equals("na") || name.equals("null")
                    ? Double.NaN
                    : name.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return Double.parseDouble(cell);
    }

    private static boolean special(String cell) {
        return switch (cell.toLowerCase(Locale.ROOT)) {
            case "nan",
                    "+nan",
                    "-nan",
                    "na",
                    "n/a",
                    "null",
                    "inf",
                    "+inf",
                    "-inf",
                    "infinity",
                    "+infinity",
                    "-infinity" -> true;
            default -> false;
        };
    }

    private static boolean parses(String cell) {
        try {
            Double.parseDouble(cell);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean fitsLong(String cell) {
        try {
            Long.parseLong(cell);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
