package io.edgeai.monitor.objective;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelId;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What share of a model's calls must be good, over all its versions.
 *
 * @param model whose calls
 * @param target share of good calls, above 0 and below 1: 0.999 allows one bad call in a thousand
 * @param within good is an answer that takes at most so long, and failed calls do not count; empty where good is any answer
 * @param period over which the allowance is reckoned, 1 to 90 days
 */
public record Objective(ModelId model, double target, Optional<Duration> within, Duration period) {
    /** Over which the allowance is reckoned unless told otherwise. */
    public static final Duration MONTH = Duration.ofDays(30);

    private static final Duration LONGEST = Duration.ofDays(90);

    public Objective {
        if (!(target > 0 && target < 1)) {
            throw new InvalidInputException("Target (" + target
                    + ") is not between 0 and 1. Maybe use 0.999, which allows one bad call in a thousand.");
        }
        if (within.filter(limit -> limit.isNegative() || limit.isZero()).isPresent()) {
            throw new InvalidInputException(
                    "Limit (" + within.get() + ") is not above zero. Maybe use Duration.ofMillis(20).");
        }
        if (period.compareTo(Duration.ofDays(1)) < 0 || period.compareTo(LONGEST) > 0) {
            throw new InvalidInputException(
                    "Period (" + period + ") is not in 1 to 90 days. Maybe use Objective.MONTH.");
        }
    }

    /** A share of calls that do not fail, over 30 days. */
    public static Objective errors(String model, double target) {
        return new Objective(ModelId.of(model), target, Optional.empty(), MONTH);
    }

    /** A share of answers that take at most so long, over 30 days. */
    public static Objective latency(String model, double target, Duration within) {
        return new Objective(ModelId.of(model), target, Optional.of(within), MONTH);
    }

    /** The same over another time. */
    public Objective over(Duration time) {
        return new Objective(model, target, within, time);
    }

    /** Share of calls that may be bad. */
    public double allowed() {
        return BigDecimal.ONE.subtract(BigDecimal.valueOf(target)).doubleValue(); // .001 of .999, to the last bit
    }

    /** {@code "errors"} or {@code "latency 20 ms"}: what tells the objectives of a model apart. */
    public String name() {
        return within.map(limit -> "latency " + text(limit.toNanos() * 1e-6) + " ms")
                .orElse("errors");
    }

    /** For people. */
    @Override
    public String toString() {
        return text(100 * target) + " % of calls of " + model
                + within.map(limit -> " within " + text(limit.toNanos() * 1e-6) + " ms")
                        .orElse(" without error");
    }

    private static String text(double value) {
        String digits = String.format(Locale.ROOT, "%.4f", value);
        return digits.replaceFirst("\\.?0+$", "");
    }
}
