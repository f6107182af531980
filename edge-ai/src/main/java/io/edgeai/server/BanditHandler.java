package io.edgeai.server;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.experiment.BanditDefinition;
import io.edgeai.experiment.BanditJson;
import io.edgeai.experiment.BanditStanding;
import io.edgeai.experiment.ExperimentJson;
import io.edgeai.experiment.ModelBandits;
import io.edgeai.experiment.VersionReward;
import io.edgeai.server.http.HttpResponse;
import java.util.List;

/** Begins, feeds and ends bandits on models that are served. Thread-safe. */
final class BanditHandler {
    private final ModelHost host;
    private final ServedModels models;
    private final DealtModels dealt;
    private final Object changing;

    /** @param changing beginnings and ends wait for each other, those of experiments too */
    BanditHandler(ModelHost host, ServedModels models, Object changing) {
        this.host = host;
        this.models = models;
        this.dealt = new DealtModels(models);
        this.changing = changing;
    }

    /** The answer where rewards were told. */
    private record Rewarded(String model, int rewards) {}

    HttpResponse status(Route route) {
        return HttpResponse.json(200, ExperimentJson.bytes(standing(bandits(route), route.model())));
    }

    private static BanditStanding standing(ModelBandits bandits, String model) {
        BanditDefinition running = require(bandits, model);
        return bandits.standing(model)
                .orElseThrow(() -> new Refusal(
                        503,
                        "The bandit on model (" + model + ") of " + running.versions()
                                + " is not open here. Maybe load the model."));
    }

    HttpResponse start(Route route, byte[] body) {
        ModelBandits bandits = bandits(route);
        BanditDefinition definition = BanditJson.definition(body);
        String model = route.model();
        synchronized (changing) {
            if (bandits.definition(model).isPresent()) {
                throw new Refusal(
                        409,
                        "A bandit on model (" + model + ") runs already. Maybe end it first by POST " + path(model)
                                + "/stop.");
            }
            if (host.experiments().flatMap(all -> all.definition(model)).isPresent()) {
                throw new Refusal(
                        409,
                        "An experiment on model (" + model + ") deals its requests. Maybe end it first by POST"
                                + " /v2/models/" + model + "/experiment/stop.");
            }
            dealt.begin(model, () -> bandits.define(model, definition), () -> bandits.withdraw(model));
        }
        return status(route);
    }

    HttpResponse reward(Route route, byte[] body) {
        ModelBandits bandits = bandits(route);
        String model = route.model();
        BanditDefinition unused = require(bandits, model);
        List<VersionReward> rewards = BanditJson.rewards(body);
        if (!bandits.inForce(model)) {
            throw new Refusal(
                    409,
                    "The bandit on model (" + model + ") deals no requests now: a version lost its requests, or the"
                            + " model is not loaded. Maybe end it by POST " + path(model) + "/stop.");
        }
        bandits.reward(model, rewards);
        return HttpResponse.json(200, ExperimentJson.bytes(new Rewarded(model, rewards.size())));
    }

    HttpResponse stop(Route route, byte[] body) {
        ModelBandits bandits = bandits(route);
        String model = route.model();
        synchronized (changing) {
            List<VersionRef> arms = require(bandits, model).refs(model);
            VersionRef winner = ExperimentJson.version(body)
                    .map(number -> VersionRef.of(model, number))
                    .orElse(arms.get(0));
            if (!arms.contains(winner)) {
                throw new InvalidInputException(
                        "Version (" + winner + ") takes no part in the bandit. Maybe one of " + arms + ".");
            }
            return end(bandits, winner, "the bandit was stopped");
        }
    }

    HttpResponse decide(Route route) {
        ModelBandits bandits = bandits(route);
        String model = route.model();
        synchronized (changing) {
            BanditStanding standing = standing(bandits, model);
            VersionRef winner = standing.winner()
                    .orElseThrow(() -> new Refusal(
                            409,
                            "No version of model (" + model + ") is the best with a probability of 0.95: "
                                    + standing.evidence() + ". Maybe wait for more rewards, or choose by POST "
                                    + path(model) + "/stop."));
            return end(bandits, winner, standing.evidence());
        }
    }

    private HttpResponse end(ModelBandits bandits, VersionRef winner, String reason) {
        return dealt.end(winner, reason, () -> bandits.end(winner.model().name(), winner, "bandit: " + reason));
    }

    private ModelBandits bandits(Route route) {
        models.requireKnown(route.model());
        return host.bandits()
                .orElseThrow(() -> new Refusal(404, "This server runs no bandits. Maybe ask one of edge.server()."));
    }

    private static BanditDefinition require(ModelBandits bandits, String model) {
        return bandits.definition(model)
                .orElseThrow(() -> new Refusal(
                        404,
                        "No bandit on model (" + model + ") runs here. Maybe begin one by POST " + path(model)
                                + "/start."));
    }

    private static String path(String model) {
        return "/v2/models/" + model + "/bandit";
    }
}
