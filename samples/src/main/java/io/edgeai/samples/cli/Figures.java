package io.edgeai.samples.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
    private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final String[] COUNTS = {"", " k", " M", " G", " T"};

    private Figures() {}

    /** E.g. {@code 3.4 MiB (3,561,984 bytes)}. */
    static String bytes(long bytes) {
        return bytes < 1024
                ? bytes + " B"
                : scaled((double) bytes, 1024, BYTES) + String.format(Locale.ROOT, " (%,d bytes)", bytes);
    }

    /** E.g. {@code 1.2 M (1,234,567)}. */
    static String count(long count) {
        return count < 1000
                ? Long.toString(count)
                : scaled((double) count, 1000, COUNTS) + String.format(Locale.ROOT, " (%,d)", count);
    }

    private static String scaled(double value, int step, String[] units) {
        int unit = 0;
        double rest = value;
        while (rest >= step && unit < units.length - 1) {
            rest /= step;
            unit++;
        }
        return String.format(Locale.ROOT, rest < 10 ? "%.2f" : "%.1f", rest) + (step == 1024 ? " " : "") + units[unit];
    }

    /** Microseconds with three digits that count, e.g. {@code 12.3 µs}, {@code 4.56 ms}. */
    static String micros(double micros) {
        double value = micros >= 1e6 ? micros / 1e6 : micros >= 1e3 ? micros / 1e3 : micros;
        String unit = micros >= 1e6 ? "s" : micros >= 1e3 ? "ms" : "µs";
        return significant(value) + " " + unit;
    }

    /** Three digits that count. */
    static String significant(double value) {
        double size = Math.abs(value);
        return String.format(
                Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }
}
