package io.edgeai.core.registry;

import io.edgeai.core.model.Stage;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All of a version that changes: its stage outside of environments, what it is in each, and the aliases that point at it.
 */
record Standing(Stage base, SortedMap<String, Deployment> deployments, SortedSet<String> aliases) {
    Standing {
        deployments = Collections.unmodifiableSortedMap(new TreeMap<>(deployments));
        aliases = Collections.unmodifiableSortedSet(new TreeSet<>(aliases));
    }

    /** A version that is this in the default environment and nothing elsewhere. */
    static Standing of(Stage stage) {
        SortedMap<String, Deployment> deployments = new TreeMap<>();
        if (stage.deployed()) {
            String environment = EdgeModelRegistry.DEFAULT_ENVIRONMENT;
            deployments.put(environment, new Deployment(environment, stage, stage == Stage.ACTIVE ? 100 : 0, false, 0));
        }
        return new Standing(stage.deployed() ? Stage.VALIDATED : stage, deployments, new TreeSet<>());
    }

    Stage in(String environment) {
        Deployment deployment = deployments.get(environment);
        return deployment == null ? base : deployment.stage();
    }

    /** Elsewhere nothing changes. */
    Standing with(Deployment deployment) {
        SortedMap<String, Deployment> next = new TreeMap<>(deployments);
        next.put(deployment.environment(), deployment);
        return new Standing(base, next, aliases);
    }

    Standing without(String environment) {
        SortedMap<String, Deployment> next = new TreeMap<>(deployments);
        next.remove(environment);
        return new Standing(base, next, aliases);
    }

    /** Out of every environment. */
    Standing nowhere(Stage stage) {
        return new Standing(stage, new TreeMap<>(), aliases);
    }

    Standing named(SortedSet<String> names) {
        return new Standing(base, deployments, names);
    }
}
