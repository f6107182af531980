package io.edgeai.federated.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.ServerOptimizer;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.strategy.Weighting;

/** Reads the fields that make a strategy and a selection. */
final class StrategyFields {
    private static final double MOST = 1e6;
    private static final double ALMOST_ONE = Math.nextDown(1.0);

    private StrategyFields() {}

    static Strategy strategy(Fields fields) {
        String name = fields.word("strategy", "fedprox-adaptive", "fedavg", "fedprox", "fedavgm", "fedadam");
        boolean hasMu = fields.has("mu");
        if (hasMu && !name.equals("fedprox")) {
            throw new InvalidInputException(
                    "Field mu has no effect with strategy (" + name + "). Maybe the strategy should be fedprox.");
        }
        Strategy strategy =
                switch (name) {
                    case "fedavg" -> Strategies.fedAvg();
                    case "fedprox" -> Strategies.fedProx(fields.number("mu", 1, 0, MOST));
                    case "fedavgm" -> Strategies.fedAvgM();
                    case "fedadam" -> Strategies.fedAdam();
                    default -> Strategies.fedProxAdaptive();
                };
        JsonNode weighting = fields.find("weighting");
        if (weighting != null) {
            strategy = strategy.weighting(weighting(fields, weighting));
        }
        if (fields.has("server")) {
            strategy = strategy.server(server(fields.object("server")));
        }
        return strategy.servedAverage(fields.number("servedAverage", strategy.servedAverage(), 0, ALMOST_ONE));
    }

    static Selection selection(Fields fields) {
        if (!fields.has("selection")) {
            return Selection.fraction(0.1);
        }
        Fields own = fields.object("selection");
        if (own.has("count") == own.has("fraction")) {
            throw new InvalidInputException("Field (selection) must have either count or fraction.");
        }
        Selection selection = own.has("count")
                ? Selection.count(own.integer("count", 1, 1, 1_000_000))
                : Selection.fraction(own.number("fraction", 1, Double.MIN_VALUE, 1));
        own.finish();
        return selection;
    }

    private static Weighting weighting(Fields fields, JsonNode value) {
        if (value.isObject()) {
            Fields own = fields.object("weighting");
            Weighting capped = Weighting.capped(own.number("capped", 1, 1e-6, MOST));
            own.finish();
            return capped;
        }
        return fields.word("weighting", "samples", "uniform").equals("uniform")
                ? Weighting.uniform()
                : Weighting.samples();
    }

    private static ServerOptimizer server(Fields own) {
        ServerOptimizer server =
                switch (own.word("type", "sgd", "momentum", "adam")) {
                    case "momentum" ->
                        ServerOptimizer.momentum(own.number("momentum", 0.9, 0, ALMOST_ONE), rate(own, 0.5));
                    case "adam" ->
                        ServerOptimizer.adam(
                                rate(own, 0.008),
                                own.number("beta1", 0.9, 0, ALMOST_ONE),
                                own.number("beta2", 0.99, 0, ALMOST_ONE),
                                own.number("tau", 1e-4, 1e-12, 1));
                    default -> ServerOptimizer.sgd(rate(own, 1));
                };
        own.finish();
        return server;
    }

    private static double rate(Fields own, double otherwise) {
        return own.number("rate", otherwise, 1e-12, MOST);
    }
}
