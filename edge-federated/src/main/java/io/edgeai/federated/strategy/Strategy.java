package io.edgeai.federated.strategy;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;

/**
 * What a federation does in each round. Every part combines with every other; {@link Strategies} has named combinations.
 * Immutable and thread-safe as long as its parts are.
 *
 * @param client what participants do
 * @param weighting how much each update counts
 * @param aggregator how updates become one vector
 * @param server how that vector moves the model
 * @param servedAverage decay d of the exponential average of the models of all rounds that is evaluated and handed out,
 *     {@code served = e·served + (1−e)·model} with {@code e = min(d, t/(t+5))}, t rounds before; 0 hands out the last
 *     model. Participants always start from the last model.
 */
public record Strategy(
        ClientAlgorithm client,
        Weighting weighting,
        Aggregator aggregator,
        ServerOptimizer server,
        double servedAverage) {
    public Strategy {
        if (!(servedAverage >= 0 && servedAverage < 1)) {
            throw new InvalidInputException("servedAverage (" + servedAverage + ") must be 0 up to but not 1.");
        }
    }

    public Strategy client(ClientAlgorithm algorithm) {
        return new Strategy(algorithm, weighting, aggregator, server, servedAverage);
    }

    public Strategy weighting(Weighting weights) {
        return new Strategy(client, weights, aggregator, server, servedAverage);
    }

    public Strategy aggregator(Aggregator rule) {
        return new Strategy(client, weighting, rule, server, servedAverage);
    }

    public Strategy server(ServerOptimizer optimizer) {
        return new Strategy(client, weighting, aggregator, optimizer, servedAverage);
    }

    public Strategy servedAverage(double decay) {
        return new Strategy(client, weighting, aggregator, server, decay);
    }

    /** What its user should know, with the repair; empty where there is nothing to say. */
    public List<String> warnings() {
        String warning = aggregator.warning();
        return warning.isEmpty() ? List.of() : List.of("Aggregator (" + aggregator.name() + "): " + warning);
    }
}
