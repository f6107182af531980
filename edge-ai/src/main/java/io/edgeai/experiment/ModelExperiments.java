package io.edgeai.experiment;

import io.edgeai.core.model.VersionRef;
import java.util.List;
import java.util.Optional;

/**
 * The experiments of an instance that are driven from outside, one a model. What is defined outlives the process; an
 * endpoint that is opened for the model deals by it. Thread-safe.
 */
public interface ModelExperiments {
    /** What runs of a model; empty where nothing does. */
    Optional<ExperimentDefinition> definition(String model);

    /**
     * Writes a definition down, and forgets what an earlier experiment of the model has shown.
     *
     * @throws io.edgeai.core.error.ModelNotFoundException where a version is unknown
     * @throws io.edgeai.core.error.LifecycleException where a version may get no requests
     */
    void define(String model, ExperimentDefinition definition);

    /** Takes a definition back; evidence stays where it is. */
    void withdraw(String model);

    /** Whether requests are dealt by what is defined, now: not once a version lost its requests or the model was unloaded. */
    boolean inForce(String model);

    /**
     * Counts outcomes, of each unit the first in each metric.
     *
     * @return how many counted
     * @throws io.edgeai.core.error.LifecycleException where the model's experiment is not open here
     */
    int count(String model, List<UnitOutcome> outcomes);

    /** How it stands; no look. Empty where nothing was shown yet. */
    Optional<ExperimentStanding> standing(String model);

    /**
     * What it comes to; in an experiment of fixed size this is a look.
     *
     * @throws io.edgeai.core.error.LifecycleException where the model's experiment is not open here
     */
    ExperimentDecision decide(String model);

    /** Makes a version the active one and takes the definition back; what was shown stays to be read. */
    void end(String model, VersionRef winner, String reason);
}
