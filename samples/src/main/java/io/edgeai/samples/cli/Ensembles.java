package io.edgeai.samples.cli;

import io.edgeai.EdgeAI;
import io.edgeai.core.concurrent.Closing;
import io.edgeai.core.ensemble.EndpointSession;
import io.edgeai.core.ensemble.ModelGraph;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.server.EdgeServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ensembles that are served beside the models they are made of: each model has one endpoint, which answers those who ask for
 * it and the steps of all ensembles. Closing closes them all.
 */
final class Ensembles implements AutoCloseable {
    private final Map<String, ModelEndpoint> models = new LinkedHashMap<>();
    private final Map<String, ModelEndpoint> graphs = new LinkedHashMap<>();

    private Ensembles() {}

    /**
     * Opens what the files name.
     *
     * @param longest time for one answer; null for no limit but those of the models
     * @throws InvalidInputException where a file is wrong, or has the name of a model
     */
    static Ensembles open(EdgeAI edge, Map<String, Path> files, @Nullable Duration longest) {
        Ensembles opened = new Ensembles();
        boolean complete = false;
        try {
            files.forEach((name, file) -> opened.add(edge, name, file, longest));
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    private void add(EdgeAI edge, String name, Path file, @Nullable Duration longest) {
        if (!edge.registry().versions(name).isEmpty()) {
            throw new InvalidInputException("There is a model (" + name
                    + ") in the registry, so that no ensemble can have" + " that name. Maybe choose another one.");
        }
        EnsembleFile ensemble = EnsembleFile.read(file);
        ensemble.models().forEach(model -> models.computeIfAbsent(model, edge::serve));
        ModelGraph graph = ensemble.graph(model -> EndpointSession.of(endpoint(model)));
        ModelEndpoint.Builder settings = ModelEndpoint.builder()
                .opener(version -> graph)
                .split(TrafficSplit.all(VersionRef.of(name, 1)))
                .listeners(edge.monitor().factory());
        if (longest != null) {
            settings.deadline(longest);
        }
        graphs.put(name, settings.build());
    }

    private ModelEndpoint endpoint(String model) {
        ModelEndpoint endpoint = models.get(model);
        if (endpoint == null) {
            throw new IllegalStateException("No endpoint of (" + model + ").");
        }
        return endpoint;
    }

    /** Serves the ensembles and the models in them. */
    EdgeServer.Builder addTo(EdgeServer.Builder server) {
        models.forEach(server::endpoint);
        graphs.forEach(server::endpoint);
        return server;
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(graphs.values());
        all.addAll(models.values());
        Closing.all(all);
    }
}
