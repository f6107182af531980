package io.edgeai.federated.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.ServerOptimizer;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.strategy.Weighting;

/** Reads the fields that make a strategy and a selection. */
final class StrategyFields {
    private static final double MOST = 1e6;
    private static final int PEOPLE = 1_000_000;
    private static final double ALMOST_ONE = Math.nextDown(1.0);

    private StrategyFields() {}

    static Strategy strategy(Fields fields) {
        String name = fields.word(
                "strategy",
                "fedprox-adaptive",
                "fedavg",
                "fedprox",
                "fedavgm",
                "fedadam",
                "scaffold",
                "fednova",
                "q-fedavg",
                "ditto");
        only(fields, "mu", name, "fedprox");
        only(fields, "q", name, "q-fedavg");
        only(fields, "lambda", name, "ditto");
        Strategy strategy =
                switch (name) {
                    case "fedavg" -> Strategies.fedAvg();
                    case "fedprox" -> Strategies.fedProx(fields.number("mu", 1, 0, MOST));
                    case "fedavgm" -> Strategies.fedAvgM();
                    case "fedadam" -> Strategies.fedAdam();
                    case "scaffold" -> Strategies.fedAvg().client(ClientAlgorithm.scaffold());
                    case "fednova" -> Strategies.fedAvg().client(ClientAlgorithm.fedNova());
                    case "q-fedavg" ->
                        Strategies.fedAvg().client(ClientAlgorithm.qFedAvg(fields.number("q", 1, 0, 10)));
                    case "ditto" ->
                        Strategies.fedAvg().client(ClientAlgorithm.ditto(fields.number("lambda", 0.1, 0, MOST)));
                    default -> Strategies.fedProxAdaptive();
                };
        if (fields.has("aggregator")) {
            strategy = strategy.aggregator(aggregator(fields.object("aggregator")));
        }
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
        String type = own.word("type", "uniform", "poisson", "oort", "power-of-choice", "availability", "stratified");
        Selection selection =
                switch (type) {
                    case "uniform" -> uniform(own);
                    case "poisson" -> Selection.poisson(own.number("chance", 0.1, Double.MIN_VALUE, 1));
                    case "oort" -> Selection.oort(count(own, 10));
                    case "power-of-choice" -> {
                        int count = count(own, 10);
                        yield Selection.powerOfChoice(count, own.integer("candidates", 2 * count, count, PEOPLE));
                    }
                    case "availability" -> Selection.availabilityAware(count(own, 10));
                    default -> {
                        int count = count(own, 10);
                        yield Selection.stratified(count, own.integer("strata", Math.min(4, count), 1, count));
                    }
                };
        if (own.has("fairness")) {
            selection = selection.fairness(own.number("fairness", 2, 1, MOST));
        }
        if (own.has("coolDown")) {
            selection = selection.coolDown(own.integer("coolDown", 1, 1, PEOPLE));
        }
        own.finish();
        return selection;
    }

    private static Selection uniform(Fields own) {
        boolean neither = !own.has("count") && !own.has("fraction");
        if (neither && own.has("type")) {
            return Selection.fraction(0.1);
        }
        if (neither || (own.has("count") && own.has("fraction"))) {
            throw new InvalidInputException("Field (selection) must have either count or fraction.");
        }
        return own.has("count")
                ? Selection.count(count(own, 1))
                : Selection.fraction(own.number("fraction", 1, Double.MIN_VALUE, 1));
    }

    private static int count(Fields own, int otherwise) {
        return own.integer("count", otherwise, 1, PEOPLE);
    }

    private static void only(Fields fields, String name, String strategy, String owner) {
        if (fields.has(name) && !strategy.equals(owner)) {
            throw new InvalidInputException("Field " + name + " has no effect with strategy (" + strategy
                    + "). Maybe the strategy should be " + owner + ".");
        }
    }

    private static Aggregator aggregator(Fields own) {
        String type = own.word(
                "type",
                "mean",
                "median",
                "trimmed-mean",
                "krum",
                "multi-krum",
                "bulyan",
                "geometric-median",
                "norm-bounded",
                "centred-clipping");
        Aggregator aggregator =
                switch (type) {
                    case "median" -> Aggregator.coordinateMedian();
                    case "trimmed-mean" -> Aggregator.trimmedMean(share(own));
                    case "krum" -> Aggregator.krum(share(own));
                    case "multi-krum" -> Aggregator.multiKrum(share(own));
                    case "bulyan" -> Aggregator.bulyan(share(own));
                    case "geometric-median" -> Aggregator.geometricMedian();
                    case "norm-bounded" -> Aggregator.normBounded();
                    case "centred-clipping" -> Aggregator.centredClipping();
                    default -> Aggregator.weightedMean();
                };
        own.finish();
        return aggregator;
    }

    private static double share(Fields own) {
        return own.number("share", 0.2, 0, Math.nextDown(0.5));
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
                switch (own.word("type", "sgd", "momentum", "adam", "yogi", "adagrad")) {
                    case "momentum" ->
                        ServerOptimizer.momentum(own.number("momentum", 0.9, 0, ALMOST_ONE), rate(own, 0.5));
                    case "adam" ->
                        ServerOptimizer.adam(
                                rate(own, 0.008), beta1(own), own.number("beta2", 0.99, 0, ALMOST_ONE), tau(own));
                    case "yogi" ->
                        ServerOptimizer.yogi(
                                rate(own, 0.005), beta1(own), own.number("beta2", 0.99, 0, ALMOST_ONE), tau(own));
                    case "adagrad" -> ServerOptimizer.adagrad(rate(own, 0.01), beta1(own), tau(own));
                    default -> ServerOptimizer.sgd(rate(own, 1));
                };
        own.finish();
        return server;
    }

    private static double beta1(Fields own) {
        return own.number("beta1", 0.9, 0, ALMOST_ONE);
    }

    private static double tau(Fields own) {
        return own.number("tau", 1e-4, 1e-12, 1);
    }

    private static double rate(Fields own, double otherwise) {
        return own.number("rate", otherwise, 1e-12, MOST);
    }
}
