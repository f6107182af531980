package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.objective.Objective;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An objective as it is written on the command line: {@code defects=99.9%}, {@code defects=99%<20ms}. */
final class ObjectiveText {
    private static final Pattern FORM = Pattern.compile("([^=]+)=([0-9.]+)%(?:<(.+))?");

    private ObjectiveText() {}

    static Objective parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new InvalidInputException("--objective (" + text
                    + ") is no model and share. Maybe defects=99.9%, or defects=99%<20ms for a time limit.");
        }
        String limit = parts.group(3);
        double share = share(text, parts.group(2));
        return limit == null
                ? Objective.errors(parts.group(1), share)
                : Objective.latency(parts.group(1), share, Times.parse("--objective", limit));
    }

    private static double share(String text, String percent) {
        try {
            double value = Double.parseDouble(percent);
            if (value > 0 && value < 100) {
                return Math.round(value * 1e10) / 1e12;
            }
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    "--objective (" + text + ") has no number before '%'. Maybe defects=99.9%.", e);
        }
        throw new InvalidInputException(
                "--objective (" + text + ") has a share that is not between 0 and 100 %. Maybe defects=99.9%.");
    }
}
