package io.edgeai.server;

import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.experiment.ModelBandits;
import io.edgeai.experiment.ModelExperiments;
import io.edgeai.monitor.EdgeMonitor;
import java.util.Optional;

/** What a server needs of the instance whose models it serves. Thread-safe. */
public interface ModelHost {
    EdgeModelRegistry registry();

    EdgeMonitor monitor();

    /** Whose active versions are served. */
    default String environment() {
        return EdgeModelRegistry.DEFAULT_ENVIRONMENT;
    }

    /** The bandits that requests may begin and end; empty where none can be. */
    default Optional<ModelBandits> bandits() {
        return Optional.empty();
    }

    /** The experiments that requests may begin and end; empty where none can be. */
    default Optional<ModelExperiments> experiments() {
        return Optional.empty();
    }

    /** What keeps who answered which request, whose counts are shown; empty where nothing does. */
    default Optional<AnswerJournal> answers() {
        return Optional.empty();
    }

    /**
     * Opens an endpoint that answers with the model's active version and follows promotions, or that deals by the model's
     * {@linkplain #experiments() experiment} where one is defined; whoever asked closes it.
     *
     * @param model its name, or {@code name:alias} for the version that the alias points at, wherever that goes
     *
     * @throws io.edgeai.core.error.ModelNotFoundException where the model is unknown or no version is active
     */
    ModelEndpoint serve(String model);

    /**
     * Opens an endpoint that always answers with one version; whoever asked closes it.
     *
     * @throws io.edgeai.core.error.ModelNotFoundException where it is unknown
     */
    ModelEndpoint serve(VersionRef version);

    /** Called once when a server has started, so that the instance can close it. */
    default void started(EdgeServer server) {}
}
