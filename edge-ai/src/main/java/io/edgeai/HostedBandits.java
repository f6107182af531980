package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Lifecycle;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.experiment.BanditDefinition;
import io.edgeai.experiment.BanditStanding;
import io.edgeai.experiment.ExperimentJson;
import io.edgeai.experiment.ModelBandits;
import io.edgeai.experiment.VersionReward;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bandits that a server of an instance is told; definitions are kept beside the rewards. Thread-safe. */
final class HostedBandits implements ModelBandits {
    private static final Logger LOG = LoggerFactory.getLogger(HostedBandits.class);

    /** Not beside the rewards themselves, where it would have the name of another model's. */
    private static final String FOLDER = ServedBandit.FOLDER + "/plans";

    private final EdgeAI edge;
    private final Map<String, ServedBandit> open = new ConcurrentHashMap<>();

    HostedBandits(EdgeAI edge) {
        this.edge = edge;
    }

    private StateFile<BanditDefinition> plan(String model) {
        return new StateFile<>(
                edge.registry().home(), FOLDER, Serving.kept(model, edge.environment()), BanditDefinition.class);
    }

    /** Opens an endpoint that deals by what is defined; empty where nothing is, or where a version may get no requests. */
    synchronized Optional<ModelEndpoint> serve(String model) {
        settle(model);
        Optional<BanditDefinition> definition = definition(model);
        if (definition.isEmpty()) {
            return Optional.empty();
        }
        BanditDefinition defined = definition.get();
        try {
            ModelEndpoint endpoint = edge.serve(model, serving -> {
                defined.refs(model).forEach(version -> serving.split(version, 1));
                serving.bandit(defined.floor(), defined.every());
            });
            open.put(model, edge.bandit(model));
            return Optional.of(endpoint);
        } catch (LifecycleException | ModelNotFoundException e) {
            LOG.warn("The bandit on {} waits, and its active version answers: {}", model, e.getMessage());
            return Optional.empty();
        }
    }

    /** Waits until the bandit before has kept what it knows, so that it writes nothing over what comes now. */
    private void settle(String model) {
        ServedBandit before = open.remove(model);
        if (before != null) {
            before.keep();
        }
    }

    @Override
    public Optional<BanditDefinition> definition(String model) {
        return plan(model).read();
    }

    @Override
    public synchronized void define(String model, BanditDefinition definition) {
        for (VersionRef version : definition.refs(model)) {
            LOG.info("{} takes part in a bandit", lifecycle().admit(version).ref());
        }
        lifecycle().beginTrial(definition.refs(model), "a bandit began", text(definition));
        settle(model);
        ServedBandit.kept(edge.registry(), model, edge.environment()).delete(); // earned by another bandit
        plan(model).write(definition);
    }

    @Override
    public synchronized void withdraw(String model) {
        withdraw(model, "the bandit could not begin");
    }

    private static String text(BanditDefinition definition) {
        return new String(ExperimentJson.bytes(definition), StandardCharsets.UTF_8);
    }

    private void withdraw(String model, String reason) {
        Optional<BanditDefinition> ended = definition(model);
        if (ended.isPresent()) {
            lifecycle().endTrial(ended.get().refs(model), reason);
        }
        plan(model).delete();
        settle(model);
    }

    @Override
    public boolean inForce(String model) {
        ServedBandit bandit = open.get(model);
        return bandit != null && bandit.inForce();
    }

    @Override
    public void reward(String model, List<VersionReward> rewards) {
        ServedBandit bandit = open.get(model);
        if (bandit == null) {
            throw new LifecycleException("The bandit on model (" + model
                    + ") is defined but not open here. Maybe load the model, or see the log for why it waits.");
        }
        List<VersionRef> arms = bandit.versions();
        for (VersionReward reward : rewards) {
            if (!arms.contains(VersionRef.of(model, reward.version()))) {
                throw new InvalidInputException(
                        "Version (" + reward.version() + ") takes no part. Maybe one of " + arms + "?");
            }
        }
        rewards.forEach(reward -> bandit.reward(VersionRef.of(model, reward.version()), reward.reward()));
    }

    @Override
    public Optional<BanditStanding> standing(String model) {
        ServedBandit bandit = open.get(model);
        return bandit == null
                ? ServedBandit.shown(edge.registry(), model, edge.environment())
                : Optional.of(ServedBandit.standing(model, bandit.state(), inForce(model)));
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
        withdraw(model, winner + " answers: " + reason);
    }

    private Lifecycle lifecycle() {
        return edge.registry().lifecycle().in(edge.environment());
    }
}
