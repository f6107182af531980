package io.edgeai.server;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.experiment.ExperimentJson;
import io.edgeai.server.http.HttpResponse;

/** How what deals a model's requests, an experiment or a bandit, takes them over and gives them back. Thread-safe. */
final class DealtModels {
    private final ServedModels models;

    DealtModels(ServedModels models) {
        this.models = models;
    }

    /** The answer where something ended. */
    private record Ended(String model, String version, String reason) {}

    /** Writes a definition down and deals by it; takes it back where the model cannot be opened so. */
    void begin(String model, Runnable define, Runnable withdraw) {
        models.requireOwned(model);
        asked(define);
        boolean complete = false;
        try {
            models.reopen(model);
            complete = true;
        } finally {
            if (!complete) {
                withdraw.run();
            }
        }
    }

    /** Ends what deals, and has the winner answer. */
    HttpResponse end(VersionRef winner, String reason, Runnable end) {
        String model = winner.model().name();
        asked(end);
        models.reopen(model);
        return HttpResponse.json(
                200, ExperimentJson.bytes(new Ended(model, Integer.toString(winner.number()), reason)));
    }

    /** What the registry does not allow stays so: to try again does not help. */
    private static void asked(Runnable change) {
        try {
            change.run();
        } catch (LifecycleException e) {
            throw new Refusal(409, String.valueOf(e.getMessage()));
        }
    }
}
