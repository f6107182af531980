package io.edgeai.placement.model;

import java.util.Set;

/**
 * Rules about where replicas may stand.
 *
 * @param minimumAccuracy accuracy a variant must have, 0 to 1
 * @param minimumAvailability availability a site must have, 0 to 1
 * @param residency regions that are allowed; empty allows all
 * @param requiredLabels labels a site must have
 * @param spread how far apart the replicas stand
 * @param near names of workloads that must share this one's site
 * @param awayFrom names of workloads that must not share this one's site
 * @param federated whether a site must hold training data and have opted in
 */
public record Policy(
        double minimumAccuracy,
        double minimumAvailability,
        Set<String> residency,
        Set<String> requiredLabels,
        Spread spread,
        Set<String> near,
        Set<String> awayFrom,
        boolean federated) {
    public Policy {
        Require.share("Minimum accuracy", minimumAccuracy);
        Require.share("Minimum availability", minimumAvailability);
        residency = Set.copyOf(residency);
        requiredLabels = Set.copyOf(requiredLabels);
        near = Set.copyOf(near);
        awayFrom = Set.copyOf(awayFrom);
    }
}
