package io.edgeai.placement;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A smallest reason why a problem has no plan: these workloads with these of their requirements do not fit the sites
 * together. Without any one of the workloads, or any one of the requirements, the rest fits; so each is a way out. Other
 * reasons may exist beside it.
 *
 * @param workloads names of the workloads; what they reserve counts as part of them
 * @param requirements what they ask for beyond resources; empty where the resources alone do not suffice
 */
public record Conflict(List<String> workloads, List<Requirement> requirements) {
    /** What a workload can ask for beyond resources. */
    public enum Kind {
        LATENCY,
        ACCURACY,
        AVAILABILITY,
        RESIDENCY,
        LABELS,
        FEDERATED,
        SPREAD,
        NEAR,
        AWAY,
        HOURS
    }

    /**
     * One requirement.
     *
     * @param workload who asks
     * @param kind for what
     * @param text in words, e.g. {@code "latency at most 20 ms"}
     */
    public record Requirement(String workload, Kind kind, String text) {
        /** {@code faces: latency at most 20 ms}. */
        @Override
        public String toString() {
            return workload + ": " + text;
        }
    }

    public Conflict {
        workloads = List.copyOf(workloads);
        requirements = List.copyOf(requirements);
    }

    /** In one line. */
    public String text() {
        return workloads.stream().collect(Collectors.joining(", "))
                + (requirements.isEmpty()
                        ? ": what is reserved exceeds what there is"
                        : requirements.stream()
                                .map(Requirement::toString)
                                .collect(Collectors.joining("; ", " do not fit with ", "")));
    }
}
