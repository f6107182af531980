package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;

/** Checks of single values that name the value and what it belongs to. */
final class Require {
    private Require() {}

    static String text(String what, String value) {
        if (value.isBlank() || value.length() > 200) {
            throw new InvalidInputException(what + " (" + value + ") must have 1 to 200 characters.");
        }
        return value;
    }

    static double nonNegative(String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new InvalidInputException(what + " (" + value + ") must be a finite number of at least 0.");
        }
        return value;
    }

    static long nonNegative(String what, long value) {
        if (value < 0) {
            throw new InvalidInputException(what + " (" + value + ") must not be negative.");
        }
        return value;
    }

    static double positive(String what, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new InvalidInputException(what + " (" + value + ") must be a finite number above 0.");
        }
        return value;
    }

    static double share(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidInputException(what + " (" + value + ") must lie between 0 and 1.");
        }
        return value;
    }
}
