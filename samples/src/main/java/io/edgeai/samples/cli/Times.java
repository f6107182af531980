package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as options hold them: a number and its unit. */
final class Times {
    private static final Pattern TIME = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*(us|ms|s|m|h)");

    private Times() {}

    /**
     * Reads 1 µs to a day: {@code 500us}, {@code 20ms}, {@code 1.5s}, {@code 2m}, {@code 1h}.
     *
     * @throws InvalidInputException naming the option
     */
    static Duration parse(String option, String text) {
        Matcher matcher = TIME.matcher(text.strip().toLowerCase(Locale.ROOT));
        double micros = 0;
        if (matcher.matches()) {
            double number = Double.parseDouble(matcher.group(1));
            micros = switch (matcher.group(2)) {
                case "us" -> number;
                case "ms" -> 1e3 * number;
                case "s" -> 1e6 * number;
                case "m" -> 60e6 * number;
                default -> 3600e6 * number;
            };
        }
        if (!(micros >= 1 && micros <= 86_400e6)) {
            throw new InvalidInputException(
                    option + " (" + text + ") must be 1 us to a day with its unit. Maybe 500ms, 10s or 2m.");
        }
        return Duration.ofNanos((long) (micros * 1e3));
    }
}
