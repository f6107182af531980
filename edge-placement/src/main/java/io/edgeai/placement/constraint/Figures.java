package io.edgeai.placement.constraint;

import java.util.Locale;

/** Numbers with units as people read them. */
public final class Figures {
    private Figures() {}

    /** Decimal megabytes from 1 MB on, else bytes. */
    public static String bytes(double bytes) {
        return bytes >= 1e6 ? number(bytes / 1e6) + " MB" : number(bytes) + " bytes";
    }

    /** Up to three decimals, none where the number is whole. */
    public static String number(double value) {
        if (Double.isInfinite(value) || Double.isNaN(value)) {
            return Double.isNaN(value) ? "not a number" : value > 0 ? "infinite" : "-infinite";
        }
        String text = String.format(Locale.ROOT, Math.abs(value) < 0.001 && value != 0 ? "%.3e" : "%.3f", value);
        return text.contains("e") ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    /** A number and its unit. */
    public static String with(double value, String unit) {
        return unit.equals("bytes") ? bytes(value) : unit.isEmpty() ? number(value) : number(value) + " " + unit;
    }
}
