package io.edgeai.server;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.ExperimentState.Metric;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.experiment.ExperimentDecision;
import io.edgeai.experiment.ExperimentDefinition;
import io.edgeai.experiment.ExperimentJson;
import io.edgeai.experiment.ExperimentStanding;
import io.edgeai.experiment.ModelExperiments;
import io.edgeai.experiment.UnitOutcome;
import io.edgeai.server.http.HttpResponse;
import java.util.List;

/** Begins, feeds and ends experiments on models that are served. Thread-safe. */
final class ExperimentHandler {
    private final ModelHost host;
    private final ServedModels models;
    private final DealtModels dealt;

    private final Object changing;

    /** @param changing beginnings and ends wait for each other, those of bandits too */
    ExperimentHandler(ModelHost host, ServedModels models, Object changing) {
        this.host = host;
        this.models = models;
        this.dealt = new DealtModels(models);
        this.changing = changing;
    }

    /** The answer where outcomes were told. */
    private record Counted(String model, int told, int counted) {}

    HttpResponse status(Route route) {
        ModelExperiments experiments = experiments(route);
        ExperimentDefinition running = require(experiments, route.model());
        ExperimentStanding standing = experiments
                .standing(route.model())
                .orElseThrow(() -> new Refusal(
                        503,
                        "The experiment on model (" + route.model() + ") of (" + running.versions()
                                + ") is not open here. Maybe load the model."));
        return HttpResponse.json(200, ExperimentJson.bytes(standing));
    }

    HttpResponse start(Route route, byte[] body) {
        ModelExperiments experiments = experiments(route);
        ExperimentDefinition definition = ExperimentJson.definition(body);
        String model = route.model();
        synchronized (changing) {
            if (experiments.definition(model).isPresent()) {
                throw new Refusal(
                        409,
                        "An experiment on model (" + model + ") runs already. Maybe end it first by POST " + path(model)
                                + "/stop.");
            }
            if (host.bandits().flatMap(all -> all.definition(model)).isPresent()) {
                throw new Refusal(
                        409,
                        "A bandit on model (" + model + ") deals its requests. Maybe end it first by POST /v2/models/"
                                + model + "/bandit/stop.");
            }
            dealt.begin(model, () -> experiments.define(model, definition), () -> experiments.withdraw(model));
        }
        return status(route);
    }

    HttpResponse outcome(Route route, byte[] body) {
        ModelExperiments experiments = experiments(route);
        String model = route.model();
        ExperimentDefinition running = require(experiments, model);
        List<UnitOutcome> outcomes = ExperimentJson.outcomes(body);
        List<String> metrics = running.metrics().stream().map(Metric::name).toList();
        for (UnitOutcome one : outcomes) {
            if (!metrics.contains(one.metric())) {
                throw new InvalidInputException("Metric (" + one.metric() + ") is none of the experiment's " + metrics
                        + ". Maybe name it when the experiment is started.");
            }
        }
        requireInForce(experiments, model);
        int counted = experiments.count(model, outcomes);
        return HttpResponse.json(200, ExperimentJson.bytes(new Counted(model, outcomes.size(), counted)));
    }

    HttpResponse stop(Route route, byte[] body) {
        ModelExperiments experiments = experiments(route);
        String model = route.model();
        synchronized (changing) {
            ExperimentDefinition running = require(experiments, model);
            VersionRef winner = ExperimentJson.version(body)
                    .map(number -> VersionRef.of(model, number))
                    .orElse(running.control(model));
            List<VersionRef> arms =
                    running.arms(model).stream().map(TrafficSplit.Arm::version).toList();
            if (!arms.contains(winner)) {
                throw new InvalidInputException(
                        "Version (" + winner + ") takes no part in the experiment. Maybe one of " + arms + ".");
            }
            return end(experiments, winner, "the experiment was stopped");
        }
    }

    HttpResponse decide(Route route) {
        ModelExperiments experiments = experiments(route);
        String model = route.model();
        synchronized (changing) {
            VersionRef control = require(experiments, model).control(model);
            requireInForce(experiments, model);
            ExperimentDecision decision = experiments.decide(model);
            VersionRef winner = decision.winner()
                    .map(VersionRef::parse)
                    .orElseThrow(() -> new Refusal(
                            409,
                            "Nothing is decided on model (" + model + "): " + decision.reason()
                                    + ". Maybe wait for more units, or choose by POST " + path(model) + "/stop."));
            return end(experiments, winner, (winner.equals(control) ? "the control stays, " : "") + decision.reason());
        }
    }

    private HttpResponse end(ModelExperiments experiments, VersionRef winner, String reason) {
        return dealt.end(winner, reason, () -> experiments.end(winner.model().name(), winner, "experiment: " + reason));
    }

    private ModelExperiments experiments(Route route) {
        models.requireKnown(route.model());
        return host.experiments()
                .orElseThrow(
                        () -> new Refusal(404, "This server runs no experiments. Maybe ask one of edge.server()."));
    }

    private static ExperimentDefinition require(ModelExperiments experiments, String model) {
        return experiments
                .definition(model)
                .orElseThrow(() -> new Refusal(
                        404,
                        "No experiment on model (" + model + ") runs here. Maybe begin one by POST " + path(model)
                                + "/start."));
    }

    private static void requireInForce(ModelExperiments experiments, String model) {
        if (!experiments.inForce(model)) {
            throw new Refusal(
                    409,
                    "The experiment on model (" + model + ") deals no requests now: a version lost its requests, or the"
                            + " model is not loaded. Maybe end it by POST " + path(model) + "/stop.");
        }
    }

    private static String path(String model) {
        return "/v2/models/" + model + "/experiment";
    }
}
