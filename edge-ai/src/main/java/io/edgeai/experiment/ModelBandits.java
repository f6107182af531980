package io.edgeai.experiment;

import io.edgeai.core.model.VersionRef;
import java.util.List;
import java.util.Optional;

/**
 * The bandits of an instance that are driven from outside, one a model and none beside an experiment. What is defined outlives
 * the process; an endpoint that is opened for the model deals by it. Thread-safe.
 */
public interface ModelBandits {
    /** What runs of a model; empty where nothing does. */
    Optional<BanditDefinition> definition(String model);

    /**
     * Writes a definition down, and forgets what an earlier bandit of the model has earned.
     *
     * @throws io.edgeai.core.error.ModelNotFoundException where a version is unknown
     * @throws io.edgeai.core.error.LifecycleException where a version may get no requests
     */
    void define(String model, BanditDefinition definition);

    /** Takes a definition back; rewards stay where they are. */
    void withdraw(String model);

    /** Whether requests are dealt by what is defined, now: not once a version lost its requests or the model was unloaded. */
    boolean inForce(String model);

    /**
     * Adds what answers earned.
     *
     * @throws io.edgeai.core.error.InvalidInputException where a version takes no part; then none is added
     * @throws io.edgeai.core.error.LifecycleException where the model's bandit is not open here
     */
    void reward(String model, List<VersionReward> rewards);

    /** How it stands; empty where nobody has served it yet. */
    Optional<BanditStanding> standing(String model);

    /** Makes a version the active one and takes the definition back; what was earned stays to be read. */
    void end(String model, VersionRef winner, String reason);
}
