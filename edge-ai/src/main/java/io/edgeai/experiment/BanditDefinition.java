package io.edgeai.experiment;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.experiment.ThompsonSampling;
import io.edgeai.core.model.VersionRef;
import java.util.List;

/**
 * Which versions of one model earn their requests, and how: kept as JSON while it runs. Immutable.
 *
 * @param versions their numbers, at least two; the first is what answers where it is ended without a word
 * @param floor the least share of a version, from 0 to one over their number
 * @param every so many rewards the shares are changed, at least 1
 */
public record BanditDefinition(List<Integer> versions, double floor, int every) {
    public static final double DEFAULT_FLOOR = 0.02;
    public static final int DEFAULT_EVERY = 100;

    /** @throws InvalidInputException where it is no bandit */
    public BanditDefinition {
        versions = List.copyOf(versions);
        if (versions.stream().distinct().count() < versions.size()) {
            throw new InvalidInputException("A version occurs twice among " + versions + ". Maybe name each once.");
        }
        if (every < 1) {
            throw new InvalidInputException("every (" + every + ") must be at least 1. Maybe 100.");
        }
        ThompsonSampling.State unused = new ThompsonSampling(versions.size(), floor).state(); // refuses what cannot be
    }

    /** The versions, in their order. */
    public List<VersionRef> refs(String model) {
        return versions.stream().map(number -> VersionRef.of(model, number)).toList();
    }
}
