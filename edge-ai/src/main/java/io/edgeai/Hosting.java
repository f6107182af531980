package io.edgeai;

import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.experiment.ModelBandits;
import io.edgeai.experiment.ModelExperiments;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.server.EdgeServer;
import io.edgeai.server.ModelHost;
import io.edgeai.server.ServedName;
import java.util.Optional;
import java.util.function.Consumer;

/** An instance as its servers see it. Thread-safe. */
final class Hosting implements ModelHost {
    private final EdgeAI edge;
    private final Consumer<EdgeServer> started;
    private final HostedExperiments experiments;
    private final HostedBandits bandits;

    Hosting(EdgeAI edge, Consumer<EdgeServer> started) {
        this.edge = edge;
        this.started = started;
        this.experiments = new HostedExperiments(edge);
        this.bandits = new HostedBandits(edge);
    }

    @Override
    public EdgeModelRegistry registry() {
        return edge.registry();
    }

    @Override
    public EdgeMonitor monitor() {
        return edge.monitor();
    }

    @Override
    public String environment() {
        return edge.environment();
    }

    @Override
    public Optional<AnswerJournal> answers() {
        return edge.answers();
    }

    @Override
    public ModelEndpoint serve(String model) {
        ServedName name = ServedName.parse(model);
        if (name.alias().isPresent()) {
            return edge.serve(
                    name.model().name(), serving -> serving.alias(name.alias().get()));
        }
        return experiments
                .serve(model)
                .or(() -> bandits.serve(model))
                .orElseGet(() -> edge.serve(model, Serving::recorded));
    }

    @Override
    public Optional<ModelExperiments> experiments() {
        return Optional.of(experiments);
    }

    @Override
    public Optional<ModelBandits> bandits() {
        return Optional.of(bandits);
    }

    @Override
    public ModelEndpoint serve(VersionRef version) {
        return edge.serve(version.model().name(), serving -> serving.split(version, 1));
    }

    @Override
    public void started(EdgeServer server) {
        started.accept(server);
    }
}
