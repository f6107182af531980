package io.edgeai.placement.strategy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.spi.ScoreTerm;
import java.util.List;

/** The standard score terms, each with weight 1 and the amount that counts as 1. */
public final class Terms {
    private Terms() {}

    /** Latency at the quantile averaged over origins; 10 ms count as 1. */
    public static ScoreTerm latency() {
        return new ScoreTerm("latency", "ms", 10, 1, c -> c.estimate().meanLatencyMillis());
    }

    /** Busy share of the compute that the replica reserves; full counts as 1. */
    public static ScoreTerm utilisation() {
        return new ScoreTerm("utilisation", "", 1, 1, c -> c.estimate().utilisation());
    }

    /** Mean time of one inference, or of one run of a batch; 10 ms count as 1. */
    public static ScoreTerm compute() {
        return new ScoreTerm("compute", "ms", 10, 1, c -> c.estimate().serviceMillis());
    }

    /** Share of the node's memory; all of it counts as 1. */
    public static ScoreTerm memoryShare() {
        return new ScoreTerm("memory-share", "", 1, 1, c -> c.estimate().memoryShare());
    }

    /** Main memory; 1 GB counts as 1. */
    public static ScoreTerm memory() {
        return new ScoreTerm("memory", "bytes", 1e9, 1, c -> c.estimate().memoryBytes());
    }

    /** Price per hour; 0.1 of the currency counts as 1. */
    public static ScoreTerm money() {
        return new ScoreTerm("money", "per hour", 0.1, 1, c -> c.estimate().moneyPerHour());
    }

    /** Share of wrong answers; 0.01 counts as 1. */
    public static ScoreTerm error() {
        return new ScoreTerm("error", "", 0.01, 1, c -> 1 - c.estimate().accuracy());
    }

    /** Mean power; 10 W count as 1. */
    public static ScoreTerm power() {
        return new ScoreTerm("power", "W", 10, 1, c -> c.estimate().watts());
    }

    /** Carbon; 10 g/h count as 1. */
    public static ScoreTerm carbon() {
        return new ScoreTerm("carbon", "gCO2/h", 10, 1, c -> c.estimate().gramsPerHour());
    }

    /** {@code 1000 / (1000 + samples)}: 1 without training data, near 0 with much. */
    public static ScoreTerm dataScarcity() {
        return new ScoreTerm(
                "data-scarcity",
                "",
                1,
                1,
                c -> 1000.0 / (1000.0 + c.site().trainingData().samples()));
    }

    /** Share of the time the site is down; 0.01 counts as 1. */
    public static ScoreTerm downtime() {
        return new ScoreTerm("downtime", "", 0.01, 1, c -> 1 - c.site().availability());
    }

    /** Bytes that must be sent to the site, none where it holds the variant; 1 GB counts as 1. */
    public static ScoreTerm transfer() {
        return new ScoreTerm("transfer", "bytes", 1e9, 1, c -> (double) c.transferBytes());
    }

    /** Time to send the model to the site once, 0 where it holds it; 10 s count as 1. */
    public static ScoreTerm update() {
        return new ScoreTerm("update", "s", 10, 1, c -> c.estimate().updateSeconds());
    }

    /** All of them, in this order. */
    public static List<ScoreTerm> all() {
        return List.of(
                latency(),
                utilisation(),
                compute(),
                memoryShare(),
                memory(),
                money(),
                error(),
                power(),
                carbon(),
                dataScarcity(),
                downtime(),
                transfer(),
                update());
    }

    /**
     * The term of that name, with weight 1.
     *
     * @throws InvalidInputException for a name none of them has
     */
    public static ScoreTerm named(String name) {
        return all().stream()
                .filter(term -> term.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("Term (" + name + ") is not known. Maybe one of "
                        + all().stream().map(ScoreTerm::name).toList() + "?"));
    }
}
