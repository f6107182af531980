package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as users write them: {@code 5000}, {@code 64K}, {@code 200M}, {@code 1.5G}, in powers of 1024. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("([0-9]+(?:[.][0-9]+)?)([KMG]?)");

    private Sizes() {}

    static long parse(String option, String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidInputException(option + " (" + text + ") is no size. Maybe write 200M or 1.5G.");
        }
        int power = "KMG".indexOf(matcher.group(2)) + 1;
        double bytes = Double.parseDouble(matcher.group(1))
                * Math.pow(1024, matcher.group(2).isEmpty() ? 0 : power);
        if (bytes < 1 || bytes > Long.MAX_VALUE / 2.0) {
            throw new InvalidInputException(option + " (" + text + ") must be at least one byte. Maybe write 200M.");
        }
        return Math.round(bytes);
    }
}
