package io.edgeai.samples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One axis of a chart: a range that begins and ends on ticks, which are multiples of 1, 2 or 5 times a power of ten
 * (Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).
 *
 * @param low value at the axis's beginning
 * @param high value at its end
 * @param step distance of two ticks
 * @param from coordinate of {@code low}
 * @param to coordinate of {@code high}
 */
record Axis(double low, double high, double step, double from, double to) {
    private static final double LARGEST = 1e300;
    private static final Pattern ZEROS = Pattern.compile("(\\.\\d*?)0+(e|$)");

    /** An axis that covers the values with about that many ticks. */
    static Axis covering(double least, double most, int ticks, double from, double to) {
        double low = Double.isFinite(least) ? bounded(least) : 0;
        double high = Double.isFinite(most) ? bounded(most) : 1;
        if (high - low <= Math.max(Math.abs(low), Math.abs(high)) * 1e-12 || high - low < 1 / LARGEST) {
            double room = Math.abs(low) < 1 / LARGEST ? 0.5 : Math.abs(low) * 0.5;
            low -= room;
            high += room;
        }
        double step = nice((high - low) / Math.max(1, ticks));
        return new Axis(Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step, step, from, to);
    }

    /** Beyond this the width of a range could be infinite. */
    private static double bounded(double value) {
        return Math.max(-LARGEST, Math.min(LARGEST, value));
    }

    private static double nice(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double fraction = rough / power;
        return power * (fraction < 1.5 ? 1 : fraction < 3 ? 2 : fraction < 7 ? 5 : 10);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        long count = Math.round((high - low) / step);
        for (long i = 0; i <= count; i++) {
            double tick = low + i * step;
            ticks.add(Math.abs(tick) < step * 1e-9 ? 0.0 : tick);
        }
        return ticks;
    }

    /** A tick's text, with as many decimals as the step needs. */
    String label(double tick) {
        double size = Math.max(Math.abs(low), Math.abs(high));
        if (size >= 1e6 || size < 1e-3) {
            long apart = (long) (Math.floor(Math.log10(size)) - Math.floor(Math.log10(step) + 1e-9));
            String text = String.format(Locale.ROOT, "%." + Math.max(3, Math.min(17, apart + 1)) + "g", tick);
            return ZEROS.matcher(text).replaceAll("$1$2").replaceAll("\\.(e|$)", "$1");
        }
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
    }

    double at(double value) {
        double near = Double.isFinite(value) ? bounded(value) : value;
        return from + (near - low) / (high - low) * (to - from);
    }
}
