package io.edgeai;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Lifecycle;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.experiment.ExperimentDecision;
import io.edgeai.experiment.ExperimentDefinition;
import io.edgeai.experiment.ExperimentJson;
import io.edgeai.experiment.ExperimentStanding;
import io.edgeai.experiment.ModelExperiments;
import io.edgeai.experiment.UnitOutcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The experiments that a server of an instance is told; definitions are kept beside the evidence. Thread-safe. */
final class HostedExperiments implements ModelExperiments {
    private static final Logger LOG = LoggerFactory.getLogger(HostedExperiments.class);

    /** Not beside the evidence itself, where it would have the name of another model's. */
    private static final String FOLDER = ServedExperiment.FOLDER + "/plans";

    private final EdgeAI edge;
    private final Map<String, ServedExperiment> open = new ConcurrentHashMap<>();

    /** What was opened last, which may yet have something to keep though its endpoint is closed. */
    private final Map<String, ServedExperiment> last = new ConcurrentHashMap<>();

    HostedExperiments(EdgeAI edge) {
        this.edge = edge;
    }

    private StateFile<ExperimentDefinition> plan(String model) {
        return new StateFile<>(
                edge.registry().home(), FOLDER, Serving.kept(model, edge.environment()), ExperimentDefinition.class);
    }

    private StateFile<ServedExperiment.Kept> evidence(String model) {
        return new StateFile<>(
                edge.registry().home(),
                ServedExperiment.FOLDER,
                Serving.kept(model, edge.environment()),
                ServedExperiment.Kept.class);
    }

    /** Opens an endpoint that deals by what is defined; empty where nothing is, or where a version may get no requests. */
    synchronized Optional<ModelEndpoint> serve(String model) {
        open.remove(model);
        settle(model);
        Optional<ExperimentDefinition> definition = definition(model);
        if (definition.isEmpty()) {
            return Optional.empty();
        }
        try {
            ModelEndpoint endpoint = edge.serve(model, serving -> split(serving, model, definition.get()));
            ServedExperiment experiment = edge.experiment(model);
            last.put(model, experiment);
            open.put(model, experiment);
            return Optional.of(endpoint);
        } catch (LifecycleException | ModelNotFoundException e) {
            LOG.warn("The experiment on {} waits, and its active version answers: {}", model, e.getMessage());
            return Optional.empty();
        }
    }

    /** Waits until the experiment before has kept what it knows, so that it writes nothing over what comes now. */
    private void settle(String model) {
        ServedExperiment before = last.get(model);
        if (before != null) {
            before.keep();
        }
    }

    private static void split(Serving serving, String model, ExperimentDefinition definition) {
        for (TrafficSplit.Arm arm : definition.arms(model)) {
            serving.split(arm.version(), arm.weight());
        }
        serving.experiment(definition::plan);
        if (definition.guardErrors() > 0) {
            serving.guardErrors(definition.guardErrors());
        }
    }

    @Override
    public Optional<ExperimentDefinition> definition(String model) {
        return plan(model).read();
    }

    @Override
    public synchronized void define(String model, ExperimentDefinition definition) {
        for (TrafficSplit.Arm arm : definition.arms(model)) {
            VersionRef admitted = lifecycle().admit(arm.version()).ref();
            LOG.info("{} takes part in an experiment with weight {}", admitted, arm.weight());
        }
        lifecycle().beginTrial(versions(definition, model), "an experiment began", text(definition));
        settle(model);
        evidence(model).delete(); // first: evidence of an earlier experiment is none of this one
        plan(model).write(definition);
    }

    @Override
    public synchronized void withdraw(String model) {
        withdraw(model, "the experiment could not begin");
    }

    private static List<VersionRef> versions(ExperimentDefinition definition, String model) {
        return definition.arms(model).stream().map(TrafficSplit.Arm::version).toList();
    }

    private static String text(ExperimentDefinition definition) {
        return new String(ExperimentJson.bytes(definition), StandardCharsets.UTF_8);
    }

    private void withdraw(String model, String reason) {
        Optional<ExperimentDefinition> ended = definition(model);
        if (ended.isPresent()) {
            lifecycle().endTrial(versions(ended.get(), model), reason);
        }
        plan(model).delete();
        open.remove(model);
    }

    @Override
    public boolean inForce(String model) {
        ServedExperiment experiment = open.get(model);
        return experiment != null && experiment.inForce();
    }

    @Override
    public int count(String model, List<UnitOutcome> outcomes) {
        ServedExperiment experiment = require(model);
        int counted = 0;
        for (UnitOutcome one : outcomes) {
            counted += experiment.count(one.unitId(), one.metric(), one.value(), one.covariate()) ? 1 : 0;
        }
        return counted;
    }

    @Override
    public Optional<ExperimentStanding> standing(String model) {
        ServedExperiment experiment = open.get(model);
        return (experiment == null
                        ? ServedExperiment.shown(edge.registry(), model, edge.environment())
                        : Optional.of(experiment.shown()))
                .map(report -> ExperimentStanding.of(model, report, inForce(model)));
    }

    @Override
    public ExperimentDecision decide(String model) {
        ServedExperiment experiment = require(model);
        return ExperimentDecision.of(
                experiment.report(), experiment.split().arms().get(0).version().toString());
    }

    @Override
    public synchronized void end(String model, VersionRef winner, String reason) {
        boolean active = edge.registry()
                .findActive(model, edge.environment())
                .filter(version -> version.ref().equals(winner))
                .isPresent();
        if (!active) {
            lifecycle().promote(winner, reason);
        }
        settle(model);
        withdraw(model, winner + " answers: " + reason);
    }

    private ServedExperiment require(String model) {
        ServedExperiment experiment = open.get(model);
        if (experiment == null) {
            throw new LifecycleException("The experiment on model (" + model
                    + ") is defined but not open here. Maybe load the model, or see the log for why it waits.");
        }
        return experiment;
    }

    private Lifecycle lifecycle() {
        return edge.registry().lifecycle().in(edge.environment());
    }
}
