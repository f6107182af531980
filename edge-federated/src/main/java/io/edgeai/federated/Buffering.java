package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * How a federation goes on without rounds (FedBuff, Nguyen et al. 2022): some participants work at any time, each from the
 * model that was there when it began, and every {@code buffer} updates move the model once. An update counts
 * {@code 1/√(1 + staleness)} of its weight, staleness being the movements since it began. Immutable.
 *
 * @param concurrency participants at work at a time, at least 1; default 10
 * @param buffer updates of one movement, at least 1; default 5
 * @param maximumStaleness movements after which nobody waits for an update any more, at least 0; default unlimited. As many
 *     models and one more are kept, or as many as participants at work where that is less
 * @param patience how long to go on without a usable update; default 10 minutes
 */
public record Buffering(int concurrency, int buffer, int maximumStaleness, Duration patience) {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Set<String> CLIENTS = Set.of("fedavg", "fedprox");

    public Buffering {
        if (concurrency < 1 || buffer < 1 || maximumStaleness < 0) {
            throw new InvalidInputException("concurrency (" + concurrency + "), buffer (" + buffer
                    + ") and maximumStaleness (" + maximumStaleness + ") must be at least 1, 1 and 0.");
        }
        if (patience.isNegative() || patience.isZero()) {
            throw new InvalidInputException("patience (" + patience + ") must be above 0.");
        }
    }

    public static Buffering defaults() {
        return of(10, 5);
    }

    /** {@link #defaults()} with other sizes. */
    public static Buffering of(int concurrency, int buffer) {
        return new Buffering(concurrency, buffer, Integer.MAX_VALUE, PATIENCE);
    }

    public Buffering maximumStaleness(int movements) {
        return new Buffering(concurrency, buffer, movements, patience);
    }

    public Buffering patience(Duration longest) {
        return new Buffering(concurrency, buffer, maximumStaleness, longest);
    }

    /** What one update counts, of its weight. */
    static double discount(int staleness) {
        return 1 / Math.sqrt(1.0 + staleness);
    }

    /**
     * What it excludes of a plan.
     *
     * @param participants all there are, or 0 where they come and go
     */
    void check(
            Strategy strategy,
            boolean selects,
            Stragglers stragglers,
            RoundRules rules,
            Protections protections,
            int participants,
            List<String> problems) {
        protections.checkBuffered(buffer, participants, problems);
        String client = strategy.client().name();
        if (!CLIENTS.contains(client.split("\\(", 2)[0]) || strategy.client().needsInitialLoss()) {
            problems.add("asynchronous(..) takes parameters only, and " + client
                    + " needs more; maybe use fedAvg() or fedProx(mu)");
        }
        if (!strategy.aggregator().name().equals("weighted-mean")) {
            problems.add("asynchronous(..) adds up updates, and "
                    + strategy.aggregator().name() + " looks at all of a round; maybe use weightedMean()");
        }
        if (selects) {
            problems.add("asynchronous(..) has no rounds to select for; maybe say the concurrency instead");
        }
        if (stragglers.fraction() > 0) {
            problems.add("asynchronous(..) waits for nobody, so there are no stragglers to simulate");
        }
        if (rules.goal() > 0 || rules.minimumReports() > 1 || !rules.pace().isZero()) {
            problems.add("asynchronous(..) has no goal, minimumReports or pace; maybe say the buffer instead");
        }
    }

    /** For plans whose model depends on it; how many work at a time and how patiently may change. */
    String fingerprint() {
        return ", asynchronous, " + buffer + " updates at a time, staleness up to " + maximumStaleness;
    }
}
