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
 * @param gang name of the gang it belongs to, all of whose replicas are placed or none; empty where it belongs to none
 */
public record Policy(
        double minimumAccuracy,
        double minimumAvailability,
        Set<String> residency,
        Set<String> requiredLabels,
        Spread spread,
        Set<String> near,
        Set<String> awayFrom,
        boolean federated,
        String gang) {
    public Policy {
        Require.share("Minimum accuracy", minimumAccuracy);
        Require.share("Minimum availability", minimumAvailability);
        residency = Set.copyOf(residency);
        requiredLabels = Set.copyOf(requiredLabels);
        near = Set.copyOf(near);
        awayFrom = Set.copyOf(awayFrom);
        if (!gang.isEmpty()) {
            Require.text("Gang", gang);
        }
    }

    /** In no gang. */
    public Policy(
            double minimumAccuracy,
            double minimumAvailability,
            Set<String> residency,
            Set<String> requiredLabels,
            Spread spread,
            Set<String> near,
            Set<String> awayFrom,
            boolean federated) {
        this(minimumAccuracy, minimumAvailability, residency, requiredLabels, spread, near, awayFrom, federated, "");
    }

    /** These rules with another least accuracy of a variant. */
    public Policy minimumAccuracy(double share) {
        return new Policy(
                share, minimumAvailability, residency, requiredLabels, spread, near, awayFrom, federated, gang);
    }

    /** These rules with another least availability of a site. */
    public Policy minimumAvailability(double share) {
        return new Policy(minimumAccuracy, share, residency, requiredLabels, spread, near, awayFrom, federated, gang);
    }

    /** These rules with other regions allowed. */
    public Policy residency(Set<String> regions) {
        return new Policy(
                minimumAccuracy, minimumAvailability, regions, requiredLabels, spread, near, awayFrom, federated, gang);
    }

    /** These rules with other labels required. */
    public Policy requiredLabels(Set<String> labels) {
        return new Policy(
                minimumAccuracy, minimumAvailability, residency, labels, spread, near, awayFrom, federated, gang);
    }

    /** These rules with replicas another way apart. */
    public Policy spread(Spread apart) {
        return new Policy(
                minimumAccuracy,
                minimumAvailability,
                residency,
                requiredLabels,
                apart,
                near,
                awayFrom,
                federated,
                gang);
    }

    /** These rules with other workloads to stand beside. */
    public Policy near(Set<String> workloads) {
        return new Policy(
                minimumAccuracy,
                minimumAvailability,
                residency,
                requiredLabels,
                spread,
                workloads,
                awayFrom,
                federated,
                gang);
    }

    /** These rules with other workloads to keep off. */
    public Policy awayFrom(Set<String> workloads) {
        return new Policy(
                minimumAccuracy,
                minimumAvailability,
                residency,
                requiredLabels,
                spread,
                near,
                workloads,
                federated,
                gang);
    }

    /** These rules with sites for federated training only, or not. */
    public Policy federated(boolean required) {
        return new Policy(
                minimumAccuracy,
                minimumAvailability,
                residency,
                requiredLabels,
                spread,
                near,
                awayFrom,
                required,
                gang);
    }

    /** These rules in another gang; empty for none. */
    public Policy gang(String name) {
        return new Policy(
                minimumAccuracy,
                minimumAvailability,
                residency,
                requiredLabels,
                spread,
                near,
                awayFrom,
                federated,
                name);
    }
}
